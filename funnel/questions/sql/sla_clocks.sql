-- sla_clocks: every clock, as it stood at $as_of; with months only those due in them.
-- grain: policy (in the order of the rules), lead_id, started_at; ordered by policy, started_at, lead_id
-- An event that was found by comparing two exports (not_before) happened somewhere in a range. A clock whose state is
-- not the same wherever in its range each event happened, or that may not have started yet, is undeterminable; times
-- and hours are those of the instants as recorded.
-- columns:
--   policy         VARCHAR  policy key
--   lead_id        VARCHAR  lead
--   started_at     TIMESTAMP WITH TIME ZONE  the event that started it
--   due_at         TIMESTAMP WITH TIME ZONE  its deadline
--   stopped_at     TIMESTAMP WITH TIME ZONE  the stop, null = none yet
--   closed_at      TIMESTAMP WITH TIME ZONE  lost, dormant or back before any stop
--   state          VARCHAR  met, late, exempt, missed, overdue, due_today, at_risk, pending; undeterminable
--   elapsed_hours  DOUBLE   start to stop, close or $as_of; business hours, wall hours for elapsed policies
--   late_hours     DOUBLE   due to the same end, 0 where not late
--   owner          VARCHAR  who looked after the lead just before that end
select
    clocks.policy::varchar as policy,
    leads.lead_id,
    clocks.started_at,
    clocks.due_at,
    clocks.stopped_at,
    clocks.closed_at,
    clocks.state,
    clocks.elapsed_hours::double as elapsed_hours,
    clocks.late_hours::double as late_hours,
    clocks.owner
from due_clocks($from_month, $to_month, $scope, $as_of) as clocks
join leads using (lead_no)
order by
    clocks.policy,
    clocks.started_at,
    leads.lead_id,
    clocks.due_at,
    clocks.stopped_at nulls last,
    clocks.closed_at nulls last;
