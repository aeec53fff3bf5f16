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
--   against    VARCHAR  the next lower band that is not small; null where there is none, or the band itself is small
--   verdict    VARCHAR  rate against that of this band: higher, lower, or unclear where Newcombe's 95 % interval of the
--                       difference holds 0; null without one
--   apart      BOOLEAN  the two intervals do not overlap; null without one
--   times      DOUBLE   rate / that of this band; null without one, or where it is 0
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
),

firm as (
    select
        band,
        lag(band) over by_position as against,
        lag(leads) over by_position as lower_leads,
        lag(converted) over by_position as lower_converted
    from listed
    join counts using (band)
    where not is_small(leads)
    window by_position as (order by position)
)

select
    listed.band,
    coalesce(counts.leads, 0) as leads,
    coalesce(counts.converted, 0) as converted,
    rate(counts.converted, counts.leads) as rate,
    wilson_low(counts.converted, counts.leads) as ci_low,
    wilson_high(counts.converted, counts.leads) as ci_high,
    is_small(coalesce(counts.leads, 0)) as small,
    firm.against,
    change_verdict(firm.lower_converted, firm.lower_leads, counts.converted, counts.leads) as verdict,
    wilson_low(counts.converted, counts.leads) > wilson_high(firm.lower_converted, firm.lower_leads)
    or wilson_high(counts.converted, counts.leads) < wilson_low(firm.lower_converted, firm.lower_leads) as apart,
    rate(counts.converted, counts.leads) / nullif(rate(firm.lower_converted, firm.lower_leads), 0) as times
from listed
left join counts on listed.band is not distinct from counts.band
left join firm on listed.band = firm.band
order by listed.position nulls last;
