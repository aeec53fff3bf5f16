-- winners: what do leads that became SQLs share? Leads created in the months, at least 90 days before $as_of.
-- grain: dimension of the rules (but who looks after the lead) × value that occurs; in the order of the rules
-- columns:
--   dimension  VARCHAR  dimension
--   value      VARCHAR  value; null = empty
--   leads      BIGINT   leads with it
--   sql        BIGINT   of these, reached sql by $as_of
--   rate       DOUBLE   sql / leads, 0…1
--   ci_low     DOUBLE   Wilson 95 % interval of the rate
--   ci_high    DOUBLE   the same
--   lift       DOUBLE   rate / rate of all these leads; null where that is 0
--   small      BOOLEAN  fewer than 20 leads
with

asked as (
    select dimension, position from dimensions where dimension not in ('owner', 'owner_team')
),

grown as (
    select lead_no, top_rank >= sql_rank as is_sql
    from reaches_of(90, $from_month, $to_month, null, $scope, $as_of)
    cross join settings
),

overall as (
    select rate(count(*) filter (where is_sql), count(*)) as rate from grown
),

counts as (
    select
        facts.dimension,
        facts.value,
        facts.position as value_position,
        count(*) as leads,
        count(*) filter (where grown.is_sql) as sql
    from values_at((select list(dimension) from asked), $as_of) as facts
    join grown using (lead_no)
    group by facts.dimension, facts.value, facts.position
)

select
    counts.dimension,
    counts.value,
    counts.leads,
    counts.sql,
    rate(counts.sql, counts.leads) as rate,
    wilson_low(counts.sql, counts.leads) as ci_low,
    wilson_high(counts.sql, counts.leads) as ci_high,
    rate(rate(counts.sql, counts.leads), overall.rate) as lift,
    is_small(counts.leads) as small
from counts
join asked using (dimension)
cross join overall
order by asked.position, counts.value_position nulls last, counts.value nulls last;
