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

waiting as (
    select
        ages.*,
        case when ranges.entered_from < entered_at and unit = 'business_days'
            then business_days(ranges.entered_us, $as_of)
            when ranges.entered_from < entered_at then days_between(ranges.entered_from, $as_of) end as most_age,
        case when ranges.entered_from < entered_at then days_between(ranges.entered_from, $as_of) end as most_days
    from ages_at(null, $scope, $as_of) as ages
    left join stage_ranges as ranges on ages.lead_no = ranges.lead_no and ages.seq = ranges.seq and not is_undated
    where ($stage is null or ages.stage::varchar = $stage)
        and ($bucket is null or age_bucket(days) = $bucket)
        and ($ratio_from is null or ratio_step(age / max_age) = $ratio_from)
        and (not $over_only or age > max_age)
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
    cards.stage,
    owner,
    score,
    age / max_age as ratio,
    age,
    max_age as limit,
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
order by age / max_age desc nulls last, days desc nulls last, lead_id;
