-- conversion: of the leads that first entered $from_stage in a month, how many went on to $to_stage in time?
-- grain: month × segment; a month that $as_of cuts counts what is seen. An owner, as a filter or as $by, is whoever owned
-- the lead right after the entry that is counted
-- columns:
--   month           DATE     month of the entry, its first day
--   segment         VARCHAR  value of the dimension $by; null without one
--   entered         BIGINT   leads whose first entry (pass 1) lies in the month
--   converted       BIGINT   of these, on to $to_stage or beyond within $window_days
--   rate            DOUBLE   converted / entered, 0…1
--   ci_low          DOUBLE   Wilson 95 % interval of the rate
--   ci_high         DOUBLE   the same
--   mature          BOOLEAN  every lead of the month has had the whole window; null without a window
--   median_days     DOUBLE   days to the entry of $to_stage itself, over the converted that entered it
--   p90_days        DOUBLE   the same, 90 % of them are below
--   skipped         BIGINT   leads that first reached $to_stage in this month without $from_stage before
--   small           BOOLEAN  fewer than 20 entered
--   previous        DOUBLE   the rate of the month before; null in the first of the months
--   previous_base   BIGINT   entered of the month before
--   verdict         VARCHAR  the rate against previous, of mature months: higher, lower, or unclear where Newcombe's 95 %
--                            interval of the difference holds 0 (as in kpis); null where a base is below 20
--   target          DOUBLE   of MQL to SQL and SQL to won within 90 days: that of the version in force on the month's last
--                            day
--   target_verdict  VARCHAR  the rate of a mature month against target: reached or missed where the whole interval is,
--                            else unclear, as with fewer than 20; null without a target or a base
with

months as (
    select * from months_between($from_month, $to_month, $as_of)
),

entries as (
    select * from conversion_entries($from_stage, $to_stage, $by, $scope, $as_of)
),

arrivals as (
    select * from entries where kind = 'entered'
),

cohorts as (
    select * from cohorts_of('arrivals', $window_days, $from_month, $to_month, $as_of)
),

skips as (
    select months.month, segment, segment_position, count(*) as skipped
    from entries
    join months on entries.entered_at >= months.starts_at and entries.entered_at < months.ends_at
    where kind = 'skipped'
    group by months.month, segment, segment_position
),

listed as (
    select null::varchar as segment, null::integer as segment_position
    where $by is null
    union
    select segment, segment_position from cohorts
    union
    select segment, segment_position from skips
),

counted as (
    select
        months.month,
        listed.segment,
        listed.segment_position,
        coalesce(cohorts.entered, 0) as entered,
        coalesce(cohorts.converted, 0) as converted,
        days_later(months.ends_at, $window_days) <= $as_of as mature,
        cohorts.days,
        coalesce(skips.skipped, 0) as skipped
    from months
    cross join listed
    left join cohorts
        on months.month = cohorts.month and listed.segment is not distinct from cohorts.segment
    left join skips
        on months.month = skips.month and listed.segment is not distinct from skips.segment
),

-- the figure of kpis that the step is, where it is one
figure as (
    select
        case
            when $window_days is distinct from 90 then null
            when $from_stage = mql_stage and $to_stage = sql_stage then 'mql_to_sql'
            when $from_stage = sql_stage and $to_stage = (select stage from stages where kind = 'won') then 'sql_to_won'
        end as kpi
    from settings
),

goals as (
    select target, from_on, to_on
    from target_spans
    join figure using (kpi)
),

compared as (
    select
        *,
        wilson_low(converted, entered) as ci_low,
        wilson_high(converted, entered) as ci_high,
        lag(entered) over by_month as previous_base,
        lag(converted) over by_month as previous_converted
    from counted
    window by_month as (partition by segment_position, segment order by month)
)

select
    month,
    segment,
    entered,
    converted,
    rate(converted, entered) as rate,
    ci_low,
    ci_high,
    mature,
    days[1] as median_days,
    days[2] as p90_days,
    skipped,
    is_small(entered) as small,
    rate(previous_converted, previous_base) as previous,
    previous_base,
    case when mature then change_verdict(previous_converted, previous_base, converted, entered) end as verdict,
    target,
    case when mature then target_verdict(ci_low, ci_high, entered, target) end as target_verdict
from compared
left join goals
    on (from_on is null or from_on <= last_day(month))
    and (to_on is null or to_on > last_day(month))
order by month, segment_position nulls last, segment nulls last;
