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
--   finished              BIGINT   spells left in the months; null, as are the next three, where leads are chosen or broken
--                                  down by how they stand at $as_of (owner, owner_team, stage, score_band)
--   finished_median_days  DOUBLE   how long these lasted, median
--   finished_p90_days     DOUBLE   the same, 90 % of them are below
--   km_median_days        DOUBLE   Kaplan-Meier median time to leave, all spells seen; null = not reached
--   dated                 BIGINT   waiting leads that are not assumed: the base of over_limit_rate
--   small                 BOOLEAN  fewer than 20 of these
with

months as (
    select min(starts_at) as starts_at, max(ends_at) as ends_at
    from months_between($from_month, $to_month, $as_of)
),

stays as not materialized (
    select
        segment,
        segment_position,
        stage,
        is_undated,
        case when left_at < $as_of then left_at end as left_at,
        us_between(entered_at, case when left_at < $as_of then left_at else $as_of end) as us
    from in_scope_by('stage_spells', $by, $scope, $as_of)
    where entered_at < $as_of and kind <> 'won' and not is_by_standing($by, $scope)
),

waiting as (
    select
        segment,
        segment_position,
        stage,
        count(*) as waiting_leads,
        count(*) filter (where is_undated) as assumed,
        quantile_cont(days, [0.5, 0.9]) as days,
        max(days) as max_days,
        count(*) filter (where age > max_age) as over_limit
    from ages_at($by, $scope, $as_of)
    group by segment, segment_position, stage
),

finished as (
    select
        segment,
        segment_position,
        stage,
        count(*) as finished,
        quantile_cont(us / 86400000000, [0.5, 0.9]) as days
    from stays
    cross join months
    where not is_undated and left_at >= months.starts_at and left_at < months.ends_at
    group by segment, segment_position, stage
),

-- Kaplan-Meier: S falls by (1 - 1/at_risk) at every leave; ln S is summed by hour, and row by row only in the
-- hour in which it crosses one half. Lengths in half microseconds: who leaves comes before who still waits
lines as (
    select
        row_number() over (order by segment_position, segment, stage) as line,
        segment,
        segment_position,
        stage,
        count(*) as stays
    from stays
    where not is_undated
    group by segment, segment_position, stage
),

placed as (
    select line, half_us, row_number() over (partition by line order by half_us) as place
    from (
        select lines.line, stays.us * 2 + (stays.left_at is null)::integer as half_us
        from stays
        join lines on stays.segment is not distinct from lines.segment and stays.stage = lines.stage
        where not stays.is_undated
    )
),

leaves as not materialized (
    select
        line,
        half_us // 2 as us,
        half_us // 7200000000 as hour,
        case when place = stays then -1e9 else ln(1 - 1 / (stays - place + 1)) end as fall
    from placed
    join lines using (line)
    where half_us % 2 = 0
),

hours as (
    select line, hour, sum(sum(fall)) over (partition by line order by hour) as staying
    from leaves
    group by line, hour
),

crossings as (
    select
        line,
        min(hour) filter (where staying <= ln(0.5 + 1e-9)) as hour,
        coalesce(min(staying) filter (where staying > ln(0.5 + 1e-9)), 0) as before
    from hours
    group by line
),

inside as (
    select
        line,
        leaves.us,
        crossings.before + sum(leaves.fall) over (partition by line order by leaves.us) as staying
    from leaves
    join crossings using (line, hour)
),

medians as (
    select line, min(us) / 86400000000 as km_median_days
    from inside
    where staying <= ln(0.5 + 1e-9)
    group by line
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
    waiting.days[1] as median_days,
    waiting.days[2] as p90_days,
    waiting.max_days,
    case
        when stages.max_days is not null or stages.max_business_days is not null then coalesce(over_limit, 0)
    end as over_limit,
    case
        when stages.max_days is not null or stages.max_business_days is not null
            then rate(over_limit, waiting_leads - assumed)
    end as over_limit_rate,
    case when not is_by_standing($by, $scope) then coalesce(finished, 0) end as finished,
    finished.days[1] as finished_median_days,
    finished.days[2] as finished_p90_days,
    km_median_days,
    coalesce(waiting_leads - assumed, 0) as dated,
    is_small(coalesce(waiting_leads - assumed, 0)) as small
from grid
join stages on grid.position = stages.position
left join waiting
    on grid.segment is not distinct from waiting.segment and grid.stage = waiting.stage
left join finished
    on grid.segment is not distinct from finished.segment and grid.stage = finished.stage
left join lines
    on grid.segment is not distinct from lines.segment and grid.stage = lines.stage
left join medians using (line)
order by grid.segment_position nulls last, grid.segment nulls last, grid.position;
