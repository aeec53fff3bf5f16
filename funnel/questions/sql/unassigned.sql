-- unassigned: open leads that nobody looks after, as of $as_of.
-- grain: one row per lead in an open path stage without an owner; by score descending, lead_id
-- columns:
--   lead_id     VARCHAR  lead
--   company     VARCHAR  its company
--   stage       VARCHAR  stage key
--   score       DOUBLE   score at $as_of
--   created_at  TIMESTAMP WITH TIME ZONE  when the lead was acquired
--   days        DOUBLE   days since then
select
    leads.lead_id,
    leads.company,
    spells.stage::varchar as stage,
    scores.score,
    leads.created_at,
    days_between(leads.created_at, $as_of) as days
from in_scope('stage_spells', $scope, $as_of) as spells
join leads using (lead_no)
left join owners_at($as_of) as owners using (lead_no)
left join scores_at($as_of) as scores using (lead_no)
where spells.kind = 'path'
    and spells.entered_at < $as_of and (spells.left_at is null or spells.left_at >= $as_of)
    and owners.owner is null
order by scores.score desc nulls last, leads.lead_id;
