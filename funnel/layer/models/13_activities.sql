-- export_activities: what happened to the accepted leads, each column cast once. Columns that no model asks for
-- (activity_id, points) are checked and left behind, and so is not_before but for event_ranges.
-- grain: one row per event; event_no is dense, by lead_no, occurred_at, then by id (in_order_of_ids)
-- leaves also activity_flaws: the refused rows with their reasons as bits

create or replace temp view activities_checked as
    with

    written as (
        select
            "—path" as path,
            file_row_number + 1 as row_number,
            written(activity_id) as activity_id,
            written(lead_id) as lead_id,
            occurred_at as occurred_value, written(occurred_at) as occurred_text,
            written(type) as type,
            written(actor) as actor,
            written(outcome) as outcome,
            written(from_value) as from_value,
            written(to_value) as to_value,
            written(reason) as reason,
            points as points_value, written(points) as points_text,
            written(asset) as asset,
            not_before as not_before_value, written(not_before) as not_before_text
        from activities_as_read
    ),

    texts as (
        select
            path, row_number, occurred_value, not_before_value, points_value,
            filled(columns(* exclude (path, row_number, occurred_value, not_before_value, points_value)))
        from written
    ),

    typed as (
        select
            *,
            as_zoned(occurred_value, occurred_text) as occurred_zoned,
            as_local(occurred_value, occurred_text) as occurred_local,
            as_zoned(not_before_value, not_before_text) as not_before_zoned,
            as_local(not_before_value, not_before_text) as not_before_local,
            as_number(points_value, points_text) as points,
            case when type = 'stage_change' then to_value end as to_stage_text,
            case when type = 'score_change' then as_number(to_value, to_value) end as to_score
        from texts
    ),

    placed as (
        select *, in_zone(occurred_local) as occurred_placed, in_zone(not_before_local) as not_before_placed
        from typed
    ),

    timed as (
        select
            *,
            coalesce(occurred_zoned, first_showing(occurred_placed, went_back(occurred_placed))) as occurred_at,
            coalesce(not_before_zoned, first_showing(not_before_placed, went_back(not_before_placed))) as not_before
        from placed
    )

    select
        timed.path,
        timed.row_number,
        lead_no,
        timed.lead_id,
        activity_id,
        occurred_at,
        not_before,
        type_no,
        actor,
        outcome,
        from_value,
        to_value,
        reason,
        asset,
        case when activity_id is null or timed.lead_id is null then 1 else 0 end
        + case when is_given(occurred_value, occurred_text) then 0 else 2 end
        + case
            when (is_given(occurred_value, occurred_text) and occurred_at is null)
                or (is_given(not_before_value, not_before_text) and not_before is null)
                or (timed.type = 'score_change' and to_value is not null and to_score is null)
                then 4
            else 0
        end
        + case
            when is_far_time(occurred_at) or is_far_time(not_before) or is_infinite(to_score)
                then 8
            else 0
        end
        + case when timed.lead_id is not null and lead_no is null then 16 else 0 end
        + case when type_no is null then 32 else 0 end
        + case when timed.type = 'stage_change' and stage_keys.stage is null then 64 else 0 end as flaws,
        is_no_number(points_value, points_text, points) or is_infinite(points) as are_points_unreadable
    from timed
    left join export_leads on export_leads.lead_id = timed.lead_id
    left join type_numbers on type_numbers.type = timed.type
    left join stage_keys on stage_keys.text = to_stage_text;

-- rows that share their key with another one: as for the leads
create or replace temp table activity_twins as
    with

    suspects as (
        select distinct key_hash
        from (
            select key_hash, lag(key_hash) over (order by key_hash) as key_hash_before
            from (
                select hash(as_text(activity_id)) as key_hash
                from activities_as_read
                where as_text(activity_id) is not null
            )
        )
        where key_hash = key_hash_before
    )

    select
        "—path" as path,
        file_row_number + 1 as row_number,
        as_text(activity_id) as activity_id,
        hash(*columns(lambda c: c not in ('—path', 'file_row_number'))) as row_hash
    from activities_as_read
    where hash(as_text(activity_id)) in (select key_hash from suspects);

create or replace temp table acceptable_activity_twins as
    select
        path,
        row_number,
        activities_checked.lead_id,
        activity_twins.activity_id as twin_key,
        occurred_at as twin_at,
        row_hash
    from activity_twins
    join activities_checked using (path, row_number)
    where flaws = 0;

create or replace temp table activity_twin_texts as
    with

    differing as (
        select twin_key as differing_id
        from acceptable_activity_twins
        group by twin_key
        having min(row_hash) < max(row_hash)
    ),

    written as (
        select
            "—path",
            file_row_number + 1 as "—row",
            written(columns(lambda c: c not in ('—path', 'file_row_number')))
        from activities_as_read
        semi join differing on differing_id = as_text(activity_id)
    ),

    texts as (
        select "—path", "—row", filled(columns(* exclude ("—path", "—row"))) from written
    )

    select
        "—path" as path,
        "—row" as row_number,
        in_order([activity_id, lead_id, occurred_at, type, actor, outcome, from_value, to_value, reason, points,
            asset, not_before]) as texts,
        in_order(in_order_of_names(
            getvariable('further_activity_columns'),
            [*columns(lambda c: is_further(c, getvariable('activity_columns')))])) as further_texts
    from texts;

create or replace temp table activity_twin_flaws as
    from flaws_of_twins('acceptable_activity_twins', 'activity_twin_texts');

-- sorted as they are read, and only then widened with what the rules say of them
create or replace temp table export_activities as
    with

    numbered as (
        select row_number() over () as event_no, *
        from (
            select lead_no, occurred_at, type_no, actor, outcome, from_value, to_value, reason, asset
            from activities_checked
            anti join activity_twin_flaws using (path, row_number)
            where flaws = 0
            order by lead_no, occurred_at, in_order_of_ids(activity_id)
        )
    )

    select
        event_no,
        lead_no,
        occurred_at,
        type,
        side,
        side = 'us' and (connects_any or connecting.outcome is not null) as is_contact,
        actor,
        numbered.outcome,
        from_value,
        to_value,
        from_keys.stage as from_stage,
        to_keys.stage as to_stage,
        case when type = 'score_change' and not isinf(as_number(from_value, from_value))
            then as_number(from_value, from_value) end as from_score,
        case when type = 'score_change' then as_number(to_value, to_value) end as to_score,
        reason,
        asset
    from numbered
    join type_numbers using (type_no)
    left join (
        select type_no, outcome from activity_connects join type_numbers using (type)
    ) as connecting using (type_no, outcome)
    left join stage_keys as from_keys on type = 'stage_change' and from_keys.text = from_value
    left join stage_keys as to_keys on type = 'stage_change' and to_keys.text = to_value;

-- event_ranges: the events of which only a range is known: each happened somewhere in [not_before, occurred_at].
-- The exports are read again for them, and only where they have any.
-- grain: event_no
set variable are_ranges_given = (
    select exists (select 1 from activities_as_read where not_before is not null)
);

create or replace temp table event_ranges as
    with

    given as materialized (
        select lead_no, occurred_at, activity_id, not_before
        from activities_checked
        anti join activity_twin_flaws using (path, row_number)
        where flaws = 0 and getvariable('are_ranges_given')
    ),

    shared as materialized (
        -- the instants at which a ranged event is recorded: its number is found by its place among all of them
        select distinct lead_no, occurred_at from given where not_before < occurred_at
    ),

    places as (
        select
            lead_no,
            occurred_at,
            not_before,
            row_number() over (
                partition by lead_no, occurred_at order by in_order_of_ids(activity_id)
            ) as place
        from given
        semi join shared using (lead_no, occurred_at)
    ),

    numbers as (
        select
            lead_no,
            occurred_at,
            event_no,
            row_number() over (partition by lead_no, occurred_at order by event_no) as place
        from export_activities
        semi join shared using (lead_no, occurred_at)
    )

    select event_no, lead_no, not_before
    from places
    join numbers using (lead_no, occurred_at, place)
    where not_before < occurred_at;

-- who is refused is looked for only where rows are missing
set variable are_rows_missing = (
    (select count(*) from activity_rows)
    <> (select count(*) from export_activities) + (select count(*) from activity_twin_flaws)
);

create or replace temp table activity_flaws as
    select path, row_number, lead_id, flaws from activity_twin_flaws
    union all
    select path, row_number, lead_id, flaws
    from activities_checked
    where flaws > 0 and getvariable('are_rows_missing');

-- unreadable_points: the loaded events the points of which cannot be read; nothing is reckoned with them.
-- grain: lead_no
create or replace temp table unreadable_points as
    select lead_no, count(*) as cells
    from activities_checked
    anti join activity_twin_flaws using (path, row_number)
    where flaws = 0 and are_points_unreadable
    group by lead_no;
