-- Which activity belongs to which lead, from files that only say that.
create or replace temp view converted as
with whole as (
    select * from texts union all by name select null::varchar as activity_id, null::varchar as lead_id where false
)
select
    record_id(activity_id) as activity_id,
    record_id(lead_id) as lead_id,
    activity_id || chr(31) || lead_id as key,
    null::timestamptz as newer,
    (case when trimmed(activity_id) is null or trimmed(lead_id) is null then 2 else 0 end)::smallint as flaws
from whole;
