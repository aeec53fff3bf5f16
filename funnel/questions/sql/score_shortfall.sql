-- score_shortfall: how many of the leads in the stage of the hand-off are below the threshold of MQL?
-- grain: one row
-- columns:
--   scored  BIGINT   leads that have a score, in every stage at $as_of
--   base    BIGINT   of these, in the stage of MQL
--   short   BIGINT   of base, below the threshold; null without one
--   rate    DOUBLE   short / base, 0…1
--   small   BOOLEAN  base below 20
-- $at: now = score at $as_of · mql = just before the hand-off, handed-off leads only · created = at creation
with

counts as (
    select
        count(*) as scored,
        count(*) filter (where stage::varchar = mql_stage) as base,
        count(*) filter (where stage::varchar = mql_stage and score < threshold_mql) as short
    from scores_of($at, $scope, $as_of)
    cross join settings
    where score is not null
)

select
    scored,
    base,
    case when threshold_mql is not null then short end as short,
    case when threshold_mql is not null then rate(short, base) end as rate,
    is_small(base) as small
from counts
cross join settings;
