-- behind_kpi: the leads that a count of kpis counts: created, or first at or above a milestone, in $month.
-- grain: one row per lead, by that instant, lead_id
-- columns:
--   lead_id     VARCHAR  lead
--   company     VARCHAR  its company
--   stage       VARCHAR  stage key at $as_of
--   owner       VARCHAR  who looks after it at $as_of
--   score       DOUBLE   score at $as_of
--   reached_at  TIMESTAMP WITH TIME ZONE  when it counted
--   opted_out   BOOLEAN  must not be contacted
--   record_url  VARCHAR  the record in the SFA
with

months as (
    select * from months_between($month, $month, $as_of)
),

arrivals as (
    select lead_no, happened_at as reached_at
    from counted_events($scope, $as_of) as events
    join months on events.happened_at >= months.starts_at and events.happened_at < months.ends_at
    where events.kpi = $kpi
)

select lead_id, company, stage, owner, score, reached_at, opted_out, record_url
from arrivals
join lead_cards('arrivals', $as_of) as cards using (lead_no)
order by reached_at, lead_id;
