-- Leads that their own row says are deleted; when, the day of the export tells at the latest.
select lead_id, null::varchar as merged_ids, true as is_gone, null::timestamptz as gone_at, null::varchar as activity_id
from converted
where flaws = 256;
