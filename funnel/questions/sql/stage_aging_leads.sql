-- stage_aging_leads: which leads have been waiting, as of $as_of.
-- grain: one row per lead in any stage but won; by age / limit descending (no limit last), then days, lead_id
-- columns:
--   lead_id        VARCHAR      lead
--   company        VARCHAR      its company
--   stage          VARCHAR      stage key
--   entered_at     TIMESTAMP WITH TIME ZONE  when it entered the stage (assumed: its creation)
--   days           DOUBLE       calendar days since then; null = assumed
--   age            DOUBLE       the same in the unit of the limit; null = assumed
--   limit          DOUBLE       the stage's max_age; null = none
--   unit           VARCHAR      days or business_days
--   owner          VARCHAR      who looks after it at $as_of
--   score          DOUBLE       score at $as_of
--   last_touch_at  TIMESTAMP WITH TIME ZONE  last act of ours before $as_of
--   assumed        BOOLEAN      when it entered is not known
with

waiting as (
    select
        spells.lead_no,
        spells.stage::varchar as stage,
        spells.entered_at,
        spells.is_undated,
        case when not is_undated then days_between(entered_at, $as_of) end as days,
        case
            when is_undated then null
            when stages.max_business_days is not null
                then (business_us($as_of) - entered_us) / (select weekday_seconds from settings) / 1000000
            else days_between(entered_at, $as_of)
        end as age,
        coalesce(stages.max_business_days, stages.max_days) as limit_,
        case when stages.max_business_days is not null then 'business_days' else 'days' end as unit
    from in_scope('stage_spells', $scope, $as_of) as spells
    join stages on spells.stage::varchar = stages.stage
    where entered_at < $as_of and (left_at is null or left_at >= $as_of) and spells.kind <> 'won'
),

last_touches as (
    select lead_no, max(occurred_at) as last_touch_at
    from touches
    semi join waiting using (lead_no)
    where occurred_at < $as_of
    group by lead_no
)

select
    leads.lead_id,
    leads.company,
    waiting.stage,
    waiting.entered_at,
    waiting.days,
    waiting.age,
    waiting.limit_ as limit,
    waiting.unit,
    owners.owner,
    scores.score,
    last_touches.last_touch_at,
    waiting.is_undated as assumed
from waiting
join leads using (lead_no)
left join owners_at($as_of) as owners using (lead_no)
left join scores_at($as_of) as scores using (lead_no)
left join last_touches using (lead_no)
order by waiting.age / waiting.limit_ desc nulls last, waiting.days desc nulls last, leads.lead_id;
