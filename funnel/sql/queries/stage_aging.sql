-- stage_aging: how long leads have been waiting in each stage, as of $as_of, and how long they stayed.
-- grain: segment, one row per stage but won, in the order of the rules
-- columns:
--   segment               VARCHAR  value of the dimension $by; null without one
--   stage                 VARCHAR  stage key
--   waiting_leads         BIGINT   leads in the stage at $as_of
--   assumed               BIGINT   of these, entered at a time that is not known
--   median_days           DOUBLE   days since they entered it, median
--   p90_days              DOUBLE   the same, 90 % of them are below
--   max_days              DOUBLE   the same, the longest
--   over_limit            BIGINT   older than the stage's max_age, in its own unit; null = no limit
--   over_limit_rate       DOUBLE   over_limit / (waiting_leads - assumed), 0…1
--   finished              BIGINT   spells left in the months
--   finished_median_days  DOUBLE   how long these lasted, median
--   finished_p90_days     DOUBLE   the same, 90 % of them are below
--   km_median_days        DOUBLE   Kaplan-Meier median time to leave, all spells seen; null = not reached
with

months as (
    select min(starts_at) as starts_at, max(ends_at) as ends_at
    from months_between($from_month, $to_month, $as_of)
),

stays as (
    select
        segment,
        segment_position,
        stage,
        entered_at,
        entered_us,
        is_undated,
        case when left_at < $as_of then left_at end as left_at,
        days_between(entered_at, case when left_at < $as_of then left_at else $as_of end) as days
    from in_scope('stage_spells', $by, $scope, $as_of)
    where entered_at < $as_of and kind <> 'won'
),

waiting as (
    select
        segment,
        segment_position,
        stays.stage,
        count(*) as waiting_leads,
        count(*) filter (where is_undated) as assumed,
        quantile_cont(days, 0.5) filter (where not is_undated) as median_days,
        quantile_cont(days, 0.9) filter (where not is_undated) as p90_days,
        max(days) filter (where not is_undated) as max_days,
        count(*) filter (
            where not is_undated
                and (
                    days > limits.max_days
                    or (business_us($as_of) - entered_us) / (select weekday_seconds from settings) / 1000000
                        > limits.max_business_days
                )
        ) as over_limit
    from stays
    join (select stage::stage_key as stage, max_days, max_business_days from stages) as limits using (stage)
    where left_at is null
    group by segment, segment_position, stays.stage
),

finished as (
    select
        segment,
        segment_position,
        stage,
        count(*) as finished,
        quantile_cont(days, 0.5) as finished_median_days,
        quantile_cont(days, 0.9) as finished_p90_days
    from stays
    cross join months
    where not is_undated and left_at >= months.starts_at and left_at < months.ends_at
    group by segment, segment_position, stage
),

-- Kaplan-Meier: S falls by (1 - 1/at_risk) at every leave; ln S is summed by hour, and row by row only in the
-- hour in which it crosses one half
placed as (
    select
        segment,
        segment_position,
        stage,
        us_between(entered_at, coalesce(left_at, $as_of)) as us,
        left_at is not null as has_left,
        count(*) over stages - row_number() over (
            partition by segment_position, segment, stage
            order by us_between(entered_at, coalesce(left_at, $as_of)), left_at is null
        ) + 1 as at_risk
    from stays
    where not is_undated
    window stages as (partition by segment_position, segment, stage)
),

leaves as (
    select *, us // 3600000000 as hour, case when at_risk = 1 then -1e9 else ln(1 - 1 / at_risk) end as fall
    from placed
    where has_left
),

hours as (
    select segment, segment_position, stage, hour, sum(sum(fall)) over (
        partition by segment_position, segment, stage order by hour
    ) as staying
    from leaves
    group by segment, segment_position, stage, hour
),

crossings as (
    select
        segment,
        segment_position,
        stage,
        min(hour) filter (where staying <= ln(0.5 + 1e-9)) as hour,
        coalesce(min(staying) filter (where staying > ln(0.5 + 1e-9)), 0) as before
    from hours
    group by segment, segment_position, stage
),

inside as (
    select
        leaves.segment,
        leaves.segment_position,
        leaves.stage,
        leaves.us,
        crossings.before + sum(leaves.fall) over (
            partition by leaves.segment_position, leaves.segment, leaves.stage order by leaves.us
        ) as staying
    from leaves
    join crossings
        on leaves.segment is not distinct from crossings.segment
        and leaves.stage = crossings.stage
        and leaves.hour = crossings.hour
),

medians as (
    select segment, segment_position, stage, min(us) / 86400000000 as km_median_days
    from inside
    where staying <= ln(0.5 + 1e-9)
    group by segment, segment_position, stage
),

listed as (
    select null::varchar as segment, null::integer as segment_position
    where $by is null
    union
    select segment, segment_position from waiting
    union
    select segment, segment_position from finished
),

grid as (
    select segment, segment_position, stages.stage::stage_key as stage, position
    from listed
    cross join stages
    where kind <> 'won'
)

select
    grid.segment,
    grid.stage::varchar as stage,
    coalesce(waiting_leads, 0) as waiting_leads,
    coalesce(assumed, 0) as assumed,
    median_days,
    p90_days,
    waiting.max_days,
    case
        when stages.max_days is not null or stages.max_business_days is not null then coalesce(over_limit, 0)
    end as over_limit,
    case
        when stages.max_days is not null or stages.max_business_days is not null
            then rate(over_limit, waiting_leads - assumed)
    end as over_limit_rate,
    coalesce(finished, 0) as finished,
    finished_median_days,
    finished_p90_days,
    km_median_days
from grid
join stages on grid.position = stages.position
left join waiting
    on grid.segment is not distinct from waiting.segment and grid.stage = waiting.stage
left join finished
    on grid.segment is not distinct from finished.segment and grid.stage = finished.stage
left join medians
    on grid.segment is not distinct from medians.segment and grid.stage = medians.stage
order by grid.segment_position nulls last, grid.segment nulls last, grid.position;
