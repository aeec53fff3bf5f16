-- overdue: the morning list: open clocks that are overdue, due today or at risk, as of $as_of.
-- grain: one row per such clock; overdue, due_today, at_risk, each by due_at, lead_id, policy, started_at
-- A clock that may be open, but whose state a range of its events leaves open, stands last as undeterminable.
-- columns:
--   policy         VARCHAR  policy key
--   state          VARCHAR  overdue, due_today, at_risk or undeterminable
--   lead_id        VARCHAR  lead
--   company        VARCHAR  its company
--   stage          VARCHAR  stage key at $as_of
--   score          DOUBLE   score at $as_of
--   owner          VARCHAR  who looks after it at $as_of
--   due_at         TIMESTAMP WITH TIME ZONE  the deadline
--   late_hours     DOUBLE   hours after it: business hours, wall hours for elapsed policies
--   last_touch_at  TIMESTAMP WITH TIME ZONE  last act of ours before $as_of
--   attempts       BIGINT   acts of ours since the clock started
--   opted_out      BOOLEAN  must not be contacted
--   record_url     VARCHAR  the record in the SFA
with

pressing as (
    select *
    from open_clocks_at($scope, $as_of)
    where state in ('overdue', 'due_today', 'at_risk', 'undeterminable')
),

attempts as (
    select
        pressing.lead_no,
        pressing.started_at,
        max(touches.occurred_at) as last_touch_at,
        count(*) filter (where touches.occurred_at >= pressing.started_at) as attempts
    from (select distinct lead_no, started_at from pressing) as pressing
    join touches using (lead_no)
    where touches.occurred_at < $as_of
    group by pressing.lead_no, pressing.started_at
)

select
    pressing.policy::varchar as policy,
    pressing.state,
    cards.lead_id,
    cards.company,
    cards.stage,
    cards.score,
    cards.owner,
    pressing.due_at,
    pressing.late_hours::double as late_hours,
    attempts.last_touch_at,
    coalesce(attempts.attempts, 0) as attempts,
    leads.opted_out,
    cards.record_url
from pressing
join leads using (lead_no)
join lead_cards('pressing', $as_of) as cards using (lead_no)
left join attempts using (lead_no, started_at)
order by
    case pressing.state when 'overdue' then 0 when 'due_today' then 1 when 'at_risk' then 2 else 3 end,
    pressing.due_at,
    cards.lead_id,
    pressing.policy,
    pressing.started_at;
