-- dimension_values: which values each dimension has among the leads that exist at $as_of; for the filters.
-- grain: dimension, value
-- columns:
--   dimension  VARCHAR  dimension of the rules, stage or score_band
--   value      VARCHAR  one of its values; null = empty
--   leads      BIGINT   leads that have it at $as_of
select facts.dimension, facts.value, count(*) as leads
from values_at($dimensions, $as_of) as facts
join leads using (lead_no)
where leads.created_at < $as_of
group by facts.dimension, facts.value, facts.position
order by facts.dimension, facts.position nulls last, facts.value nulls last;
