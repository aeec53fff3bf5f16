-- before_after: did the change of $change help? The figures of kpis in the months before it and after it.
-- grain: one row per figure of kpis, then the days to opportunity
-- columns:
--   kpi            VARCHAR  key of the figure
--   months_before  BIGINT   months that are compared: the last $months whole ones up to the day, or (last_year) those of
--                           after a year earlier, none before the first month of the data; of conversions the mature
--                           ones, of costs those with a cost
--   months_after   BIGINT   the first $months whole ones from the day on that are over
--   before         DOUBLE   rates and costs: all months together; counts and dormant_share: the mean of the months;
--                           days_to_opportunity: median days from creation of the leads that reached it
--   after          DOUBLE   the same
--   base_before    BIGINT   what the rate, the cost or the median is reckoned on; null for means
--   base_after     BIGINT   the same
--   change         DOUBLE   after - before
--   ci_low         DOUBLE   95 % interval of the change. Rates: Newcombe; means: Student's t with the pooled variance of
--                           the months, null unless both sides have two; none of costs and days
--   ci_high        DOUBLE   the same
--   verdict        VARCHAR  higher or lower where the interval leaves out 0, else unclear; null without an interval
--   small          BOOLEAN  either base below 20
with

months as (
    -- whole months, numbered from the change on
    select side, number, month::date as month
    from (
        select 'after' as side, number, first_after + to_months(number::integer) as month
        from (
            select date_trunc('month', $change::date + interval 1 month - interval 1 day) as first_after
        ) as day
        cross join generate_series(0, $months - 1) as numbers (number)
        union all
        select
            'before',
            number,
            case $against
                when 'last_year' then first_after + to_months(number::integer - 12)
                else first_before - to_months(number::integer)
            end
        from (
            select
                date_trunc('month', $change::date + interval 1 month - interval 1 day) as first_after,
                date_trunc('month', $change::date::timestamp) - interval 1 month as first_before
        ) as day
        cross join generate_series(0, $months - 1) as numbers (number)
    ) as numbered
),

over as (
    select side, number, month, local_midnight(month) as starts_at, local_midnight(month + interval 1 month) as ends_at
    from months
    where local_midnight(month + interval 1 month) <= $as_of
),

periods as (
    select
        over.side || ' ' || over.month as period,
        over.side,
        over.month,
        over.starts_at,
        over.ends_at,
        over.ends_at as whole_ends_at,
        true as is_whole
    from over
    cross join settings
    where over.side = 'after'
        or (
            over.month >= date_trunc('month', settings.first_lead_at::timestamp)
            -- the same season: no month whose like is not over yet
            and ($against = 'before' or over.number in (select number from over where side = 'after'))
        )
),

cohort_months as (
    select period, month
    from periods
    where days_later(ends_at, 90) <= $as_of
),

figures as (
    select figures.*, periods.side
    from kpi_figures('periods', 'cohort_months', 90, $scope, $as_of) as figures
    join periods using (period)
),

sides as (
    select
        part_no,
        position,
        side,
        -- conversions have no month where it is not mature
        count(*) filter (where month is not null and (part_no <> 4 or cost is not null)) as months,
        sum(part)::bigint as part,
        sum(base) filter (where part_no <> 4 or cost is not null)::bigint as base,
        sum(cost order by month) as cost,
        count(value) as values,
        avg(value order by month) as mean,
        var_samp(value order by month) as variance
    from figures
    group by part_no, position, side
),

opportunities as (
    select periods.side, greatest(0, days_between(leads.created_at, happened_at)) as days
    from counted_events($scope, $as_of) as events
    join periods on happened_at >= periods.starts_at and happened_at < periods.ends_at
    join leads using (lead_no)
    where events.kpi = 'opportunity'
),

measured as (
    select
        names.part_no,
        names.position,
        names.kpi,
        both_sides.side,
        coalesce(sides.months, 0) as months,
        case
            when names.part_no in (0, 3) then sides.mean
            when names.part_no = 4 then rate(sides.cost, sides.base)
            else rate(sides.part, sides.base)
        end as value,
        case when names.part_no not in (0, 3) then sides.base end as base,
        case when names.part_no in (1, 2) then sides.part end as part,
        case when names.part_no in (0, 3) then sides.values end as values,
        sides.variance
    from kpi_names() as names
    cross join (values ('before'), ('after')) as both_sides (side)
    left join sides
        on names.part_no = sides.part_no and names.position = sides.position and both_sides.side = sides.side
    union all
    select
        5,
        0,
        'days_to_opportunity',
        both_sides.side,
        (select count(*) from periods where side = both_sides.side),
        median(days),
        case
            when (select opportunity_rank from settings) is not null
                and (select count(*) from periods where side = both_sides.side) > 0
                then count(days)
        end,
        null,
        null,
        null
    from (values ('before'), ('after')) as both_sides (side)
    left join opportunities using (side)
    group by both_sides.side
),

paired as (
    select
        part_no,
        position,
        kpi,
        max(months) filter (where side = 'before') as months_before,
        max(months) filter (where side = 'after') as months_after,
        max(value) filter (where side = 'before') as before,
        max(value) filter (where side = 'after') as after,
        max(base) filter (where side = 'before') as base_before,
        max(base) filter (where side = 'after') as base_after,
        max(part) filter (where side = 'before') as part_before,
        max(part) filter (where side = 'after') as part_after,
        max(values) filter (where side = 'before') as values_before,
        max(values) filter (where side = 'after') as values_after,
        max(variance) filter (where side = 'before') as variance_before,
        max(variance) filter (where side = 'after') as variance_after
    from measured
    group by part_no, position, kpi
),

reaching as (
    select
        *,
        case
            when values_before >= 2 and values_after >= 2
                then t_quantile(values_before + values_after - 2)
                    * sqrt(
                        ((values_before - 1) * variance_before + (values_after - 1) * variance_after)
                        / (values_before + values_after - 2)
                    )
                    * sqrt(1 / values_before + 1 / values_after)
        end as reach
    from paired
),

bounded as (
    select
        *,
        case
            when reach is not null then after - before - reach
            when base_before > 0 and base_after > 0
                then newcombe_low(part_before, base_before, part_after, base_after)
        end as ci_low,
        case
            when reach is not null then after - before + reach
            when base_before > 0 and base_after > 0
                then newcombe_high(part_before, base_before, part_after, base_after)
        end as ci_high
    from reaching
)

select
    kpi,
    months_before,
    months_after,
    before,
    after,
    base_before,
    base_after,
    after - before as change,
    ci_low,
    ci_high,
    case
        when ci_low is null then null
        when ci_low > 1e-12 then 'higher' -- equal months have equal means but for the last digit
        when ci_high < -1e-12 then 'lower'
        else 'unclear'
    end as verdict,
    coalesce(is_small(base_before), false) or coalesce(is_small(base_after), false) as small
from bounded
order by part_no, position;
