-- stage_age_ratio: how the waiting leads lie against their stage's limit, as of $as_of.
-- grain: stage (those with a limit, in the order of the rules) × quarter of the limit, zeros shown
-- columns:
--   stage       VARCHAR  stage key
--   ratio_from  DOUBLE   0, 0.25 … 3: ratio_from < age / limit <= ratio_from + 0.25; 3 = all beyond
--   leads       BIGINT   leads whose entry is known
with

limits as (
    select stage, position, max_days, max_business_days
    from stages
    where kind <> 'won' and (max_days is not null or max_business_days is not null)
),

ages as (
    select
        limits.stage,
        case
            when limits.max_days is not null
                then days_between(entered_at, $as_of) / limits.max_days
            else (business_us($as_of) - entered_us) / (select weekday_seconds from settings) / 1000000
                / limits.max_business_days
        end as ratio
    from in_scope('stage_spells', $scope, $as_of) as spells
    join limits on spells.stage::varchar = limits.stage
    where entered_at < $as_of and (left_at is null or left_at >= $as_of) and not is_undated
),

counts as (
    select stage, greatest(0, least(12, ceil(ratio * 4) - 1))::integer as quarter, count(*) as leads
    from ages
    group by all
)

select limits.stage, quarters.quarter / 4 as ratio_from, coalesce(counts.leads, 0) as leads
from limits
cross join range(13) as quarters (quarter)
left join counts using (stage, quarter)
order by limits.position, quarters.quarter;
