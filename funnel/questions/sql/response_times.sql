-- response_times: do quick answers convert more? Clocks of $policy started in the months and stopped by an act.
-- grain: bucket of elapsed hours, zeros shown. An association, not a cause
-- A clock whose bucket depends on when in its range an event happened is left out.
-- columns:
--   bucket     VARCHAR  ≤1h, ≤4h, ≤8h, ≤24h, ≤48h, >48h: hours from start to stop, in the policy's own hours
--   clocks     BIGINT   clocks whose window is over
--   converted  BIGINT   of these, the lead entered $to_stage or beyond within $window_days of the start
--   rate       DOUBLE   converted / clocks, 0…1
--   ci_low     DOUBLE   Wilson 95 % interval of the rate
--   ci_high    DOUBLE   the same
--   small      BOOLEAN  fewer than 20 clocks
with

months as (
    select min(starts_at) as starts_at, max(ends_at) as ends_at
    from months_between($from_month, $to_month, $as_of)
),

buckets (position, bucket) as (
    values (0, '≤1h'), (1, '≤4h'), (2, '≤8h'), (3, '≤24h'), (4, '≤48h'), (5, '>48h')
),

answered as (
    select
        row_number() over () as clock_no,
        lead_no,
        started_at,
        response_bucket(elapsed_hours) as position
    from clocks_at($scope, $as_of)
    cross join months
    where policy = $policy::policy_key
        and stopped_at is not null
        and is_stopped_by_activity
        and (
            most_elapsed_hours is null
            or response_bucket(least_elapsed_hours) = response_bucket(most_elapsed_hours)
        )
        and started_at >= months.starts_at
        and started_at < months.ends_at
        and us_between(started_at, $as_of) >= $window_days * 86400000000
),

converted as (
    select distinct clock_no
    from answered
    join stage_spells using (lead_no)
    where rank >= (select rank from stages where stage = $to_stage)
        and not is_assumed
        and entered_at >= started_at
        and us_between(started_at, entered_at) < $window_days * 86400000000
),

counts as (
    select
        position,
        count(*) as clocks,
        count(converted.clock_no) as converted
    from answered
    left join converted using (clock_no)
    group by position
)

select
    bucket,
    coalesce(clocks, 0) as clocks,
    coalesce(converted, 0) as converted,
    rate(converted, clocks) as rate,
    wilson_low(converted, clocks) as ci_low,
    wilson_high(converted, clocks) as ci_high,
    is_small(coalesce(clocks, 0)) as small
from buckets
left join counts using (position)
order by position;
