-- dormant_pool: which leads have been silent for long, as of $as_of (not the stage of that name).
-- grain: segment of $by (a stage without one), in the order of the rules
-- columns:
--   segment             VARCHAR  value of the dimension
--   leads               BIGINT   silent leads
--   median_silent_days  DOUBLE   days since the last reset, median
--   median_max_score    DOUBLE   highest score ever, median
--   contactable         BIGINT   of these, not opted out
select
    segment,
    count(*) as leads,
    quantile_cont(days_between(reset_at, $as_of), 0.5) as median_silent_days,
    quantile_cont(max_score, 0.5) as median_max_score,
    count(*) filter (where not opted_out) as contactable
from silent_at($by, $scope, $as_of)
group by segment, segment_position
order by segment_position nulls last, segment nulls last;
