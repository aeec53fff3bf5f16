-- bridge: why the period ratio and the cohort rate of a month differ.
-- grain: month
-- columns:
--   month                DATE    first day of the month
--   period_converted     BIGINT  leads whose first rank at or above $to_stage lies in the month
--   from_this_month      BIGINT  of these, entered $from_stage in the same month
--   from_earlier_months  BIGINT  of these, entered it in an earlier month, or were born in it
--   never_entered_from   BIGINT  of these, had not entered it
--   still_young          BIGINT  entered $from_stage in the month, not converted, window still running
with

months as (
    select * from months_between($from_month, $to_month, $as_of)
),

journeys as (
    select * from journeys($from_stage, $to_stage, null, $scope, $as_of)
),

arrivals as (
    select
        months.month,
        count(*) as period_converted,
        count(*) filter (where is_from_before_to and from_at >= months.starts_at) as from_this_month,
        count(*) filter (where is_from_before_to and (is_from_assumed or from_at < months.starts_at))
            as from_earlier_months,
        count(*) filter (where not is_from_before_to) as never_entered_from
    from journeys
    join months on journeys.first_to_at >= months.starts_at and journeys.first_to_at < months.ends_at
    group by months.month
),

young as (
    select months.month, count(*) as still_young
    from journeys
    join months on journeys.from_at >= months.starts_at and journeys.from_at < months.ends_at
    where coalesce(us_between(from_at, converted_at) >= window_us($window_days), true)
        and us_between(from_at, $as_of) < window_us($window_days)
    group by months.month
)

select
    months.month,
    coalesce(period_converted, 0) as period_converted,
    coalesce(from_this_month, 0) as from_this_month,
    coalesce(from_earlier_months, 0) as from_earlier_months,
    coalesce(never_entered_from, 0) as never_entered_from,
    coalesce(still_young, 0) as still_young
from months
left join arrivals using (month)
left join young using (month)
order by months.month;
