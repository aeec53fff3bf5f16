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

floors as (
    select 'mql' as kpi, mql_rank as rank from settings
    union all
    select 'sql', sql_rank from settings
    union all
    select 'opportunity', opportunity_rank from settings
    union all
    select 'won', max(rank) from stages where kind = 'won'
),

events as (
    select 'leads' as kpi, created_at as happened_at
    from in_scope('leads', $scope, $as_of)
    union all
    select kpi, entered_at
    from in_scope('stage_spells', $scope, $as_of) as spells
    join floors on spells.rank >= floors.rank and spells.former_rank < floors.rank
    where spells.rank > spells.former_rank and entered_at < $as_of and not is_assumed
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
