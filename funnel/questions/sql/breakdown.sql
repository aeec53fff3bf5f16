-- breakdown: how far the leads of each value of $by get, and which value loses more than the others on the way to sql.
-- grain: one row per value that occurs; small bases last, then by rate descending, leads descending, segment
-- columns:
--   segment       VARCHAR  value of the dimension $by; null = empty
--   leads         BIGINT   leads created in the months
--   mql           BIGINT   of these, got to mql or beyond
--   sql           BIGINT   of these, got to sql or beyond
--   rate          DOUBLE   sql / leads, 0…1
--   small         BOOLEAN  fewer than 20 leads
--   mql_share     DOUBLE   mql / mql of all values, 0…1
--   sql_share     DOUBLE   sql / sql of all values, 0…1
--   share_change  DOUBLE   sql_share - mql_share, -1…1
--   verdict       VARCHAR  its sql / mql against that of all other values: above or below where two proportions differ
--                          beyond chance, else within_chance; null where fewer than 20 got to mql
with

counts as (
    select
        segment,
        count(*) as leads,
        count(*) filter (where top_rank >= mql_rank) as mql,
        count(*) filter (where top_rank >= sql_rank) as sql
    from reaches_of(0, $from_month, $to_month, $by, $scope, $as_of)
    cross join settings
    group by segment
),

totals as (
    select coalesce(sum(mql), 0)::bigint as all_mql, coalesce(sum(sql), 0)::bigint as all_sql
    from counts
)

select
    segment,
    leads,
    mql,
    sql,
    rate(sql, leads) as rate,
    is_small(leads) as small,
    rate(mql, all_mql) as mql_share,
    rate(sql, all_sql) as sql_share,
    rate(sql, all_sql) - rate(mql, all_mql) as share_change,
    case
        when is_small(mql) then null
        when not differs(sql, mql, all_sql - sql, all_mql - mql) then 'within_chance'
        when rate(sql, mql) < rate(all_sql, all_mql) then 'below'
        else 'above'
    end as verdict
from counts
cross join totals
order by small, rate desc nulls last, leads desc, segment nulls last;
