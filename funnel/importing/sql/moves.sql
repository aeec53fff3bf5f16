-- Leads that a stream of activities says went into another, or are gone.
select
    lead_id,
    case when type = 'merge' then nullif(record_ids(to_value), '') end as merged_ids,
    type = 'delete' as is_gone,
    occurred_at as gone_at,
    key as activity_id
from converted
where flaws = 0 and type in ('merge', 'delete') and getvariable('has_moves');
