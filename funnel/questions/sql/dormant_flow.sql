-- dormant_flow: how the pool of silent leads grew and shrank.
-- grain: month; a month that $as_of cuts ends there
-- columns:
--   month           DATE    first day of the month
--   opening         BIGINT  silent leads at the month's start
--   fell_silent     BIGINT  entered the pool in the month
--   woken_by_lead   BIGINT  left it by an act of their own
--   woken_by_us     BIGINT  left it by an act of ours
--   left_otherwise  BIGINT  left it because their stage does not count
--   closing         BIGINT  opening + fell_silent - all that left
with

months as (
    select * from months_between($from_month, $to_month, $as_of)
),

events as (
    select happened_at, flow from silence_events($scope, $as_of)
),

counts as (
    select
        months.month,
        count(*) filter (where flow = 'fell_silent') as fell_silent,
        count(*) filter (where flow = 'woken_by_lead') as woken_by_lead,
        count(*) filter (where flow = 'woken_by_us') as woken_by_us,
        count(*) filter (where flow = 'left_otherwise') as left_otherwise
    from events
    join months on events.happened_at >= months.starts_at and events.happened_at < months.ends_at
    group by months.month
),

filled as (
    select
        months.month,
        coalesce(fell_silent, 0) as fell_silent,
        coalesce(woken_by_lead, 0) as woken_by_lead,
        coalesce(woken_by_us, 0) as woken_by_us,
        coalesce(left_otherwise, 0) as left_otherwise,
        (
            select count(*) filter (where flow = 'fell_silent') - count(*) filter (where flow <> 'fell_silent')
            from events
            where happened_at < (select min(starts_at) from months)
        ) as before
    from months
    left join counts using (month)
),

balances as (
    select
        *,
        (before + sum(fell_silent - woken_by_lead - woken_by_us - left_otherwise) over (order by month))::bigint
            as closing
    from filled
)

select
    month,
    closing - fell_silent + woken_by_lead + woken_by_us + left_otherwise as opening,
    fell_silent,
    woken_by_lead,
    woken_by_us,
    left_otherwise,
    closing
from balances
order by month;
