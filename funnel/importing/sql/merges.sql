-- Which leads went into which: `gone` is now `lead_id`.
create or replace temp view converted as
with whole as (
    select * from texts union all by name select null::varchar as lead_id, null::varchar as merged_ids where false
)
select
    record_id(lead_id) as lead_id,
    nullif(record_ids(merged_ids), '') as merged_ids,
    lead_id || chr(31) || merged_ids as key,
    null::timestamptz as newer,
    (case when trimmed(lead_id) is null or trimmed(merged_ids) is null then 2 else 0 end)::smallint as flaws
from whole;
