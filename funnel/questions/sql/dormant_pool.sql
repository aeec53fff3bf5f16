-- dormant_pool: which leads have been silent for long, as of $as_of (not the stage of that name).
-- grain: segment of $by (a stage without one), in the order of the rules
-- columns:
--   segment             VARCHAR  value of the dimension
--   leads               BIGINT   silent leads
--   median_silent_days  DOUBLE   days since the last reset, median
--   median_max_score    DOUBLE   highest score ever, median
--   contactable         BIGINT   of these, not opted out
with

pool as (
    select segment, segment_position, lead_no, reset_at, opted_out
    from in_scope_by('silent_spells', $by, $scope, $as_of)
    where from_at < $as_of and (to_at is null or to_at >= $as_of)
)

select
    pool.segment,
    count(*) as leads,
    quantile_cont(days_between(pool.reset_at, $as_of), 0.5) as median_silent_days,
    quantile_cont(scores.max_score, 0.5) as median_max_score,
    count(*) filter (where not opted_out) as contactable
from pool
left join scores_at($as_of) as scores using (lead_no)
group by pool.segment, pool.segment_position
order by pool.segment_position nulls last, pool.segment nulls last;
