-- Leads that a stream of activities says went into another, or are gone.
select lead_id, case when type = 'merge' then to_value end as merged_ids, type = 'delete' as is_gone
from converted
where flaws = 0 and type in ('merge', 'delete') and getvariable('has_moves');
