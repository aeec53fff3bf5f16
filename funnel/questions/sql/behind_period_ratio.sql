-- behind_period_ratio: the leads whose first rank at or above $to_stage lies in $month.
-- grain: one row per lead, by that instant, lead_id
-- columns:
--   lead_id     VARCHAR  lead
--   company     VARCHAR  its company
--   stage       VARCHAR  stage key at $as_of
--   owner       VARCHAR  who looks after it at $as_of
--   score       DOUBLE   score at $as_of
--   reached_at  TIMESTAMP WITH TIME ZONE  when it got there
--   opted_out   BOOLEAN  must not be contacted
--   record_url  VARCHAR  the record in the SFA
with

months as (
    select * from months_between($month, $month, $as_of)
),

arrivals as (
    select lead_no, first_to_at as reached_at
    from journeys($from_stage, $to_stage, $by, $scope, $as_of) as journeys
    join months on journeys.first_to_at >= months.starts_at and journeys.first_to_at < months.ends_at
    where journeys.segment is not distinct from $segment
)

select lead_id, company, stage, owner, score, reached_at, opted_out, record_url
from arrivals
join lead_cards('arrivals', $as_of) as cards using (lead_no)
order by reached_at, lead_id;
