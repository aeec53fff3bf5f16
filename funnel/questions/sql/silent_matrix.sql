-- silent_matrix: how many leads are silent at $as_of, by stage and by the highest score band they ever reached.
-- grain: stage (path and dormant ones that the rules do not exclude) × band, zeros shown; others where leads are
-- columns:
--   stage        VARCHAR  stage key at $as_of
--   band         VARCHAR  band of the highest score; null = below every band, or never scored
--   leads        BIGINT   silent leads
--   contactable  BIGINT   of these, not opted out
--   of_stage     BIGINT   silent leads of the stage, in all bands
--   of_band      BIGINT   silent leads of the band, in all stages
--   of_all       BIGINT   silent leads, all of them
with

counts as (
    select stage, band, count(*) as leads, count(*) filter (where not opted_out) as contactable
    from silent_by_band_at($scope, $as_of)
    group by stage, band
),

grid as (
    select stages.stage, bands.band
    from stages
    cross join bands
    where stages.kind in ('path', 'dormant') and stages.stage not in (select stage from excluded_stages)
    union
    select stage, band from counts
)

select
    grid.stage,
    grid.band,
    coalesce(counts.leads, 0) as leads,
    coalesce(counts.contactable, 0) as contactable,
    (sum(coalesce(counts.leads, 0)) over (partition by grid.stage))::bigint as of_stage,
    (sum(coalesce(counts.leads, 0)) over (partition by grid.band))::bigint as of_band,
    (sum(coalesce(counts.leads, 0)) over ())::bigint as of_all
from grid
join stages using (stage)
left join bands using (band)
left join counts on grid.stage = counts.stage and grid.band is not distinct from counts.band
order by stages.position, bands.position nulls last;
