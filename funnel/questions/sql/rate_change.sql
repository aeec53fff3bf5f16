-- rate_change: what moved the conversion rate between the first of the months and the last: another mix, or other rates?
-- grain: segment with an entry in either month; the two effects of all segments add up to the change of the whole rate. The
-- owner, as a filter or as $by, is whoever owned the lead right after the entry that is counted
-- columns:
--   segment       VARCHAR  value of the dimension $by
--   base_before   BIGINT   entered $from_stage in the first month
--   base_after    BIGINT   the same in the last month
--   share_before  DOUBLE   base_before of all of that month, 0…1
--   share_after   DOUBLE   the same of the last month
--   rate_before   DOUBLE   of base_before, on to $to_stage or beyond within $window_days, 0…1
--   rate_after    DOUBLE   the same of base_after
--   mix_effect    DOUBLE   what the change of its share adds to the whole rate; null where a month has no entry at all
--   rate_effect   DOUBLE   what the change of its own rate adds; likewise
with

months as (
    select min(month) as first_month, max(month) as last_month
    from months_between($from_month, $to_month, $as_of)
),

arrivals as (
    select *
    from conversion_entries($from_stage, $to_stage, $by, $scope, $as_of)
    where kind = 'entered'
),

cohorts as (
    select * from cohorts_of('arrivals', $window_days, $from_month, $to_month, $as_of)
),

sides as (
    select
        segment,
        segment_position,
        coalesce(sum(entered) filter (where month = first_month), 0)::bigint as base_before,
        coalesce(sum(converted) filter (where month = first_month), 0)::bigint as part_before,
        coalesce(sum(entered) filter (where month = last_month), 0)::bigint as base_after,
        coalesce(sum(converted) filter (where month = last_month), 0)::bigint as part_after
    from cohorts
    join months on cohorts.month in (months.first_month, months.last_month)
    group by segment, segment_position
),

weighed as (
    select
        *,
        rate(base_before, sum(base_before) over ()) as share_before,
        rate(base_after, sum(base_after) over ()) as share_after,
        rate(part_before, base_before) as rate_before,
        rate(part_after, base_after) as rate_after,
        rate(sum(part_before) over (), sum(base_before) over ()) as total_before
    from sides
)

select
    segment,
    base_before,
    base_after,
    share_before,
    share_after,
    rate_before,
    rate_after,
    -- a segment that was absent is reckoned with the rate of the whole
    (share_after - share_before) * (coalesce(rate_before, total_before) - total_before) as mix_effect,
    case
        when share_before is not null and base_after = 0 then 0 * share_after
        else share_after * (rate_after - coalesce(rate_before, total_before))
    end as rate_effect
from weighed
order by segment_position nulls last, segment nulls last;
