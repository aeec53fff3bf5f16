-- conversion: of the leads that first entered $from_stage in a month, how many went on to $to_stage in time?
-- grain: month × segment; a month that $as_of cuts counts what is seen. An owner, as a filter or as $by, is whoever owned
-- the lead right after the entry that is counted
-- columns:
--   month        DATE     month of the entry, its first day
--   segment      VARCHAR  value of the dimension $by; null without one
--   entered      BIGINT   leads whose first entry (pass 1) lies in the month
--   converted    BIGINT   of these, on to $to_stage or beyond within $window_days
--   rate         DOUBLE   converted / entered, 0…1
--   ci_low       DOUBLE   Wilson 95 % interval of the rate
--   ci_high      DOUBLE   the same
--   mature       BOOLEAN  every lead of the month has had the whole window; null without a window
--   median_days  DOUBLE   days to the entry of $to_stage itself, over the converted that entered it
--   p90_days     DOUBLE   the same, 90 % of them are below
--   skipped      BIGINT   leads that first reached $to_stage in this month without $from_stage before
with

months as (
    select * from months_between($from_month, $to_month, $as_of)
),

entries as (
    select * from conversion_entries($from_stage, $to_stage, $by, $scope, $as_of)
),

cohorts as (
    select
        months.month,
        segment,
        segment_position,
        count(*) as entered,
        count(*) filter (where us_between(entered_at, converted_at) < window_us($window_days)) as converted,
        quantile_cont(days_between(entered_at, to_at), 0.5)
            filter (where us_between(entered_at, to_at) < window_us($window_days)) as median_days,
        quantile_cont(days_between(entered_at, to_at), 0.9)
            filter (where us_between(entered_at, to_at) < window_us($window_days)) as p90_days
    from entries
    join months on entries.entered_at >= months.starts_at and entries.entered_at < months.ends_at
    where kind = 'entered'
    group by months.month, segment, segment_position
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
)

select
    months.month,
    listed.segment,
    coalesce(cohorts.entered, 0) as entered,
    coalesce(cohorts.converted, 0) as converted,
    rate(cohorts.converted, cohorts.entered) as rate,
    wilson_low(cohorts.converted, cohorts.entered) as ci_low,
    wilson_high(cohorts.converted, cohorts.entered) as ci_high,
    days_later(months.ends_at, $window_days) <= $as_of as mature,
    cohorts.median_days,
    cohorts.p90_days,
    coalesce(skips.skipped, 0) as skipped
from months
cross join listed
left join cohorts
    on months.month = cohorts.month and listed.segment is not distinct from cohorts.segment
left join skips
    on months.month = skips.month and listed.segment is not distinct from skips.segment
order by months.month, listed.segment_position nulls last, listed.segment nulls last;
