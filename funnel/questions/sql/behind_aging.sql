-- behind_aging: the leads that wait in $stage: all of them, one bucket of days, one step of the limit, or those over it.
-- grain: one row per lead; by age / limit descending (no limit last), then days, lead_id
-- columns:
--   lead_id        VARCHAR  lead
--   company        VARCHAR  its company
--   stage          VARCHAR  stage key
--   owner          VARCHAR  who looks after it at $as_of
--   score          DOUBLE   score at $as_of
--   ratio          DOUBLE   age / limit; null = no limit or assumed
--   age            DOUBLE   in the unit of the limit; null = assumed
--   limit          DOUBLE   the stage's max_age; null = none
--   unit           VARCHAR  days or business_days
--   days           DOUBLE   calendar days since the entry; null = assumed
--   most_age       DOUBLE   the most that age can be; null where the entry rests on no range
--   most_days      DOUBLE   the same of days
--   last_touch_at  TIMESTAMP WITH TIME ZONE  last act of ours before $as_of
--   opted_out      BOOLEAN  must not be contacted
--   record_url     VARCHAR  the record in the SFA
with

buckets (bucket, from_days, to_days) as (
    values ('0-7', 0, 8), ('8-30', 8, 31), ('31-60', 31, 61), ('61-90', 61, 91), ('91-180', 91, 181),
        ('181+', 181, 1000000)
),

ages as (
    select
        spells.lead_no,
        spells.is_undated,
        case when not is_undated then days_between(entered_at, $as_of) end as days,
        case
            when is_undated then null
            when stages.max_business_days is not null
                then (business_us($as_of) - spells.entered_us) / (select weekday_seconds from settings) / 1000000
            else days_between(entered_at, $as_of)
        end as age,
        case
            when is_undated or ranges.entered_from >= entered_at then null
            when stages.max_business_days is not null
                then (business_us($as_of) - ranges.entered_us) / (select weekday_seconds from settings) / 1000000
            else days_between(ranges.entered_from, $as_of)
        end as most_age,
        case when not is_undated and ranges.entered_from < entered_at
            then days_between(ranges.entered_from, $as_of) end as most_days,
        coalesce(stages.max_days, stages.max_business_days) as limit_,
        case when stages.max_business_days is not null then 'business_days' else 'days' end as unit
    from in_scope('stage_spells', $scope, $as_of) as spells
    join stages on spells.stage::varchar = stages.stage
    left join stage_ranges as ranges using (lead_no, seq)
    where entered_at < $as_of and (left_at is null or left_at >= $as_of) and spells.kind <> 'won'
        and ($stage is null or spells.stage::varchar = $stage)
),

waiting as (
    select ages.*
    from ages
    left join buckets on buckets.bucket = $bucket
    where (
            $bucket is null
            or ($bucket = 'unknown' and is_undated)
            or (floor(days) >= buckets.from_days and floor(days) < buckets.to_days)
        )
        and ($ratio_from is null or greatest(0, least(12, ceil(age / limit_ * 4) - 1)) = $ratio_from * 4)
        and (not $over_only or age > limit_)
),

last_touches as (
    select lead_no, max(occurred_at) as last_touch_at
    from touches
    semi join waiting using (lead_no)
    where occurred_at < $as_of
    group by lead_no
)

select
    lead_id,
    company,
    stage,
    owner,
    score,
    age / limit_ as ratio,
    age,
    limit_ as limit,
    unit,
    days,
    most_age,
    most_days,
    last_touch_at,
    opted_out,
    record_url
from waiting
join lead_cards('waiting', $as_of) as cards using (lead_no)
left join last_touches using (lead_no)
order by age / limit_ desc nulls last, days desc nulls last, lead_id;
