-- score_attributes_met: which attribute rule a lead meets.
-- grain: lead_no, rule
create table score_attributes_met as
with

lead_columns as (
    unpivot (
        select
            lead_no,
            columns(
                -- one column at least
                lambda name: name = 'title_rank' or list_contains(getvariable('condition_columns'), name)
            )::varchar
        from export_leads
        semi join leads using (lead_no)
    )
    on columns(* exclude (lead_no))
    into name column_name value value
),

lead_facts as (
    select lead_no, column_name, value from lead_columns
    union
    select lead_no, dimension, value from lead_values where value is not null
),

needed as (
    select rule, count(distinct column_name) as conditions
    from score_conditions
    group by rule
),

met as (
    select lead_no, rule, count(distinct column_name) as conditions
    from lead_facts
    join score_conditions using (column_name)
    where lead_facts.value = score_conditions.value
        or (
            score_conditions.value is null
            and try_cast(lead_facts.value as double) >= coalesce(score_conditions.min, '-inf'::double)
            and try_cast(lead_facts.value as double) <= coalesce(score_conditions.max, 'inf'::double)
        )
    group by lead_no, rule
)

select met.lead_no, met.rule, score_attributes.points
from met
join needed using (rule, conditions)
join score_attributes using (rule)
order by all;

-- score_awards: which event was given points by which behaviour rule, and when they are withdrawn.
-- grain: event_no, rule
--   is_first  the first that the rule gave to the lead
create table score_awards as
with

hits as (
    select
        activities.lead_no,
        activities.event_no,
        activities.occurred_at,
        score_behaviours.rule,
        score_behaviours.points,
        score_behaviours.from_nth,
        score_behaviours.max_times,
        score_behaviours.valid_days,
        row_number() over (
            partition by activities.lead_no, score_behaviours.rule order by activities.event_no
        ) as nth
    from activities
    join score_behaviours using (type)
    where score_behaviours.asset is null or score_behaviours.asset = activities.asset
)

select
    lead_no,
    event_no,
    rule,
    points,
    occurred_at,
    make_timestamptz(epoch_us(occurred_at) + (valid_days * 86400000000)::bigint) as withdrawn_at,
    nth = from_nth as is_first
from hits
where nth >= from_nth and (max_times is null or nth < from_nth + max_times)
order by occurred_at, event_no, rule;

-- score_steps: a lead's running score, the highest it has been, and what it replaced.
-- grain: lead_no, from_at
--   before    the score that it replaced; null = unscored or none
--   is_event  something happened at from_at (only such steps are crossings)
create temp table score_steps as
with

deltas as (
    select lead_no, leads.created_at as changed_at, points
    from score_attributes_met
    join leads using (lead_no)
    union all
    select lead_no, occurred_at, points from score_awards
    union all
    select lead_no, withdrawn_at, -points from score_awards where withdrawn_at is not null
),

ruled as (
    select
        lead_no,
        changed_at as from_at,
        sum(sum(points)) over (partition by lead_no order by changed_at) as score,
        true as is_event
    from deltas
    group by lead_no, changed_at
    union all
    select lead_no, '-infinity'::timestamptz, 0, false
    from leads
    left join (select lead_no, min(changed_at) as first_at from deltas group by lead_no) as firsts using (lead_no)
    where first_at is null or first_at > leads.created_at
),

changes as (
    select lead_no, occurred_at, event_no, from_score, to_score
    from export_activities
    semi join leads using (lead_no)
    where type = 'score_change'
),

exported as (
    select
        lead_no,
        occurred_at as from_at,
        arg_max(struct_pack(score := to_score), event_no).score as score,
        true as is_event
    from changes
    group by lead_no, occurred_at
    union all
    select
        lead_no, '-infinity'::timestamptz, arg_min(struct_pack(score := from_score), event_no).score, false
    from changes
    group by lead_no
    union all
    select leads.lead_no, newest.newest_at, leads.score, false
    from leads
    anti join changes using (lead_no)
    cross join newest
    where leads.score is not null
),

states as (
    select ruled.* from ruled cross join rule_settings where scoring_source = 'rules'
    union all
    select exported.* from exported cross join rule_settings where scoring_source = 'exported'
)

select
    lead_no,
    leads.created_at,
    from_at,
    lead(from_at) over lives as to_at,
    states.score::double as score,
    coalesce(
        lag(states.score) over lives,
        case when scoring_source = 'rules' and is_event then 0 end
    )::double as before,
    max(states.score) over lives::double as max_score,
    is_event
from states
join leads using (lead_no)
cross join rule_settings
window lives as (partition by lead_no order by from_at);

-- score_ranges: the steps of which only a range is known: the score was reached somewhere in
-- [earliest_at, from_at]. Steps keep their order, as stages do.
-- grain: lead_no, from_at
create temp table score_ranges as
with

moved as (
    select event_no, occurred_at as from_at, 0 as later_us
    from score_awards
    cross join rule_settings
    where scoring_source = 'rules'
    union all
    select event_no, withdrawn_at, us_later
    from (
        select event_no, withdrawn_at, epoch_us(withdrawn_at) - epoch_us(occurred_at) as us_later
        from score_awards
        where withdrawn_at is not null
    )
    cross join rule_settings
    where scoring_source = 'rules'
    union all
    -- of several changes at one instant the last one counts
    select max(event_no), occurred_at, 0
    from export_activities
    cross join rule_settings
    where type = 'score_change' and scoring_source = 'exported'
    group by lead_no, occurred_at
),

ranges as (
    select
        lead_no,
        moved.from_at,
        min(make_timestamptz(epoch_us(event_ranges.not_before) + later_us)) as earliest_at
    from moved
    join event_ranges using (event_no)
    group by lead_no, moved.from_at
),

ordered as (
    select
        score_steps.lead_no,
        score_steps.from_at,
        max(coalesce(ranges.earliest_at, score_steps.from_at)) over (
            partition by score_steps.lead_no order by score_steps.from_at
        ) as earliest_at
    from score_steps
    semi join ranges using (lead_no)
    left join ranges using (lead_no, from_at)
)

select lead_no, from_at, earliest_at
from ordered
where earliest_at < from_at;

-- score_records: when a lead's score first got so high. What it was before its first change holds from creation; what
-- only the export tells has no instant.
-- grain: lead_no, happened_at
--   former_score  the highest that it had been; null = it had none
--   score         what it got to: every threshold above former_score and up to score is reached here
create table score_records as
with

reaches as (
    select
        lead_no,
        created_at,
        case when is_event then from_at else created_at end as happened_at,
        score
    from score_steps
    where score is not null
        and (is_event or (from_at = '-infinity'::timestamptz and (to_at is null or to_at > created_at)))
),

compared as (
    select
        *,
        max(score) over (
            partition by lead_no order by happened_at rows between unbounded preceding and 1 preceding
        ) as former_score
    from reaches
)

select lead_no, created_at, happened_at, former_score, score
from compared
where score > former_score or former_score is null
order by happened_at, lead_no;

-- score_spells: the same as intervals.
-- grain: lead_no, from_at
--   from_at, to_at  [from, to); -infinity = since ever, to_at null = until ever
--   score           points; null = unscored
-- Spells of like length side by side: those that cover an instant are then found without reading most of the others.
create table score_spells as
select lead_no, created_at, from_at, to_at, score, max_score
from score_steps
order by
    floor(log2(greatest(1, epoch_us(to_at) - epoch_us(greatest(from_at, created_at)))) / 2) nulls last,
    from_at,
    lead_no;
