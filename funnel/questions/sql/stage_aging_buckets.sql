-- stage_aging_buckets: how many leads have been waiting how long in each stage, as of $as_of.
-- grain: stage (every one but won, in the order of the rules) × bucket, zeros shown
-- columns:
--   stage   VARCHAR  stage key
--   bucket  VARCHAR  whole days since the stage was entered; unknown = the entry is not known
--   leads   BIGINT   leads
with

counts as (
    select stage::varchar as stage, age_bucket(days) as bucket, count(*) as leads
    from ages_at(null, $scope, $as_of)
    group by all
)

select stages.stage, buckets.bucket, coalesce(counts.leads, 0) as leads
from stages
cross join age_buckets() as buckets
left join counts on stages.stage = counts.stage and buckets.bucket = counts.bucket
where stages.kind <> 'won'
order by stages.position, buckets.position;
