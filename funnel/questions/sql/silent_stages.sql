-- silent_stages: which stages hold most of the leads that are silent at $as_of?
-- grain: one row per stage that holds any; the most first, then in the order of the rules
-- columns:
--   stage      VARCHAR  stage key at $as_of
--   leads      BIGINT   silent leads
--   share      DOUBLE   leads / of_all, 0…1
--   top_share  DOUBLE   the same of this stage and those before it
--   of_all     BIGINT   silent leads in all stages
--   small      BOOLEAN  of_all below 20
with

counts as (
    select stage, count(*) as leads
    from silent_by_band_at($scope, $as_of)
    group by stage
)

select
    stage,
    leads,
    rate(leads, sum(leads) over ()) as share,
    rate(sum(leads) over most_first, sum(leads) over ()) as top_share,
    (sum(leads) over ())::bigint as of_all,
    is_small(sum(leads) over ()) as small
from counts
join stages using (stage)
window most_first as (order by leads desc, position)
order by leads desc, position;
