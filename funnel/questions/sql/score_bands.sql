-- score_bands: does a higher score mean more? Leads created in the months, by their band $day days later.
-- grain: band, in the order of the rules; below the first band (null) only if there are such leads
-- columns:
--   band       VARCHAR  band key
--   leads      BIGINT   leads whose day + window is over and that had not reached $to_stage by that day
--   converted  BIGINT   of these, reached it within $window_days after that day
--   rate       DOUBLE   converted / leads, 0…1
--   ci_low     DOUBLE   Wilson 95 % interval of the rate
--   ci_high    DOUBLE   the same
--   small      BOOLEAN  fewer than 20 leads
with

months as (
    select min(starts_at) as starts_at, max(ends_at) as ends_at
    from months_between($from_month, $to_month, $as_of)
),

chosen as (
    select lead_no, created_at, days_later(created_at, $day) as judged_at
    from in_scope('leads', $scope, $as_of)
    cross join months
    where created_at >= months.starts_at and created_at < months.ends_at
        and us_between(created_at, $as_of) >= ($day + $window_days) * 86400000000
),

firsts as (
    select lead_no, entered_at as reached_at, is_assumed
    from stage_spells
    where rank >= (select rank from stages where stage = $to_stage)
        and former_rank < (select rank from stages where stage = $to_stage)
        and entered_at < $as_of
),

attributes as (
    select lead_no, sum(points) as points
    from score_attributes_met
    where $day = 0
    group by lead_no
),

judged as (
    select
        chosen.lead_no,
        -- at the instant of creation the attribute points count already
        coalesce(scores.score, case when scoring_source = 'rules' then 0 end) + case
            when $day = 0 and scoring_source = 'rules' then coalesce(attributes.points, 0)
            else 0
        end as score,
        coalesce(us_between(judged_at, reached_at) < $window_days * 86400000000, false) as is_converted
    from chosen
    cross join settings
    left join attributes using (lead_no)
    left join firsts using (lead_no)
    left join score_spells as scores
        on chosen.lead_no = scores.lead_no
        and scores.from_at < chosen.judged_at
        and (scores.to_at is null or scores.to_at >= chosen.judged_at)
    where reached_at is null or (reached_at >= judged_at and not is_assumed)
),

counts as (
    select
        bands.band,
        count(*) as leads,
        count(*) filter (where is_converted) as converted
    from judged
    left join bands
        on judged.score >= bands.from_score
        and (bands.to_score is null or judged.score < bands.to_score)
    group by bands.band
),

listed as (
    select band, position from bands
    union all
    select band, null from counts where band is null
)

select
    listed.band,
    coalesce(counts.leads, 0) as leads,
    coalesce(counts.converted, 0) as converted,
    rate(counts.converted, counts.leads) as rate,
    wilson_low(counts.converted, counts.leads) as ci_low,
    wilson_high(counts.converted, counts.leads) as ci_high,
    coalesce(counts.leads, 0) < 20 as small
from listed
left join counts on listed.band is not distinct from counts.band
order by listed.position nulls last;
