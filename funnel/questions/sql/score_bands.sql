-- score_bands: does a higher score mean more? Leads created in the months, by their band $day days later.
-- grain: band, in the order of the rules; below the first band (null) only if there are such leads
-- columns:
--   band       VARCHAR  band key
--   leads      BIGINT   leads whose day + window is over and that had not reached $to_stage by that day
--   converted  BIGINT   of these, reached it within $window_days after that day
--   rate       DOUBLE   converted / leads, 0…1
--   ci_low     DOUBLE   Wilson 95 % interval of the rate
--   ci_high    DOUBLE   the same
--   small      BOOLEAN  fewer than 20 leads
with

counts as (
    select band, count(*) as leads, count(converted_at) as converted
    from leads_by_band($day, $to_stage, $window_days, $from_month, $to_month, $scope, $as_of)
    group by band
),

listed as (
    select band, position from bands
    union all
    select band, null from counts where band is null
)

select
    listed.band,
    coalesce(counts.leads, 0) as leads,
    coalesce(counts.converted, 0) as converted,
    rate(counts.converted, counts.leads) as rate,
    wilson_low(counts.converted, counts.leads) as ci_low,
    wilson_high(counts.converted, counts.leads) as ci_high,
    is_small(coalesce(counts.leads, 0)) as small
from listed
left join counts on listed.band is not distinct from counts.band
order by listed.position nulls last;
