-- behind_silence_flow: the silences that began, or ended in one way, in $month.
-- grain: one row per silence, by its instant, lead_id
-- columns:
--   lead_id      VARCHAR  lead
--   company      VARCHAR  its company
--   stage        VARCHAR  stage key at $as_of
--   owner        VARCHAR  who looks after it at $as_of
--   score        DOUBLE   score at $as_of
--   happened_at  TIMESTAMP WITH TIME ZONE  when it began or ended
--   opted_out    BOOLEAN  must not be contacted
--   record_url   VARCHAR  the record in the SFA
with

months as (
    select * from months_between($month, $month, $as_of)
),

moved as (
    select lead_no, happened_at
    from silence_events($scope, $as_of) as events
    join months on events.happened_at >= months.starts_at and events.happened_at < months.ends_at
    where events.flow = $flow
)

select lead_id, company, stage, owner, score, happened_at, opted_out, record_url
from moved
join lead_cards('moved', $as_of) as cards using (lead_no)
order by happened_at, lead_id;
