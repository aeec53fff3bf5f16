-- period_ratio: entries to $to_stage in a month over entries to $from_stage in it; not a rate of the same leads.
-- grain: month × segment
-- columns:
--   month         DATE     first day of the month
--   segment       VARCHAR  value of the dimension $by; null without one
--   entered_from  BIGINT   leads whose first entry to $from_stage lies in the month (conversion.entered)
--   entered_to    BIGINT   leads whose first rank at or above $to_stage lies in the month
--   ratio         DOUBLE   entered_to / entered_from
--   small         BOOLEAN  entered_from below 20
with

months as (
    select * from months_between($from_month, $to_month, $as_of)
),

events as (
    select segment, segment_position, from_at as happened_at, 1 as is_from
    from journeys($from_stage, $to_stage, $by, $scope, $as_of)
    where from_at is not null
    union all
    select segment, segment_position, first_to_at, 0
    from journeys($from_stage, $to_stage, $by, $scope, $as_of)
    where first_to_at is not null
),

counts as (
    select
        months.month,
        segment,
        segment_position,
        count(*) filter (where is_from = 1) as entered_from,
        count(*) filter (where is_from = 0) as entered_to
    from events
    join months on events.happened_at >= months.starts_at and events.happened_at < months.ends_at
    group by months.month, segment, segment_position
),

listed as (
    select null::varchar as segment, null::integer as segment_position
    where $by is null
    union
    select segment, segment_position from counts
)

select
    months.month,
    listed.segment,
    coalesce(counts.entered_from, 0) as entered_from,
    coalesce(counts.entered_to, 0) as entered_to,
    rate(counts.entered_to, counts.entered_from) as ratio,
    is_small(coalesce(counts.entered_from, 0)) as small
from months
cross join listed
left join counts on months.month = counts.month and listed.segment is not distinct from counts.segment
order by months.month, listed.segment_position nulls last, listed.segment nulls last;
