-- transitions: which way leads left which stage in the months, and how long they had been there.
-- grain: one row per pair of stages that occurs, in the order of the rules
-- columns:
--   from_stage   VARCHAR  stage left
--   to_stage     VARCHAR  stage entered
--   moves        BIGINT   spells left this way in the months
--   median_days  DOUBLE   how long they lasted, median; only spells whose entry is known
--   p90_days     DOUBLE   the same, 90 % of them are below
with

months as (
    select min(starts_at) as starts_at, max(ends_at) as ends_at
    from months_between($from_month, $to_month, $as_of)
),

moves as (
    select stage, next_stage, is_undated, days_between(entered_at, left_at) as days
    from in_scope('stage_spells', $scope, $as_of)
    cross join months
    where left_at < $as_of and left_at >= months.starts_at and left_at < months.ends_at
)

select
    stage::varchar as from_stage,
    next_stage::varchar as to_stage,
    count(*) as moves,
    quantile_cont(days, 0.5) filter (where not is_undated) as median_days,
    quantile_cont(days, 0.9) filter (where not is_undated) as p90_days
from moves
group by stage, next_stage
order by stage, next_stage;
