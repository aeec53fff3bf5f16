-- score_distribution: how scores are spread over the stages, as of $as_of.
-- grain: bin × stage (at $as_of), only where a lead is; unscored leads last
-- columns:
--   bin_from  DOUBLE   bin_from <= score < bin_to, points; null = unscored
--   bin_to    DOUBLE   the bin's end
--   stage     VARCHAR  stage key
--   leads     BIGINT   leads
-- $at: now = score at $as_of · mql = just before the hand-off, handed-off leads only · created = at creation
with

binned as (
    select stage, score_bin(score, $bin) as bin_from
    from scores_of($at, $scope, $as_of)
)

select
    bin_from::double as bin_from,
    (bin_from + $bin)::double as bin_to,
    stage::varchar as stage,
    count(*) as leads
from binned
group by bin_from, binned.stage
order by bin_from nulls last, binned.stage;
