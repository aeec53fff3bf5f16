-- costs: what did a lead, an MQL, an SQL and a customer cost?
-- grain: month × segment with a lead, a reach or a cost in the months; a month that $as_of cuts counts what is seen
-- columns:
--   month         DATE     its first day
--   segment       VARCHAR  value of the dimension $by: channel, channel_group or campaign; null without one
--   cost          DOUBLE   what is booked of the month, in the currency of the rules; null where nothing is, and under a
--                          filter on anything but channel, channel_group and campaign
--   leads         BIGINT   leads created in the month
--   mql           BIGINT   leads that first reached it in the month; null where the rules map it to no stage
--   sql           BIGINT   the same
--   won           BIGINT   the same
--   cpl           DOUBLE   cost / leads; null while the month is not over: it is booked whole
--   cost_per_mql  DOUBLE   cost / mql; likewise
--   cost_per_sql  DOUBLE   cost / sql; likewise
--   cpa           DOUBLE   cost / won; likewise
--   small         BOOLEAN  fewer than 20 leads
with

months as (
    select * from months_between($from_month, $to_month, $as_of)
),

counts as (
    select
        months.month,
        segment,
        count(*) filter (where kpi = 'leads') as leads,
        count(*) filter (where kpi = 'mql') as mql,
        count(*) filter (where kpi = 'sql') as sql,
        count(*) filter (where kpi = 'won') as won
    from counted_events_by($by, $scope, $as_of)
    join months on happened_at >= months.starts_at and happened_at < months.ends_at
    group by months.month, segment
),

booked as (
    select month, segment, sum(cost)::double as cost
    from costs_in_scope($by, $scope)
    semi join months using (month)
    where cost is not null
    group by month, segment
),

listed as (
    select null::varchar as segment
    where $by is null
    union
    select segment from counts
    union
    select segment from booked
),

lines as (
    select
        months.month,
        months.ends_at <= $as_of as is_over,
        listed.segment,
        booked.cost,
        coalesce(counts.leads, 0) as leads,
        case when mql_rank is not null then coalesce(counts.mql, 0) end as mql,
        case when sql_rank is not null then coalesce(counts.sql, 0) end as sql,
        coalesce(counts.won, 0) as won
    from months
    cross join listed
    cross join settings
    left join counts on months.month = counts.month and listed.segment is not distinct from counts.segment
    left join booked on months.month = booked.month and listed.segment is not distinct from booked.segment
)

select
    month,
    segment,
    cost,
    leads,
    mql,
    sql,
    won,
    case when is_over then rate(cost, leads) end as cpl,
    case when is_over then rate(cost, mql) end as cost_per_mql,
    case when is_over then rate(cost, sql) end as cost_per_sql,
    case when is_over then rate(cost, won) end as cpa,
    is_small(leads) as small
from lines
order by month, segment nulls last;
