-- silent_matrix: how many leads are silent at $as_of, by stage and by the highest score band they ever reached.
-- grain: stage (path and dormant ones that the rules do not exclude) × band, zeros shown; others where leads are
-- columns:
--   stage        VARCHAR  stage key at $as_of
--   band         VARCHAR  band of the highest score; null = below every band, or never scored
--   leads        BIGINT   silent leads
--   contactable  BIGINT   of these, not opted out
with

pool as (
    select lead_no, opted_out
    from in_scope('silent_spells', $scope, $as_of)
    where from_at < $as_of and (to_at is null or to_at >= $as_of)
),

counts as (
    select
        spells.stage::varchar as stage,
        bands.band,
        count(*) as leads,
        count(*) filter (where not opted_out) as contactable
    from pool
    join stages_at($as_of) as spells using (lead_no)
    left join scores_at($as_of) as scores using (lead_no)
    left join bands
        on scores.max_score >= bands.from_score
        and (bands.to_score is null or scores.max_score < bands.to_score)
    group by spells.stage, bands.band
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
    coalesce(counts.contactable, 0) as contactable
from grid
join stages using (stage)
left join bands using (band)
left join counts on grid.stage = counts.stage and grid.band is not distinct from counts.band
order by stages.position, bands.position nulls last;
