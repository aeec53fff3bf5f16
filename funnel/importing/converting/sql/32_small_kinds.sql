-- The small files beside leads and activities: one step for each kind, under its name.
-- in: texts
-- out: converted, the rows with key, newer and flaws


-- step: costs
-- What a channel cost, in a month or on a day of it.
create or replace temp view converted as
with whole as (
    select * from texts union all by name
    select null::varchar as month, null::varchar as channel, null::varchar as campaign, null::varchar as cost where false
),
valued as (
    select
        filled(month) as month_said,
        coalesce(local_day(instant(filled(month))), try_strptime(trimmed(month), ['%Y-%m', '%Y/%m', '%Y年%m月', '%m/%Y', '%b %Y'])::date) as day,
        filled(channel) as channel, filled(campaign) as campaign, filled(cost) as cost_said, number_in(filled(cost), 'cost') as cost
    from whole
)
select
    day as month, channel, campaign, cost,
    concat_ws(chr(31), month, channel, coalesce(campaign, '')) as key,
    null::timestamptz as newer,
    (case when channel is null then 2 else 0 end
        + case when month_said is null then 16 else 0 end
        + case when month_said is not null and day is null or cost is null then 32 else 0 end
        + case when cost < 0 or is_far_time(day::timestamptz) then 64 else 0 end)::smallint as flaws
from valued;


-- step: owners
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


-- step: links
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


-- step: merges
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


-- step: types
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
