-- The names behind the ids of owners.
create or replace temp view converted as
with whole as (
    select * from texts union all by name
    select null::varchar as owner_id, null::varchar as name, null::varchar as first_name, null::varchar as last_name, null::varchar as email where false
)
select
    record_id(owner_id) as person,
    coalesce(filled(name), nullif(concat_ws(' ', filled(last_name), filled(first_name)), '')) as name,
    person as key,
    null::timestamptz as newer,
    (case when trimmed(owner_id) is null then 2 else 0 end)::smallint as flaws
from whole;
