-- falling_asleep: which leads are about to be silent for too long, as of $as_of.
-- grain: one row per lead, silent for warn_days to days; by silent_on, score descending, lead_id
-- columns:
--   lead_id      VARCHAR  lead
--   company      VARCHAR  its company
--   stage        VARCHAR  stage key at $as_of
--   silent_days  DOUBLE   days since the last reset
--   silent_on    DATE     local day on which the limit is reached
--   score        DOUBLE   score at $as_of
--   owner        VARCHAR  who looks after it at $as_of
select
    leads.lead_id,
    leads.company,
    spells.stage::varchar as stage,
    days_between(silences.reset_at, $as_of) as silent_days,
    local_date(silences.silent_at) as silent_on,
    scores.score,
    owners.owner
from in_scope('silences', $scope, $as_of) as silences
join leads using (lead_no)
join stages_at($as_of) as spells using (lead_no)
left join scores_at($as_of) as scores using (lead_no)
left join owners_at($as_of) as owners using (lead_no)
where silences.reset_at < $as_of
    and silences.warned_at <= $as_of
    and silences.silent_at >= $as_of
    and (silences.ended_at is null or silences.ended_at >= $as_of)
    and spells.stage::varchar not in (select stage from excluded_stages)
order by silent_on, scores.score desc nulls last, leads.lead_id;
