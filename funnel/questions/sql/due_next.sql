-- due_next: the open clocks that fall due on the first business day after the day of $as_of.
-- grain: one row per clock, by due_at, lead_id, policy, started_at
-- columns:
--   policy      VARCHAR  policy key
--   state       VARCHAR  at_risk or pending
--   lead_id     VARCHAR  lead
--   company     VARCHAR  its company
--   stage       VARCHAR  stage key at $as_of
--   score       DOUBLE   score at $as_of
--   owner       VARCHAR  who looks after it at $as_of
--   due_at      TIMESTAMP WITH TIME ZONE  the deadline
--   opted_out   BOOLEAN  must not be contacted
--   record_url  VARCHAR  the record in the SFA
with

next_day as (
    select min(local_date) as day from business_windows where local_date > local_date($as_of)
),

coming as (
    select clocks.*
    from open_clocks_at($scope, $as_of) as clocks
    join next_day on local_date(clocks.due_at) = next_day.day
    where clocks.state in ('at_risk', 'pending')
)

select
    coming.policy::varchar as policy,
    coming.state,
    cards.lead_id,
    cards.company,
    cards.stage,
    cards.score,
    cards.owner,
    coming.due_at,
    leads.opted_out,
    cards.record_url
from coming
join leads using (lead_no)
join lead_cards('coming', $as_of) as cards using (lead_no)
order by coming.due_at, cards.lead_id, coming.policy, coming.started_at;
