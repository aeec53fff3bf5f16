-- The tool's own names of its activity types (they differ from one installation to the next).
create or replace temp view converted as
with whole as (
    select * from texts union all by name select null::varchar as type, null::varchar as name where false
)
select
    trimmed(type) as type, filled(name) as name,
    type as key,
    null::timestamptz as newer,
    (case when trimmed(type) is null or trimmed(name) is null then 2 else 0 end)::smallint as flaws
from whole;
