-- A file of leads.
-- in: texts; stage_words(word, stage), status_words(word, stage), channel_words(word, channel), people(person, name),
--     stage_positions(stage, position). variables: has_record_start, has_entered, converted_stage, id_prefix, batch_file
-- out: converted, the rows of the contract with key, newer and flaws (the bits of refusals()); and beside them the leads that
--     are gone, the rows that are no record of their own, the stage entries that columns date


-- step: leads
-- Rows of leads as rows of the contract, with what joins and moves them, and what is wrong in each.
create or replace temp view converted as
with

whole as (
    select * from texts
    union all by name
    select null::varchar as lead_id, null::varchar as created_at, null::varchar as company, null::varchar as contact_name,
        null::varchar as first_name, null::varchar as last_name, null::varchar as email, null::varchar as phone,
        null::varchar as department, null::varchar as title, null::varchar as title_rank, null::varchar as industry,
        null::varchar as campaign, null::varchar as interest, null::varchar as employees, null::varchar as channel,
        null::varchar as owner, null::varchar as owner_id, null::varchar as owner_team, null::varchar as stage,
        null::varchar as status, null::varchar as stage_since, null::varchar as score, null::varchar as need,
        null::varchar as budget, null::varchar as timeline, null::varchar as decision_maker, null::varchar as amount,
        null::varchar as lost_reason, null::varchar as opted_out, null::varchar as excluded, null::varchar as record_url,
        null::varchar as crm_id, null::varchar as other_id, null::varchar as merged_ids, null::varchar as merged_into,
        null::varchar as deleted, null::varchar as converted, null::varchar as converted_at, null::varchar as updated_at,
        null::varchar as record_start, null::varchar as "entered:—", null::varchar as "extra:—"
    where false
),

valued as (
    select
        record_id(lead_id) as lead_id,
        filled(created_at) as created_said,
        filled(company) as company,
        coalesce(filled(contact_name), nullif(concat_ws(' ', filled(last_name), filled(first_name)), '')) as contact_name,
        filled(email) as email,
        filled(phone) as phone,
        filled(department) as department,
        filled(title) as title,
        filled(title_rank) as title_rank,
        filled(industry) as industry,
        filled(campaign) as campaign,
        filled(interest) as interest,
        filled(employees) as employees_said,
        coalesce(channels.channel, filled(whole.channel)) as channel,
        coalesce(owners.name, person_name(filled(owner)), person_name(record_id(owner_id))) as owner,
        filled(owner_team) as owner_team,
        coalesce(statuses.stage, stages.stage, filled(whole.stage), filled(whole.status)) as stage,
        filled(stage_since) as since_said,
        filled(score) as score_said,
        filled(need) as need,
        filled(budget) as budget,
        filled(timeline) as timeline,
        filled(decision_maker) as decision_maker,
        filled(amount) as amount_said,
        filled(lost_reason) as lost_reason,
        filled(opted_out) as opted_out_said,
        filled(excluded) as excluded_said,
        filled(record_url) as record_url,
        crm_key(crm_id) as crm_id,
        record_id(other_id) as other_id,
        nullif(record_ids(merged_ids), '') as merged_ids,
        record_id(merged_into) as merged_into,
        coalesce(flag_in(deleted), false) as is_deleted,
        coalesce(flag_in(converted), false) as converted,
        filled(converted_at) as converted_said,
        filled(updated_at) as updated_said,
        not getvariable('has_record_start') or coalesce(trimmed(record_start) = '*', false) as is_record,
        list_transform([*columns('^entered:.*')], lambda x: filled(x)) as dates_said,
        columns('^(entered:|extra:).*')
    from whole
    left join stage_words as stages on stages.word = folded(whole.stage)
    left join status_words as statuses on statuses.word = folded(whole.status)
    left join channel_words as channels on channels.word = folded(whole.channel)
    left join people as owners on owners.person = record_id(whole.owner_id)
),

-- macros are written out: each of them takes finished columns
read as (
    select
        *,
        read_instant(created_said) as created_read,
        read_instant(since_said) as since_read,
        read_instant(converted_said) as converted_read,
        read_instant(updated_said) as updated_read,
        people_in(employees_said) as employees,
        number_in(score_said, 'score') as score,
        number_in(amount_said, 'amount') as amount,
        flag_in(opted_out_said) as opted_out,
        flag_in(excluded_said) as excluded
    from valued
),

timed as (
    select
        *,
        settled(created_said, created_read) as created_at,
        settled(since_said, since_read) as stage_since,
        settled(converted_said, converted_read) as converted_at,
        settled(updated_said, updated_read) as updated_at
    from read
)

select
    lead_id, created_at, company, contact_name, email, phone, department, title, title_rank, industry, campaign, interest,
    -- what is no number or flag stays as it was written: the load counts it, and only its value is lost
    coalesce(employees::varchar, employees_said) as employees,
    channel, owner, owner_team, stage,
    case when not is_far_time(stage_since) then stage_since end as stage_since, -- 9999-12-31: an open end
    coalesce(score::varchar, score_said) as score,
    need, budget, timeline, decision_maker,
    coalesce(amount::varchar, amount_said) as amount,
    lost_reason,
    coalesce(opted_out::varchar, opted_out_said) as opted_out,
    coalesce(excluded::varchar, excluded_said) as excluded,
    record_url, crm_id, other_id, merged_ids, merged_into, converted, converted_at, updated_at,
    mail_key(email) as mail_key,
    columns('^(entered:|extra:).*'),
    lead_id as key,
    updated_at as newer,
    case when is_record then
        case when lead_id is null then 2 else 0 end
        + case when is_damaged_id(lead_id, 'lead_id') then 4 else 0 end
        + case when created_said is null and merged_into is null then 16 else 0 end
        + case when created_at is null and is_short_year(created_said) then 4096 else 0 end
        + case when created_said is not null and created_at is null and not is_short_year(created_said)
            or since_said is not null and timed.stage_since is null
            or getvariable('has_entered') and len(list_filter(dates_said, lambda x: x is not null and instant(x) is null)) > 0
            then 32 else 0 end
        + case when is_far_time(created_at) then 64 else 0 end
        + case when is_deleted and merged_into is null then 256 else 0 end
        else 2048 -- goes on with the record above: no row of its own, and no reason
    end::smallint as flaws
from timed;


-- answer: continued
-- Rows that only go on with the record above them (tables in a record).
select count(*) as rows
from (select * from texts union all by name select null::varchar as record_start where false)
where getvariable('has_record_start') and trimmed(record_start) is distinct from '*';


-- answer: gone
-- Leads that their own row says are deleted; when, the day of the export tells at the latest.
select lead_id, null::varchar as merged_ids, true as is_gone, null::timestamptz as gone_at, null::varchar as activity_id
from converted
where flaws = 256;


-- answer: entered
-- The stage entries that the columns of a lead file date ("Became a … Date"): one row per lead and date, as a change.
-- From the accepted rows (batch_file).
with

-- a stage that is dated by its day only, on the day of creation, was entered after it: not at the midnight before
dates as (
    select
        lead_id,
        substr(name, 9) as word,
        case
            when local_time(instant(filled(value)))::time = time '00:00' and local_day(instant(filled(value))) = local_day(created_at)
                then greatest(instant(filled(value)), created_at)
            else instant(filled(value))
        end as occurred_at
    from (unpivot (select lead_id, created_at, columns('^entered:.*') from read_parquet(getvariable('batch_file'))) on columns('^entered:.*') into name name value value)
    union all
    select lead_id, getvariable('converted_stage'),
        case
            when local_time(converted_at)::time = time '00:00' and local_day(converted_at) = local_day(created_at) then greatest(converted_at, created_at)
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
