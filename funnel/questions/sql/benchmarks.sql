-- benchmarks: which groups reach a stage as often as others in the market do?
-- grain: one row per benchmark of the rules: stage in the order of the rules, dimension, value
-- columns:
--   stage      VARCHAR  stage key
--   dimension  VARCHAR  dimension of the group
--   value      VARCHAR  its value
--   leads      BIGINT   leads of the group created in the months, at least $min_age_days old at $as_of
--   reached    BIGINT   of these, reached the stage by $as_of
--   rate       DOUBLE   reached / leads, 0…1
--   ci_low     DOUBLE   Wilson 95 % interval of the rate
--   ci_high    DOUBLE   the same
--   low        DOUBLE   lower bound of the benchmark
--   high       DOUBLE   upper bound of the benchmark
--   verdict    VARCHAR  above, within, below, or unclear where the interval reaches over a bound
--   source     VARCHAR  where the benchmark comes from
--   small      BOOLEAN  fewer than 20 leads
with

counts as (
    select
        benchmarks.position,
        count(*) as leads,
        count(*) filter (where reaches.top_rank >= stages.rank) as reached
    from benchmarks
    join stages using (stage)
    join values_at((select list(distinct dimension) from benchmarks), $as_of) as facts
        on benchmarks.dimension = facts.dimension and benchmarks.value is not distinct from facts.value
    join reaches_of($min_age_days, $from_month, $to_month, null, $scope, $as_of) as reaches using (lead_no)
    group by benchmarks.position
),

judged as (
    select
        benchmarks.*,
        coalesce(counts.leads, 0) as leads,
        coalesce(counts.reached, 0) as reached,
        rate(counts.reached, counts.leads) as rate,
        wilson_low(counts.reached, counts.leads) as ci_low,
        wilson_high(counts.reached, counts.leads) as ci_high
    from benchmarks
    left join counts using (position)
)

select
    judged.stage,
    judged.dimension,
    judged.value,
    judged.leads,
    judged.reached,
    judged.rate,
    judged.ci_low,
    judged.ci_high,
    judged.low,
    judged.high,
    case
        when judged.ci_low > judged.high then 'above'
        when judged.ci_high < judged.low then 'below'
        when judged.ci_low >= judged.low and judged.ci_high <= judged.high then 'within'
        else 'unclear'
    end as verdict,
    judged.source,
    is_small(judged.leads) as small
from judged
join stages using (stage)
order by stages.position, judged.dimension, judged.value, judged.position;
