-- stage_aging_buckets: how many leads have been waiting how long in each stage, as of $as_of.
-- grain: stage (every one but won, in the order of the rules) × bucket, zeros shown
-- columns:
--   stage   VARCHAR  stage key
--   bucket  VARCHAR  whole days since the stage was entered; unknown = the entry is not known
--   leads   BIGINT   leads
with

buckets (position, bucket, from_days, to_days) as (
    values
    (0, '0-7', 0, 8),
    (1, '8-30', 8, 31),
    (2, '31-60', 31, 61),
    (3, '61-90', 61, 91),
    (4, '91-180', 91, 181),
    (5, '181+', 181, null),
    (6, 'unknown', null, null)
),

waiting as (
    select stage, is_undated, floor(days_between(entered_at, $as_of)) as days
    from in_scope('stage_spells', null, $scope, $as_of)
    where entered_at < $as_of and (left_at is null or left_at >= $as_of)
),

counts as (
    select waiting.stage, buckets.bucket, count(*) as leads
    from waiting
    join buckets
        on case
            when waiting.is_undated then buckets.bucket = 'unknown'
            else waiting.days >= buckets.from_days
                and (buckets.to_days is null or waiting.days < buckets.to_days)
        end
    group by waiting.stage, buckets.bucket
)

select stages.stage, buckets.bucket, coalesce(counts.leads, 0) as leads
from stages
cross join buckets
left join counts on stages.stage = counts.stage::varchar and buckets.bucket = counts.bucket
where stages.kind <> 'won'
order by stages.position, buckets.position;
