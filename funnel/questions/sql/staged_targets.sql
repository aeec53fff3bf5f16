-- staged_targets: are the steps reached that were agreed for a rate, counted from a month on?
-- grain: one row per staged target and step, as the rules list them
-- columns:
--   kpi        VARCHAR  key of the rate, one of kpis
--   step       INTEGER  1, 2 …
--   due_month  DATE     the month it is due in, its first day
--   baseline   DOUBLE   the rate in the month that the steps are counted from; null until that month is over, of
--                       conversions until 90 days later
--   target     DOUBLE   baseline and the points of the step, 0…1
--   actual     DOUBLE   the rate in due_month; null likewise
--   ci_low     DOUBLE   Wilson 95 % interval of actual
--   ci_high    DOUBLE   the same
--   reached    BOOLEAN  actual is at or above target, of dormant_share at or below it
with

steps as (
    select
        position,
        kpi,
        step + 1 as step,
        date_trunc('month', baseline_month::timestamp)::date as baseline_month,
        (date_trunc('month', baseline_month::timestamp) + to_months(months))::date as due_month,
        plus_points
    from staged_targets
),

periods as (
    select
        month::varchar as period,
        month,
        local_midnight(month) as starts_at,
        local_midnight(month + interval 1 month) as ends_at
    from (
        select baseline_month as month from steps
        union
        select due_month from steps
    ) as months
    where local_midnight(month + interval 1 month) <= $as_of
),

cohort_months as (
    select period, month
    from periods
    where days_later(ends_at, 90) <= $as_of
),

rates as (
    select kpi, month, part, base
    from kpi_cohorts('cohort_months', 90, $scope, $as_of)
    union all
    select kpi, periods.month, part, base
    from kpi_attainments('periods', $scope, $as_of)
    join periods using (period)
    union all
    select 'dormant_share', periods.month, part, base
    from kpi_silent('periods', $scope, $as_of)
    join periods using (period)
),

judged as (
    select
        steps.position,
        steps.kpi,
        steps.step,
        steps.due_month,
        rate(started.part, started.base) as baseline,
        least(1, greatest(0, rate(started.part, started.base) + steps.plus_points / 100)) as target,
        actual.part,
        actual.base
    from steps
    left join rates as started on steps.kpi = started.kpi and steps.baseline_month = started.month
    left join rates as actual on steps.kpi = actual.kpi and steps.due_month = actual.month
)

select
    kpi,
    step,
    due_month,
    baseline,
    case when baseline is not null then target end as target,
    rate(part, base) as actual,
    wilson_low(part, base) as ci_low,
    wilson_high(part, base) as ci_high,
    case
        when baseline is null then null
        -- 20 % and 10 points are 30 %, whatever the last digit says
        when kpi = 'dormant_share' then rate(part, base) <= target + 1e-12
        else rate(part, base) >= target - 1e-12
    end as reached
from judged
order by position, step;
