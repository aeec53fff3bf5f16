-- what_if: who would have been an MQL under other rules, and could sales have called them?
-- grain: month × move (before, after, same, earlier, later, in, out), zeros shown
-- $elsewhere: who qualifies under the other version, as its own layer says; null with a $shift
-- columns:
--   month          DATE     its first day; of qualifying under the other rules (before, out: under the rules as they are)
--   move           VARCHAR  before = qualified under the rules as they are · after = under the other ones, which is
--                           same + earlier + later + in · in = only under the other ones · out = only as they are
--   leads          BIGINT   leads
--   handed_off     BIGINT   of these, reached mql by $as_of
--   sql            BIGINT   of these, reached sql by $as_of
--   rate           DOUBLE   sql / leads, 0…1
--   ci_low         DOUBLE   Wilson 95 % interval of the rate
--   ci_high        DOUBLE   the same
--   calls_per_day  DOUBLE   leads × calls that one MQL needs / days with opening hours of the month, up to and with that
--                           of $as_of; null where the rules do not say how many
--   capacity       DOUBLE   calls that sales can make a day
--   small          BOOLEAN  fewer than 20 leads
with

months as (
    select * from months_between($from_month, $to_month, $as_of)
),

moves (position, move) as (
    values (0, 'before'), (1, 'after'), (2, 'same'), (3, 'earlier'), (4, 'later'), (5, 'in'), (6, 'out')
),

moved as (
    select * from moved_leads($elsewhere, $shift::double, $scope, $as_of)
),

placed as (
    select 'before' as move, lead_no, qualified_at as happened_at from moved where qualified_at is not null
    union all
    select 'after', lead_no, then_at from moved where then_at is not null
    union all
    select move, lead_no, coalesce(then_at, qualified_at) from moved
),

counts as (
    select
        months.month,
        placed.move,
        count(*) as leads,
        count(*) filter (where spells.top_rank >= settings.mql_rank) as handed_off,
        count(*) filter (where spells.top_rank >= settings.sql_rank) as sql
    from placed
    join months on placed.happened_at >= months.starts_at and placed.happened_at < months.ends_at
    join stages_at($as_of) as spells using (lead_no)
    cross join settings
    group by months.month, placed.move
),

open_days as (
    select months.month, count(distinct windows.local_date) as days
    from months
    join business_windows as windows
        on windows.opens_at >= months.starts_at and windows.opens_at < months.ends_at
    where windows.local_date <= local_date($as_of)
    group by months.month
)

select
    months.month,
    moves.move,
    coalesce(counts.leads, 0) as leads,
    coalesce(counts.handed_off, 0) as handed_off,
    coalesce(counts.sql, 0) as sql,
    rate(counts.sql, counts.leads) as rate,
    wilson_low(counts.sql, counts.leads) as ci_low,
    wilson_high(counts.sql, counts.leads) as ci_high,
    rate(coalesce(counts.leads, 0) * settings.calls_per_mql, open_days.days) as calls_per_day,
    settings.calls_per_day as capacity,
    is_small(coalesce(counts.leads, 0)) as small
from months
cross join moves
cross join settings
left join counts using (month, move)
left join open_days using (month)
order by months.month, moves.position;
