-- lead_clocks: the follow-up clocks of one lead as they stood at $as_of.
-- grain: clock, in order of time
-- columns:
--   policy         VARCHAR  policy key
--   started_at     TIMESTAMP WITH TIME ZONE  the event that started it
--   due_at         TIMESTAMP WITH TIME ZONE  its deadline
--   stopped_at     TIMESTAMP WITH TIME ZONE  the stop, null = none yet
--   closed_at      TIMESTAMP WITH TIME ZONE  lost, dormant or back before any stop
--   state          VARCHAR  met, late, exempt, missed, overdue, due_today, at_risk, pending; undeterminable
--   elapsed_hours  DOUBLE   start to stop, close or $as_of
--   late_hours     DOUBLE   due to the same end, 0 where not late
--   owner          VARCHAR  who looked after the lead just before that end
--   due_from       TIMESTAMP WITH TIME ZONE  the earliest deadline that a range allows; null = it rests on no range
--   due_to         TIMESTAMP WITH TIME ZONE  the latest
--   least_elapsed_hours  DOUBLE  the least of elapsed_hours
--   most_elapsed_hours   DOUBLE  the most
--   least_late_hours     DOUBLE  the least of late_hours
--   most_late_hours      DOUBLE  the most
select
    clocks.policy::varchar as policy,
    clocks.started_at,
    clocks.due_at,
    clocks.stopped_at,
    clocks.closed_at,
    clocks.state,
    clocks.elapsed_hours::double as elapsed_hours,
    clocks.late_hours::double as late_hours,
    clocks.owner,
    clocks.due_from,
    clocks.due_to,
    clocks.least_elapsed_hours,
    clocks.most_elapsed_hours,
    clocks.least_late_hours,
    clocks.most_late_hours
from clocks_at({'filtered': []::varchar[], 'dimensions': []::varchar[], 'values': []::varchar[]}, $as_of)
    as clocks
join leads using (lead_no)
where leads.lead_id = $lead_id
order by clocks.started_at, clocks.policy, clocks.due_at;
