-- kpi_history: how many leads were created, and first reached each milestone, month by month: the counts of kpis.
-- grain: month; the last one may be cut by $as_of
-- columns:
--   month        DATE    first day of the month
--   leads        BIGINT  leads created
--   mql          BIGINT  leads first at or above mql
--   sql          BIGINT  leads first at or above sql
--   opportunity  BIGINT  leads first at or above opportunity
--   won          BIGINT  leads won
with

months as (
    select * from months_between($from_month, $to_month, $as_of)
),

events as (
    select kpi, happened_at from counted_events($scope, $as_of)
)

select
    months.month,
    count(*) filter (where kpi = 'leads') as leads,
    count(*) filter (where kpi = 'mql') as mql,
    count(*) filter (where kpi = 'sql') as sql,
    count(*) filter (where kpi = 'opportunity') as opportunity,
    count(*) filter (where kpi = 'won') as won
from months
left join events on events.happened_at >= months.starts_at and events.happened_at < months.ends_at
group by months.month
order by months.month;
