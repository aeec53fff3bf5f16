-- funnel: of the leads created in the months, how far has each got by $as_of?
-- grain: segment × path stage, in the order of the path
-- columns:
--   segment             VARCHAR  value of the dimension $by; null without one
--   stage               VARCHAR  stage key
--   reached             BIGINT   leads that entered it or a higher one
--   of_which_implied    BIGINT   of these, never entered it itself
--   rate_from_previous  DOUBLE   reached / reached of the stage before, 0…1; null at the first
--   ci_low              DOUBLE   Wilson 95 % interval of rate_from_previous
--   ci_high             DOUBLE   the same
--   rate_from_first     DOUBLE   reached / reached of the first stage
--   open_here           BIGINT   leads that stand in it at $as_of
--   lost_here           BIGINT   leads now lost, the furthest stage of which was this one
--   dormant_here        BIGINT   the same, now dormant; the three add up to all leads over the rows
--   leads               BIGINT   leads of the segment, all of them: the base of rate_from_first
--   small               BOOLEAN  fewer than 20 leads
with

now_in as (
    select segment, segment_position, kind, rank, top_rank, entered_ranks, count(*) as leads
    from reaches_of($min_age_days, $from_month, $to_month, $by, $scope, $as_of)
    group by segment, segment_position, kind, rank, top_rank, entered_ranks
),

path as (
    select stage, rank from stages where rank is not null
),

tops as (
    select
        segment,
        segment_position,
        top_rank as rank,
        sum(leads) as leads,
        coalesce(sum(leads) filter (where kind = 'lost'), 0) as lost_here,
        coalesce(sum(leads) filter (where kind = 'dormant'), 0) as dormant_here
    from now_in
    group by segment, segment_position, top_rank
),

standing as (
    select segment, segment_position, rank, sum(leads) as open_here
    from now_in
    where rank is not null
    group by segment, segment_position, rank
),

explicit as (
    select segment, segment_position, path.rank, sum(leads) as leads
    from now_in
    join path on (now_in.entered_ranks >> path.rank) % 2 = 1
    group by segment, segment_position, path.rank
),

listed as (
    select null::varchar as segment, null::integer as segment_position
    where $by is null
    union
    select segment, segment_position from tops
),

steps as (
    select
        listed.segment,
        listed.segment_position,
        path.stage,
        path.rank,
        (sum(coalesce(tops.leads, 0)) over (
            partition by listed.segment_position, listed.segment order by path.rank desc
        ))::bigint as reached,
        coalesce(explicit.leads, 0)::bigint as explicitly,
        coalesce(standing.open_here, 0)::bigint as open_here,
        coalesce(tops.lost_here, 0)::bigint as lost_here,
        coalesce(tops.dormant_here, 0)::bigint as dormant_here
    from listed
    cross join path
    left join tops on listed.segment is not distinct from tops.segment and path.rank = tops.rank
    left join standing on listed.segment is not distinct from standing.segment and path.rank = standing.rank
    left join explicit on listed.segment is not distinct from explicit.segment and path.rank = explicit.rank
),

compared as (
    select
        *,
        lag(reached) over lines as previous,
        first_value(reached) over lines as first
    from steps
    window lines as (partition by segment_position, segment order by rank)
)

select
    segment,
    stage,
    reached,
    reached - explicitly as of_which_implied,
    rate(reached, previous) as rate_from_previous,
    wilson_low(reached, previous) as ci_low,
    wilson_high(reached, previous) as ci_high,
    rate(reached, first) as rate_from_first,
    open_here,
    lost_here,
    dormant_here,
    first as leads,
    is_small(first) as small
from compared
order by segment_position nulls last, segment nulls last, rank;
