-- score_distribution: how scores are spread over the stages, as of $as_of.
-- grain: bin × stage (at $as_of), only where a lead is; unscored leads last
-- columns:
--   bin_from  DOUBLE   bin_from <= score < bin_to, points; null = unscored
--   bin_to    DOUBLE   the bin's end
--   stage     VARCHAR  stage key
--   leads     BIGINT   leads
-- $at: now = score at $as_of · mql = just before the hand-off, handed-off leads only · created = at creation
with

here as (
    select lead_no, stage, created_at
    from in_scope('stage_spells', $scope, $as_of)
    where entered_at < $as_of and (left_at is null or left_at >= $as_of)
),

handoffs as (
    -- first reach of mql; unknown where it is assumed
    select lead_no, entered_at as handed_off_at
    from stage_spells
    where $at = 'mql' and entered_at < $as_of and not is_assumed
        and rank >= (select mql_rank from settings) and former_rank < (select mql_rank from settings)
),

attributes as (
    select lead_no, sum(points) as points
    from score_attributes_met
    where $at in ('mql', 'created')
    group by lead_no
),

scored as (
    select here.stage, scores.score
    from here
    left join scores_at($as_of) as scores using (lead_no)
    where $at = 'now'
    union all
    select
        here.stage,
        -- at the instant of creation the attribute points count already
        coalesce(scores.score, case when scoring_source = 'rules' then 0 end) + case
            when handoffs.handed_off_at = here.created_at and scoring_source = 'rules'
                then coalesce(attributes.points, 0)
            else 0
        end
    from here
    join handoffs using (lead_no)
    cross join settings
    left join attributes using (lead_no)
    left join score_spells as scores
        on here.lead_no = scores.lead_no
        and scores.from_at < handoffs.handed_off_at
        and (scores.to_at is null or scores.to_at >= handoffs.handed_off_at)
    where $at = 'mql'
    union all
    select here.stage, coalesce(attributes.points, 0)
    from here
    cross join settings
    left join attributes using (lead_no)
    where $at = 'created' and scoring_source = 'rules'
    union all
    select here.stage, scores.score
    from here
    cross join settings
    left join score_spells as scores
        on here.lead_no = scores.lead_no
        and scores.from_at <= here.created_at
        and (scores.to_at is null or scores.to_at > here.created_at)
    where $at = 'created' and scoring_source = 'exported'
),

binned as (
    select stage, floor(score / $bin) * $bin as bin_from
    from scored
)

select
    bin_from::double as bin_from,
    (bin_from + $bin)::double as bin_to,
    stage::varchar as stage,
    count(*) as leads
from binned
group by bin_from, binned.stage
order by bin_from nulls last, binned.stage;
