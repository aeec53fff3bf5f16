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
    select spells.lead_no, spells.reset_at, scores.max_score, bands.band
    from in_scope('silent_spells', $scope, $as_of) as spells
    left join scores_at($as_of) as scores using (lead_no)
    left join bands
        on scores.max_score >= bands.from_score
        and (bands.to_score is null or scores.max_score < bands.to_score)
    where spells.from_at < $as_of and (spells.to_at is null or spells.to_at >= $as_of)
)

select
    lead_id,
    company,
    stage,
    owner,
    score,
    max_score,
    days_between(reset_at, $as_of) as silent_days,
    opted_out,
    record_url
from pool
join lead_cards('pool', $as_of) as cards using (lead_no)
where $stage::varchar is null or (stage = $stage and band is not distinct from $band)
order by max_score desc nulls last, lead_id;
