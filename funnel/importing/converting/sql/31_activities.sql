-- A file of activities, of changes (a history) or of campaign members.
-- in: texts; type_words(word, type, to_value), field_words(word, type), outcome_words(word, outcome), stage_words(word, stage),
--     people(person, name), stage_positions(stage, position). variables: fixed_type, id_prefix, has_types, has_pairs, has_fields,
--     has_ids, has_leads, has_moves, is_also, names_owners, user_ids (the pattern of the ids of users that tools share)
-- out: converted, the rows of the contract with key, newer, word and flaws; and what the activities say of leads that moved


-- answer: owner_names
-- Whether a history tells changes of owners by name (from its first 20,000 rows): one that does tells them by id, too.
select coalesce(bool_or(not regexp_full_match(said, getvariable('user_ids'))), false) as names_owners
from (
    select field, coalesce(trimmed(to_value), trimmed(from_value)) as said
    from (
        select * from texts
        union all by name
        select null::varchar as field, null::varchar as from_value, null::varchar as to_value where false
    )
    limit 20000
)
join field_words on field_words.word = folded(field) and field_words.type = 'owner_change';


-- step: activities
-- Rows of activities, of history files and of campaign members as rows of the contract, with what is wrong in each.
create or replace temp view converted as
with

whole as (
    select * from texts
    union all by name
    select null::varchar as activity_id, null::varchar as lead_id, null::varchar as email, null::varchar as occurred_at,
        null::varchar as type, null::varchar as type_detail, null::varchar as field, null::varchar as actor,
        null::varchar as actor_id, null::varchar as outcome, null::varchar as from_value, null::varchar as to_value,
        null::varchar as reason, null::varchar as points, null::varchar as asset, null::varchar as attributes,
        null::varchar as deleted, null::varchar as left_out_if, null::varchar as record_start, null::varchar as not_before,
        null::varchar as made_at
    where false
),

-- what the tool calls it, and the field that a change is of
named as (
    select
        whole.*,
        coalesce(pairs.type, like_pairs.type, words.type, like_words.type) as word_type,
        case when coalesce(pairs.type, like_pairs.type) is not null then coalesce(pairs.to_value, like_pairs.to_value)
            else coalesce(words.to_value, like_words.to_value) end as word_to_value,
        coalesce(filled(field), attribute(told, 'Attribute Name'), attribute(told, 'Score Name'),
            case when word_type in ('change', 'score_change') then filled(asset) end) as field_said -- what it is about
    from (select *, attributes_in(attributes) as told from whole) as whole
    -- as written first: to fold every word of a long file takes longer than all else
    left join type_words as pairs on pairs.word = coalesce(whole.type, getvariable('fixed_type')) || '/' || type_detail
    left join type_words as words on words.word = whole.type
    left join type_words as like_pairs on like_pairs.word = case when pairs.type is null and getvariable('has_pairs')
        then folded(coalesce(whole.type, getvariable('fixed_type'))) || '/' || folded(type_detail) end
    left join type_words as like_words on like_words.word = case when words.type is null then folded(whole.type) end
),

typed as (
    select
        named.* exclude (type, field),
        named.type as type_said,
        case
            -- a file of changes: the field tells what changed
            when getvariable('has_fields') and field_said is not null and coalesce(word_type, fixed.type, 'change') in
                ('change', 'stage_change', 'owner_change', 'score_change')
                then coalesce(field_words.type, like_fields.type, '')
            when word_type is not null then word_type
            when fixed.type is not null and (not getvariable('has_types') or named.type is null) then fixed.type
            when not getvariable('has_types') then trimmed(named.type)
        end as type
    from named
    cross join (select getvariable('fixed_type') as type) as fixed
    left join field_words on field_words.word = named.field_said
    left join field_words as like_fields on like_fields.word = case when field_words.type is null then folded(named.field_said) end
),

valued as (
    select
        record_id(activity_id) as activity_id,
        record_id(lead_id) as lead_id,
        mail_key(email) as lead_email,
        filled(occurred_at) as time_said,
        filled(made_at) as made_said,
        type,
        coalesce(actors.name, person_name(filled(actor)), record_id(actor_id)) as actor,
        coalesce(outcomes.outcome, like_outcomes.outcome, filled(typed.outcome)) as outcome,
        case when type in ('stage_change', 'owner_change', 'score_change')
            then coalesce(filled(from_value), attribute(told, 'Old Value'), attribute(told, 'Old Stage')) else filled(from_value) end as from_value,
        case when type in ('stage_change', 'owner_change', 'score_change')
            then coalesce(word_to_value, filled(to_value), attribute(told, 'New Value'), attribute(told, 'New Stage'))
            when type = 'merge' then coalesce(filled(to_value), attribute(told, 'Merge IDs'))
            else filled(to_value) end as to_value,
        coalesce(filled(reason), attribute(told, 'Reason')) as reason,
        type_said,
        filled(points) as points_said,
        filled(asset) as asset,
        filled(not_before) as not_before_said,
        coalesce(flag_in(deleted), false) as is_deleted,
        -- cut off or damaged: a change without what it was to would read as a change to nothing
        type in ('stage_change', 'owner_change', 'score_change', 'merge') and told is null and filled(attributes) is not null
            and word_to_value is null and filled(to_value) is null as is_garbled,
        coalesce(flag_in(left_out_if), false)
            or getvariable('is_also') and filled(occurred_at) is null and type_said is null and filled(typed.outcome) is null
                and filled(asset) is null and filled(reason) is null
            or getvariable('names_owners') and type = 'owner_change'
                and regexp_full_match(coalesce(trimmed(to_value), trimmed(from_value)), getvariable('user_ids')) as is_left_out,
        md5(concat_ws(chr(31), activity_id, lead_id, email, occurred_at, type_said, type_detail, field_said, actor, actor_id,
            typed.outcome, from_value, to_value, reason, points, asset, attributes)) as fingerprint
    from typed
    left join people as actors on actors.person = record_id(actor_id)
    left join outcome_words as outcomes on outcomes.word = typed.outcome
    left join outcome_words as like_outcomes on like_outcomes.word = case when outcomes.outcome is null then folded(typed.outcome) end
),

-- macros are written out: each of them takes finished columns
read as (
    select
        *,
        read_instant(time_said) as time_read,
        read_instant(not_before_said) as not_before_read,
        read_instant(made_said) as made_at,
        number_in(points_said, 'points') as points
    from valued
),

timed as (
    select
        *,
        case
            -- a day without a time, on the day on which the record was made, is after that: not the midnight before
            when made_at is not null and time_read::timestamp::time = time '00:00' and time_read::date = made_at::date
                then greatest(time_read, made_at)
            else settled(time_said, time_read)
        end as occurred_at,
        settled(not_before_said, not_before_read) as not_before
    from read
)

select
    case when getvariable('has_ids') then getvariable('id_prefix') || activity_id else getvariable('id_prefix') || coalesce(lpad(position, 2, '0') || ':', '') || fingerprint end as activity_id,
    lead_id,
    occurred_at,
    type,
    actor,
    outcome,
    case type when 'stage_change' then coalesce(old_stages.stage, from_value) when 'owner_change' then coalesce(old_people.name, person_name(from_value)) else from_value end as from_value,
    case type when 'stage_change' then coalesce(new_stages.stage, to_value) when 'owner_change' then coalesce(new_people.name, person_name(to_value)) else to_value end as to_value,
    reason,
    points,
    asset,
    not_before,
    lead_email,
    case when getvariable('has_ids') then getvariable('id_prefix') || activity_id else getvariable('id_prefix') || coalesce(lpad(position, 2, '0') || ':', '') || fingerprint end as key,
    null::timestamptz as newer,
    coalesce(trimmed(type_said), getvariable('fixed_type')) as word,
    (
        case when getvariable('has_ids') and activity_id is null then 2 else 0 end
        + case when getvariable('has_ids') and is_damaged_id(activity_id, 'activity_id') or is_damaged_id(lead_id, 'lead_id') then 4 else 0 end
        + case when getvariable('has_leads') and lead_id is null and lead_email is null then 8 else 0 end
        + case when time_said is null then 16 else 0 end
        + case when occurred_at is null and is_short_year(time_said) then 4096 else 0 end
        + case when time_said is not null and occurred_at is null and not is_short_year(time_said)
            or is_garbled then 32 else 0 end
        + case when is_far_time(occurred_at) then 64 else 0 end
        + case when type is null then 128 else 0 end
        + case when is_deleted then 256 else 0 end
        + case when is_left_out or type = '' then 512 else 0 end
    )::smallint as flaws
from timed
left join stage_words as old_stages on old_stages.word = case when type = 'stage_change' then folded(from_value) end
left join stage_words as new_stages on new_stages.word = case when type = 'stage_change' then folded(to_value) end
-- of two changes in one minute that of the earlier stage is the first: ids are the order of what happens at one time
left join stage_positions on stage_positions.stage = case when type = 'stage_change' then folded(coalesce(new_stages.stage, to_value)) end
left join people as old_people on old_people.person = case when type = 'owner_change' then record_id(from_value) end
left join people as new_people on new_people.person = case when type = 'owner_change' then record_id(to_value) end;


-- answer: moves
-- Leads that a stream of activities says went into another, or are gone.
select
    lead_id,
    case when type = 'merge' then nullif(record_ids(to_value), '') end as merged_ids,
    type = 'delete' as is_gone,
    occurred_at as gone_at,
    key as activity_id
from converted
where flaws = 0 and type in ('merge', 'delete') and getvariable('has_moves');
