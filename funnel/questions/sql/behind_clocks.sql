-- behind_clocks: the clocks of one policy and one owner that were due in the months, those of an attainment.
-- grain: one row per clock; the latest answers first, then due_at, lead_id
-- columns:
--   lead_id        VARCHAR  lead
--   company        VARCHAR  its company
--   state          VARCHAR  met, late, missed or overdue
--   policy         VARCHAR  policy key
--   owner          VARCHAR  the clock's
--   due_at         TIMESTAMP WITH TIME ZONE  the deadline
--   late_hours     DOUBLE   hours after it, 0 where not late
--   elapsed_hours  DOUBLE   hours from the start to the stop, the close or $as_of
--   least_late_hours  DOUBLE   the least that late_hours can be; null where it rests on no range
--   most_late_hours  DOUBLE   the most
--   least_elapsed_hours  DOUBLE   the same of elapsed_hours
--   most_elapsed_hours  DOUBLE   the most
--   stopped_at     TIMESTAMP WITH TIME ZONE  the stop; null = none
--   stage          VARCHAR  stage key at $as_of
--   score          DOUBLE   score at $as_of
--   opted_out      BOOLEAN  must not be contacted
--   record_url     VARCHAR  the record in the SFA
with

judged as (
    select *
    from due_clocks($from_month, $to_month, $scope, $as_of)
    where is_judged and policy::varchar = $policy
        and (not $of_owner or owner is not distinct from $segment)
)

select
    cards.lead_id,
    cards.company,
    clocks.state,
    clocks.policy::varchar as policy,
    clocks.owner,
    clocks.due_at,
    clocks.late_hours::double as late_hours,
    clocks.elapsed_hours::double as elapsed_hours,
    clocks.least_late_hours,
    clocks.most_late_hours,
    clocks.least_elapsed_hours,
    clocks.most_elapsed_hours,
    clocks.stopped_at,
    cards.stage,
    cards.score,
    cards.opted_out,
    cards.record_url
from judged as clocks
join lead_cards('judged', $as_of) as cards using (lead_no)
order by clocks.late_hours desc, clocks.due_at, cards.lead_id, clocks.started_at;
