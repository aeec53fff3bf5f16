-- stage_age_ratio: how the waiting leads lie against their stage's limit, as of $as_of.
-- grain: stage (those with a limit, in the order of the rules) × quarter of the limit, zeros shown
-- columns:
--   stage       VARCHAR  stage key
--   ratio_from  DOUBLE   0, 0.25 … 3: ratio_from < age / limit <= ratio_from + 0.25; 3 = all beyond
--   leads       BIGINT   leads whose entry is known
with

counts as (
    select stage::varchar as stage, ratio_step(age / max_age) as ratio_from, count(*) as leads
    from ages_at(null, $scope, $as_of)
    group by all
)

select stages.stage, quarters.quarter / 4 as ratio_from, coalesce(counts.leads, 0) as leads
from stages
cross join range(13) as quarters (quarter)
left join counts on stages.stage = counts.stage and quarters.quarter / 4 = counts.ratio_from
where stages.kind <> 'won' and (stages.max_days is not null or stages.max_business_days is not null)
order by stages.position, quarters.quarter;
