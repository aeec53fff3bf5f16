-- recycled: do leads that were put aside come back, and by which road?
-- grain: kind × route; the route of all (null) always, the others where a lead took them; as the rules list the types
-- columns:
--   kind         VARCHAR  how they were parked in the months: lost, dormant, rejected = from mql or beyond to before mql
--   route        VARCHAR  null = all, from the parking on · an activity type: from the first such act after it on, while
--                         the lead had not come back
--   leads        BIGINT   parkings whose window is over; a lead counts as often as it was parked
--   back         BIGINT   of these, entered mql or beyond within the window
--   rate         DOUBLE   back / leads, 0…1
--   ci_low       DOUBLE   Wilson 95 % interval of the rate
--   ci_high      DOUBLE   the same
--   sql          BIGINT   entered sql or beyond within the window
--   won          BIGINT   was won within the window
--   amount       DOUBLE   sum of the amounts of the won; null where some are won and none has one
--   per_parking  DOUBLE   amount / leads
--   small        BOOLEAN  fewer than 20 parkings
with

months as (
    select min(starts_at) as starts_at, max(ends_at) as ends_at
    from months_between($from_month, $to_month, $as_of)
),

kinds (position, kind) as (
    values (0, 'lost'), (1, 'dormant'), (2, 'rejected')
),

parked as (
    select parkings.*
    from in_scope('parkings', $scope, $as_of) as parkings
    cross join months
    where parked_at >= months.starts_at and parked_at < months.ends_at and parked_at < $as_of
),

acts as (
    select lead_no, seq, type::varchar as route, min(occurred_at) as begun_at
    from parked
    join activities using (lead_no)
    where side in ('lead', 'us', 'auto')
        and occurred_at >= parked_at and occurred_at < $as_of and (back_at is null or occurred_at < back_at)
    group by lead_no, seq, type
),

begun as (
    select kind, null as route, parked_at as begun_at, lead_no, back_at, sql_at, won_at
    from parked
    union all
    select kind, route, begun_at, lead_no, back_at, sql_at, won_at
    from acts
    join parked using (lead_no, seq)
),

followed as (
    select
        kind,
        route,
        lead_no,
        begun_at,
        amount,
        us_between(begun_at, $as_of) >= window_us($window_days) as is_over,
        us_between(begun_at, back_at) < window_us($window_days) as is_back,
        us_between(begun_at, sql_at) < window_us($window_days) as is_sql,
        us_between(begun_at, won_at) < window_us($window_days) as is_won
    from begun
    join leads using (lead_no)
),

counts as (
    select
        kind,
        route,
        count(*) filter (where is_over) as leads,
        count(*) filter (where is_over and is_back) as back,
        count(*) filter (where is_over and is_sql) as sql,
        count(*) filter (where is_over and is_won) as won,
        -- in one order: a sum of doubles would change with the number of threads
        list_sum(list(amount order by begun_at, lead_no) filter (where is_over and is_won and amount is not null)) as amount
    from followed
    group by kind, route
),

rows as (
    select kinds.position, kinds.kind, null as route, null as route_position
    from kinds
    union all
    select kinds.position, kinds.kind, types.type, types.position
    from kinds
    join (select distinct kind, route from counts where route is not null) as taken using (kind)
    join activity_types as types on taken.route = types.type
)

select
    rows.kind,
    rows.route,
    coalesce(counts.leads, 0) as leads,
    coalesce(counts.back, 0) as back,
    rate(counts.back, counts.leads) as rate,
    wilson_low(counts.back, counts.leads) as ci_low,
    wilson_high(counts.back, counts.leads) as ci_high,
    coalesce(counts.sql, 0) as sql,
    coalesce(counts.won, 0) as won,
    case when coalesce(counts.won, 0) = 0 then 0::double else counts.amount end as amount,
    rate(case when coalesce(counts.won, 0) = 0 then 0::double else counts.amount end, counts.leads) as per_parking,
    is_small(coalesce(counts.leads, 0)) as small
from rows
left join counts on rows.kind = counts.kind and rows.route is not distinct from counts.route
order by rows.position, rows.route_position nulls first;
