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
    select * from ages_at(null, $scope, $as_of)
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
    waiting.stage::varchar as stage,
    waiting.entered_at,
    waiting.days,
    waiting.age,
    waiting.max_age as limit,
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
order by waiting.age / waiting.max_age desc nulls last, waiting.days desc nulls last, leads.lead_id;
