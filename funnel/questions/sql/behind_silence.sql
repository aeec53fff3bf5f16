-- behind_silence: the silent leads of one stage and one highest band.
-- grain: one row per lead; by highest score descending, lead_id
-- columns:
--   lead_id      VARCHAR  lead
--   company      VARCHAR  its company
--   stage        VARCHAR  stage key at $as_of
--   owner        VARCHAR  who looks after it at $as_of
--   score        DOUBLE   score at $as_of
--   max_score    DOUBLE   highest score ever
--   silent_days  DOUBLE   days since the last reset
--   opted_out    BOOLEAN  must not be contacted
--   record_url   VARCHAR  the record in the SFA
with

pool as (
    select lead_no, max_score, days_between(reset_at, $as_of) as silent_days
    from silent_by_band_at($scope, $as_of)
    where $stage::varchar is null or (stage = $stage and band is not distinct from $band)
)

select lead_id, company, stage, owner, score, max_score, silent_days, opted_out, record_url
from pool
join lead_cards('pool', $as_of) as cards using (lead_no)
order by max_score desc nulls last, lead_id;
