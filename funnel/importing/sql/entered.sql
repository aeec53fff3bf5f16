-- The stage entries that the columns of a lead file date ("Became a … Date"): one row per lead and date, as a change.
-- tables: stage_words(word, stage), stage_positions(stage, position): words of the rules. variables: batch_file, id_prefix, converted_stage
with

-- a stage that is dated by its day only, on the day of creation, was entered after it: not at the midnight before
dates as (
    select
        lead_id,
        substr(name, 9) as word,
        case
            when instant(filled(value))::timestamp::time = time '00:00' and instant(filled(value))::date = created_at::date
                then greatest(instant(filled(value)), created_at)
            else instant(filled(value))
        end as occurred_at
    from (unpivot (select lead_id, created_at, columns('^entered:.*') from read_parquet(getvariable('batch_file'))) on columns('^entered:.*') into name name value value)
    union all
    select lead_id, getvariable('converted_stage'),
        case
            when converted_at::timestamp::time = time '00:00' and converted_at::date = created_at::date then greatest(converted_at, created_at)
            else converted_at
        end
    from read_parquet(getvariable('batch_file'))
    where converted and converted_at is not null and getvariable('converted_stage') is not null
),

entries as (
    select distinct lead_id, coalesce(stage_words.stage, dates.word) as stage, occurred_at
    from dates
    left join stage_words on stage_words.word = folded(dates.word)
    where occurred_at is not null and not is_far_time(occurred_at)
)

select
    getvariable('id_prefix') || lead_id || ':stage:' || lpad(coalesce(position, '99'), 2, '0') || ':' || entries.stage || ':' || epoch_us(occurred_at)::varchar as activity_id,
    lead_id,
    occurred_at,
    'stage_change' as type,
    null::varchar as actor,
    null::varchar as outcome,
    null::varchar as from_value,
    entries.stage as to_value,
    null::varchar as reason,
    null::double as points,
    null::varchar as asset,
    null::timestamptz as not_before,
    null::varchar as lead_email
from entries
left join stage_positions on stage_positions.stage = folded(entries.stage)
order by lead_id, occurred_at, activity_id;
