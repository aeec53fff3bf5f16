-- What a channel cost, in a month or on a day of it.
create or replace temp view converted as
with whole as (
    select * from texts union all by name
    select null::varchar as month, null::varchar as channel, null::varchar as campaign, null::varchar as cost where false
),
valued as (
    select
        filled(month) as month_said,
        coalesce(instant(filled(month))::date, try_strptime(trimmed(month), ['%Y-%m', '%Y/%m', '%Y年%m月', '%m/%Y', '%b %Y'])::date) as day,
        filled(channel) as channel, filled(campaign) as campaign, filled(cost) as cost_said, number_in(filled(cost)) as cost
    from whole
)
select
    day as month, channel, campaign, cost,
    concat_ws(chr(31), month, channel, coalesce(campaign, '')) as key,
    null::timestamptz as newer,
    (case when channel is null then 2 else 0 end
        + case when month_said is null then 16 else 0 end
        + case when month_said is not null and day is null or cost is null then 32 else 0 end
        + case when cost < 0 or isinf(cost) or is_far_time(day::timestamptz) then 64 else 0 end)::smallint as flaws
from valued;
