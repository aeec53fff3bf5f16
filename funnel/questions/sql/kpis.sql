-- kpis: the figures of the month $to_month against the month before, the same month a year earlier and the target.
-- grain: one row per figure: counts, conversions, attainment of each policy with a target, share of silent, costs
-- columns:
--   kpi       VARCHAR  key of the figure
--   month     DATE     the month it stands for; conversions: the newest mature one, null = none yet
--   value     DOUBLE   count, rate 0…1, or cost in the currency of the rules
--   base      BIGINT   what the rate or the cost is reckoned on; null for counts
--   ci_low    DOUBLE   Wilson 95 % interval of a rate
--   ci_high   DOUBLE   the same
--   previous  DOUBLE   the month before; while the month is not over its same days, of a cost the whole month
--   target    DOUBLE   target of the version of the rules in force on the last day of month
--   reached   BOOLEAN  target met; null while the month is not over
--   small     BOOLEAN  base below 20
--   previous_base   BIGINT   the base of previous
--   last_year       DOUBLE   as previous, a year before month; null before the first month of the data
--   last_year_base  BIGINT   the base of last_year
--   verdict         VARCHAR  of a rate against previous: higher, lower, or unclear where Newcombe's 95 % interval of the
--                            difference holds 0; null where a base is below 20
--   numerator       BIGINT   what the rate counts, of base; null for counts and costs
--   cost            DOUBLE   what the cost is, in all, of base; null for counts and rates
--   target_verdict  VARCHAR  reached or missed, of a rate where the whole interval is, else unclear, as with a base below
--                            20; null where reached is, and of a count or a cost under a filter: its target is the whole
--                            company's
with

month as (
    -- $to_month, where it has begun
    select
        month,
        starts_at,
        ends_at,
        least(ends_at, $as_of) as seen_to,
        ends_at <= $as_of as is_over,
        (month - interval 1 month)::date as previous_month,
        case
            when month - interval 1 year >= date_trunc('month', settings.first_lead_at::timestamp)
                then (month - interval 1 year)::date
        end as last_year_month
    from months_between($to_month, $to_month, $as_of)
    cross join settings
),

-- of a month that is not over the same days of the others; what is booked by whole months goes to whole_ends_at
periods as (
    select 'now' as period, month, starts_at, seen_to as ends_at, seen_to as whole_ends_at, is_over as is_whole
    from month
    union all
    select
        earlier.period,
        earlier.month,
        local_midnight(earlier.month),
        case
            when month.is_over then local_midnight(earlier.month + interval 1 month)
            else least(
                local_midnight(earlier.month + interval 1 month),
                (earlier.month::timestamp + ($as_of::timestamp - month.month::timestamp))::timestamptz
            )
        end,
        local_midnight(earlier.month + interval 1 month),
        true
    from month
    cross join (
        select 'previous' as period, previous_month as month from month
        union all
        select 'last_year', last_year_month from month where last_year_month is not null
    ) as earlier
),

-- conversions stand for months of their own
mature as (
    select max(months.month) as month
    from settings
    cross join months_between(
        date_trunc('month', settings.first_lead_at::timestamp)::date, $to_month, $as_of
    ) as months
    where days_later(months.ends_at, $window_days) <= $as_of
),

cohort_months as (
    select 'now' as period, month from mature where month is not null
    union all
    select 'previous', (month - interval 1 month)::date from mature where month is not null
    union all
    select 'last_year', (mature.month - interval 1 year)::date
    from mature
    cross join settings
    where mature.month - interval 1 year >= date_trunc('month', settings.first_lead_at::timestamp)
),

figures as (
    select * from kpi_figures('periods', 'cohort_months', $window_days, $scope, $as_of)
),

compared as (
    select
        figures.part_no,
        figures.position,
        figures.kpi,
        figures.month,
        figures.value,
        figures.base,
        figures.part,
        figures.cost,
        wilson_low(figures.part, figures.base) as ci_low,
        wilson_high(figures.part, figures.base) as ci_high,
        before.value as previous,
        before.base as previous_base,
        change_verdict(before.part, before.base, figures.part, figures.base) as verdict,
        last_year.value as last_year,
        last_year.base as last_year_base,
        target_spans.target,
        case
            when figures.part_no <> 1 and not month.is_over then null
            when figures.part_no >= 3 then figures.value <= target_spans.target
            else figures.value >= target_spans.target
        end as reached
    from figures
    cross join month
    left join figures as before
        on figures.kpi = before.kpi and figures.part_no = before.part_no and before.period = 'previous'
    left join figures as last_year
        on figures.kpi = last_year.kpi and figures.part_no = last_year.part_no and last_year.period = 'last_year'
    left join target_spans
        on figures.kpi = target_spans.kpi and figures.month is not null
        and (target_spans.from_on is null or target_spans.from_on <= last_day(figures.month))
        and (target_spans.to_on is null or target_spans.to_on > last_day(figures.month))
    where figures.period = 'now'
)

select
    kpi,
    month,
    value,
    base,
    ci_low,
    ci_high,
    previous,
    target,
    reached,
    coalesce(is_small(base), false) as small,
    previous_base,
    last_year,
    last_year_base,
    verdict,
    part as numerator,
    cost,
    case
        when reached is null then null
        when part_no = 3 then target_verdict(-ci_high, -ci_low, base, -target)
        when part is not null then target_verdict(ci_low, ci_high, base, target)
        when len($scope['filtered']) > 0 then null
        when coalesce(is_small(base), false) then 'unclear'
        when reached then 'reached'
        else 'missed'
    end as target_verdict
from compared
order by part_no, position;
