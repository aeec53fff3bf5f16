-- stage_aging_buckets: how many leads have been waiting how long in each stage, as of $as_of.
-- grain: stage (every one but won, in the order of the rules) × bucket, zeros shown
-- columns:
--   stage   VARCHAR  stage key
--   bucket  VARCHAR  whole days since the stage was entered; unknown = the entry is not known
--   leads   BIGINT   leads
with

buckets (position, bucket) as (
    values (0, '0-7'), (1, '8-30'), (2, '31-60'), (3, '61-90'), (4, '91-180'), (5, '181+'), (6, 'unknown')
),

waiting as (
    select stage, is_undated, floor(days_between(entered_at, $as_of)) as days
    from in_scope('stage_spells', $scope, $as_of)
    where entered_at < $as_of and (left_at is null or left_at >= $as_of)
),

counts as (
    select
        stage,
        case
            when is_undated then 6
            when days <= 7 then 0
            when days <= 30 then 1
            when days <= 60 then 2
            when days <= 90 then 3
            when days <= 180 then 4
            else 5
        end as position,
        count(*) as leads
    from waiting
    group by 1, 2
)

select stages.stage, buckets.bucket, coalesce(counts.leads, 0) as leads
from stages
cross join buckets
left join counts on stages.stage = counts.stage::varchar and buckets.position = counts.position
where stages.kind <> 'won'
order by stages.position, buckets.position;
