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
from unassigned_at($scope, $as_of) as spells
join leads using (lead_no)
left join scores_at($as_of) as scores using (lead_no)
order by scores.score desc nulls last, leads.lead_id;
