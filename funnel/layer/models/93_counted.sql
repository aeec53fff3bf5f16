-- What the numbers count. Each population is written once, here: a number and the leads behind it are two readings
-- of it, so that they cannot part. (How a lead gets from one stage to another: journeys, in 90_macros.)

-- conversion: of `arrivals`, a step of the query that has the entries that are counted (conversion_entries), how many lie
-- in each of the months, and how many went on in time; months and segments in which none is have no row
--   is_mature  every lead of the month has had the whole window; null without a window
create macro cohorts_of(arrivals, window_days, from_month, to_month, as_of) as table
select
    months.month,
    segment,
    segment_position,
    count(*) as entered,
    count(*) filter (where us_between(entered_at, converted_at) < window_us(window_days)) as converted,
    quantile_cont(days_between(entered_at, to_at), [0.5, 0.9])
        filter (where us_between(entered_at, to_at) < window_us(window_days)) as days,
    days_later(months.ends_at, window_days) <= as_of as is_mature
from query_table(arrivals) as entries
join months_between(from_month, to_month, as_of) as months
    on entries.entered_at >= months.starts_at and entries.entered_at < months.ends_at
group by months.month, months.ends_at, segment, segment_position;

-- aging: how long every lead in scope has been in its stage, won aside
--   days        calendar days since the entry; null = the entry is not known
--   age, limit  in the unit of the stage's max_age; null = as above, or no limit
--   entered_us  the entry in business time
create macro business_days(earlier_us, as_of) as
    (business_us(as_of) - earlier_us) / (select weekday_seconds from settings) / 1000000;
create macro ages_at(by_dimension, scope, as_of) as table
select
    segment,
    segment_position,
    lead_no,
    seq,
    spells.stage,
    entered_at,
    is_undated,
    case when not is_undated then days_between(entered_at, as_of) end as days,
    case
        when is_undated then null
        when unit = 'business_days' then business_days(entered_us, as_of)
        else days_between(entered_at, as_of)
    end as age,
    limits.max_age,
    limits.unit
from in_scope_by('stage_spells', by_dimension, scope, as_of) as spells
join (
    select
        stage::stage_key as stage,
        coalesce(max_business_days, max_days) as max_age,
        case when max_business_days is not null then 'business_days' else 'days' end as unit
    from stages
) as limits using (stage)
where entered_at < as_of and (left_at is null or left_at >= as_of) and kind <> 'won';

create macro age_buckets() as table
select position, bucket
from (
    values (0, '0-7'), (1, '8-30'), (2, '31-60'), (3, '61-90'), (4, '91-180'), (5, '181+'), (6, 'unknown')
) as buckets (position, bucket);
create macro age_bucket(days) as case
    when days is null then 'unknown'
    when days < 8 then '0-7'
    when days < 31 then '8-30'
    when days < 61 then '31-60'
    when days < 91 then '61-90'
    when days < 181 then '91-180'
    else '181+'
end;
-- ratio_from of stage_age_ratio: ratio_from < age / limit <= ratio_from + 0.25; 3 = all beyond; null without an age or
-- a limit (greatest and least pass over a null)
create macro ratio_step(ratio) as case when ratio is not null then greatest(0, least(12, ceil(ratio * 4) - 1)) / 4 end;

-- scores: the score of every lead in scope at one moment of its own, and the stage it is in at as_of
-- moment: now = at as_of · mql = just before the hand-off, handed-off leads only · created = at creation
create macro scores_of(moment, scope, as_of) as table
with

present as (
    select lead_no, stage, created_at
    from in_scope('stage_spells', scope, as_of)
    where entered_at < as_of and (left_at is null or left_at >= as_of)
),

handoffs as (
    -- first reach of mql; unknown where it is assumed
    select lead_no, entered_at as handed_off_at
    from stage_spells
    where moment = 'mql' and entered_at < as_of and not is_assumed
        and rank >= (select mql_rank from settings) and former_rank < (select mql_rank from settings)
),

attributes as (
    select lead_no, sum(points) as points
    from score_attributes_met
    where moment in ('mql', 'created')
    group by lead_no
)

select present.lead_no, present.stage, scores.score
from present
left join scores_at(as_of) as scores using (lead_no)
where moment = 'now'
union all
select
    present.lead_no,
    present.stage,
    -- at the instant of creation the attribute points count already
    coalesce(scores.score, case when scoring_source = 'rules' then 0 end) + case
        when handoffs.handed_off_at = present.created_at and scoring_source = 'rules'
            then coalesce(attributes.points, 0)
        else 0
    end
from present
join handoffs using (lead_no)
cross join settings
left join attributes using (lead_no)
left join score_spells as scores
    on present.lead_no = scores.lead_no
    and scores.from_at < handoffs.handed_off_at
    and (scores.to_at is null or scores.to_at >= handoffs.handed_off_at)
where moment = 'mql'
union all
select present.lead_no, present.stage, coalesce(attributes.points, 0)
from present
cross join settings
left join attributes using (lead_no)
where moment = 'created' and scoring_source = 'rules'
union all
select present.lead_no, present.stage, scores.score
from present
cross join settings
left join score_spells as scores
    on present.lead_no = scores.lead_no
    and scores.from_at <= present.created_at
    and (scores.to_at is null or scores.to_at > present.created_at)
where moment = 'created' and scoring_source = 'exported';

-- the lower end of a bin of scores
create macro score_bin(score, bin) as floor(score / bin) * bin;

-- score bands: the leads created in the months whose day + window is over and that had not reached a stage by that day
--   score, band   `days` days after creation
--   converted_at  reached the stage within the window after that day; null = not
create macro leads_by_band(days, to_key, window_days, from_month, to_month, scope, as_of) as table
with

months as (
    select min(starts_at) as starts_at, max(ends_at) as ends_at
    from months_between(from_month, to_month, as_of)
),

chosen as (
    select lead_no, created_at, days_later(created_at, days) as judged_at
    from in_scope('leads', scope, as_of)
    cross join months
    where created_at >= months.starts_at and created_at < months.ends_at
        and us_between(created_at, as_of) >= (days + window_days) * 86400000000
),

attributes as (
    select lead_no, sum(points) as points
    from score_attributes_met
    where days = 0
    group by lead_no
),

judged as (
    select
        chosen.lead_no,
        -- at the instant of creation the attribute points count already
        coalesce(scores.score, case when scoring_source = 'rules' then 0 end) + case
            when days = 0 and scoring_source = 'rules' then coalesce(attributes.points, 0)
            else 0
        end as score,
        case when us_between(judged_at, reached_at) < window_days * 86400000000 then reached_at end as converted_at
    from chosen
    cross join settings
    left join attributes using (lead_no)
    left join first_reaches(to_key, as_of) as firsts using (lead_no)
    left join score_spells as scores
        on chosen.lead_no = scores.lead_no
        and scores.from_at < chosen.judged_at
        and (scores.to_at is null or scores.to_at >= chosen.judged_at)
    where reached_at is null or (reached_at >= judged_at and not is_assumed)
)

select judged.*, bands.band
from judged
left join bands
    on judged.score >= bands.from_score
    and (bands.to_score is null or judged.score < bands.to_score);

-- counts of kpis: every lead at its creation, and at its first reach of each milestone that the rules map
create macro counted_events_by(by_dimension, scope, as_of) as table
select 'leads' as kpi, segment, segment_position, lead_no, created_at as happened_at
from in_scope_by('leads', by_dimension, scope, as_of)
union all
select milestone, segment, segment_position, lead_no, entered_at
from in_scope_by('stage_spells', by_dimension, scope, as_of) as spells
join (
    select 'mql' as milestone, mql_rank as rank from settings
    union all
    select 'sql', sql_rank from settings
    union all
    select 'opportunity', opportunity_rank from settings
    union all
    select 'won', max(rank) from stages where kind = 'won'
) as milestones on spells.rank >= milestones.rank and spells.former_rank < milestones.rank
where spells.rank > spells.former_rank and entered_at < as_of and not is_assumed;
create macro counted_events(scope, as_of) as table
select kpi, lead_no, happened_at from counted_events_by(null, scope, as_of);

-- silence: the leads in scope that are silent
create macro silent_at(by_dimension, scope, as_of) as table
select spells.*, scores.score, scores.max_score
from in_scope_by('silent_spells', by_dimension, scope, as_of) as spells
left join scores_at(as_of) as scores using (lead_no)
where spells.from_at < as_of and (spells.to_at is null or spells.to_at >= as_of);
-- with their stage and the band of the highest score that they ever had
create macro silent_by_band_at(scope, as_of) as table
select
    lead_no,
    stages.stage::varchar as stage,
    bands.band,
    silent.max_score,
    silent.reset_at,
    silent.opted_out
from silent_at(null, scope, as_of) as silent
join stages_at(as_of) as stages using (lead_no)
left join bands
    on silent.max_score >= bands.from_score
    and (bands.to_score is null or silent.max_score < bands.to_score);
-- every silence at its beginning and at its end
create macro silence_events(scope, as_of) as table
select lead_no, from_at as happened_at, 'fell_silent' as flow
from in_scope('silent_spells', scope, as_of)
where from_at < as_of
union all
select
    lead_no,
    to_at,
    case left_by
        when 'lead' then 'woken_by_lead'
        when 'us' then 'woken_by_us'
        else 'left_otherwise'
    end
from in_scope('silent_spells', scope, as_of)
where from_at < as_of and to_at < as_of;

-- deadlines: the clocks due in the months, without months every clock; a filter of the owner is that of the clock's
--   is_judged  counts in the attainment
create macro due_clocks(from_month, to_month, scope, as_of) as table
select *, due_at < as_of and state in ('met', 'late', 'missed', 'overdue') as is_judged
from clocks_at(besides_owner(scope), as_of)
where is_owner_in_scope(owner, scope)
    and (
        from_month is null
        or (
            due_at >= local_midnight(from_month)
            and due_at < local_midnight(to_month::timestamp + interval 1 month)
        )
    );

-- open leads that nobody looks after
create macro unassigned_at(scope, as_of) as table
select lead_no, spells.stage, spells.created_at
from in_scope('stage_spells', scope, as_of) as spells
left join owners_at(as_of) as owners using (lead_no)
where spells.kind = 'path' and spells.entered_at < as_of and (spells.left_at is null or spells.left_at >= as_of)
    and owners.owner is null;

-- conversions: the entries that are counted, of the leads in scope: to the first stage (`entered`), and to the second
-- or beyond where the lead had not entered the first (`skipped`)
--   segment  of the lead; where that is the owner, whoever owned it right after the entry
create macro conversion_entries(from_key, to_key, by_dimension, scope, as_of) as table
with

ways as (
    select * from journeys(from_key, to_key, nullif(by_dimension, 'owner'), besides_owner(scope), as_of)
),

entries as (
    select 'entered' as kind, segment, segment_position, lead_no, from_at as entered_at, converted_at, to_at
    from ways
    where from_at is not null
    union all
    select 'skipped', segment, segment_position, lead_no, first_to_at, null, null
    from ways
    where first_to_at is not null and not is_from_before_to
)

select
    kind,
    case when by_dimension = 'owner' then owners.owner else segment end as segment,
    segment_position,
    entries.lead_no,
    entries.entered_at,
    entries.converted_at,
    entries.to_at
from entries
left join owner_spells as owners
    on (by_dimension = 'owner' or list_contains(scope['filtered']::varchar[], 'owner'))
    and owners.lead_no = entries.lead_no
    and owners.from_at <= entries.entered_at
    and (owners.to_at is null or owners.to_at > entries.entered_at)
where is_owner_in_scope(owners.owner, scope);

-- the funnel: the leads created in the months, at least so old, and how far each has got
create macro reaches_of(min_age_days, from_month, to_month, by_dimension, scope, as_of) as table
with

months as (
    select min(starts_at) as starts_at, max(ends_at) as ends_at
    from months_between(from_month, to_month, as_of)
)

select segment, segment_position, lead_no, spells.kind, spells.rank, spells.top_rank, spells.entered_ranks
from in_scope_by('leads', by_dimension, scope, as_of) as chosen
cross join months
join stages_at(as_of) as spells using (lead_no)
where chosen.created_at >= months.starts_at and chosen.created_at < months.ends_at
    and us_between(chosen.created_at, as_of) >= min_age_days * 86400000000;
