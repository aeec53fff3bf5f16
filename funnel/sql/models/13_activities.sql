-- export_activities: what happened to the accepted leads, each column cast once.
-- grain: one row per event; event_no is dense, by (lead_no, occurred_at, activity_id)
-- leaves also activity_flaws: the refused rows with their reasons as bits

create or replace temp view activities_checked as
    with

    texts as (
        select
            "—path" as path,
            file_row_number + 1 as row_number,
            as_text(activity_id) as activity_id,
            as_text(lead_id) as lead_id,
            occurred_at as occurred_value, as_text(occurred_at) as occurred_text,
            as_text(type) as type,
            as_text(actor) as actor,
            as_text(outcome) as outcome,
            as_text(from_value) as from_value,
            as_text(to_value) as to_value,
            as_text(reason) as reason,
            points as points_value, as_text(points) as points_text,
            as_text(asset) as asset,
            not_before as not_before_value, as_text(not_before) as not_before_text
        from activities_as_read
    ),

    typed as (
        select
            *,
            as_zoned(occurred_value, occurred_text) as occurred_zoned,
            as_local(occurred_value, occurred_text) as occurred_local,
            as_zoned(not_before_value, not_before_text) as not_before_zoned,
            as_local(not_before_value, not_before_text) as not_before_local,
            as_number(points_value, points_text) as points,
            case when type = 'stage_change' then from_value end as from_stage_text,
            case when type = 'stage_change' then to_value end as to_stage_text,
            case when type = 'score_change' then as_number(from_value, from_value) end as from_score,
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
        export_leads.lead_no,
        activity_id,
        timed.lead_id,
        occurred_at,
        timed.type,
        case
            when timed.type in ('stage_change', 'owner_change', 'score_change') then coalesce(side, 'system')
            else side
        end as side,
        coalesce(side = 'us' and (connects_any or activity_connects.outcome is not null), false) as is_contact,
        actor,
        timed.outcome,
        from_value,
        to_value,
        from_keys.stage as from_stage,
        to_keys.stage as to_stage,
        case when not isinf(from_score) then from_score end as from_score,
        to_score,
        timed.reason,
        points,
        asset,
        not_before,
        case when activity_id is null or timed.lead_id is null then 1 else 0 end
        + case when occurred_text is null then 2 else 0 end
        + case
            when (occurred_text is not null and occurred_at is null)
                or (not_before_text is not null and not_before is null)
                or is_no_number(points_value, points_text, points)
                or (timed.type = 'score_change' and to_value is not null and to_score is null)
                then 4
            else 0
        end
        + case
            when is_far_time(occurred_at) or is_far_time(not_before) or is_infinite(points) or is_infinite(to_score)
                then 8
            else 0
        end
        + case when timed.lead_id is not null and export_leads.lead_no is null then 16 else 0 end
        + case
            when timed.type in ('stage_change', 'owner_change', 'score_change') or side is not null then 0
            else 32
        end
        + case when timed.type = 'stage_change' and to_keys.stage is null then 64 else 0 end as flaws
    from timed
    left join export_leads on export_leads.lead_id = timed.lead_id
    left join activity_types on activity_types.type = timed.type
    left join activity_connects on activity_connects.type = timed.type and activity_connects.outcome = timed.outcome
    left join stage_keys as from_keys on from_keys.text = from_stage_text
    left join stage_keys as to_keys on to_keys.text = to_stage_text;

-- rows that share their key with another one: as for the leads
create or replace temp table activity_twins as
    with

    suspects as (
        select hash(as_text(activity_id)) as key_hash
        from activities_as_read
        where as_text(activity_id) is not null
        group by key_hash
        having count(*) > 1
    )

    select
        "—path" as path,
        file_row_number + 1 as row_number,
        as_text(activity_id) as activity_id,
        hash(*columns(lambda c: c not in ('—path', 'file_row_number'))) as row_hash
    from activities_as_read
    where hash(as_text(activity_id)) in (select key_hash from suspects);

create or replace temp table checked_activity_twins as
    select path, row_number, activity_id, occurred_at, flaws, row_hash
    from activity_twins
    join activities_checked using (path, row_number, activity_id);

create or replace temp table activity_twin_texts as
    with

    differing as (
        select activity_id as differing_id
        from checked_activity_twins
        where flaws = 0
        group by activity_id
        having min(row_hash) < max(row_hash)
    ),

    texts as (
        select
            "—path",
            file_row_number + 1 as "—row",
            as_text(columns(lambda c: c not in ('—path', 'file_row_number')))
        from activities_as_read
        semi join differing on differing_id = as_text(activity_id)
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

create or replace temp table activity_flaws as
    with

    ranked as (
        select
            path,
            row_number,
            activity_id,
            flaws,
            row_number() over first_first = 1 as is_first,
            row_hash = first_value(row_hash) over first_first
                or coalesce((texts, further_texts) = first_value((texts, further_texts)) over first_first, false) as is_like_first,
            count(*) over (partition by activity_id) as rows_of_key
        from checked_activity_twins
        left join activity_twin_texts using (path, row_number)
        window first_first as (partition by activity_id, flaws = 0 order by occurred_at, texts, further_texts, path, row_number)
    ),

    twins as (
        select
            path,
            row_number,
            case when flaws = 0 and is_first then 0 when flaws = 0 and is_like_first then 256 else 128 end as flaws
        from ranked
        where rows_of_key > 1
    )

    select path, row_number, bit_or(flaws) as flaws
    from (
        select path, row_number, flaws from twins where flaws > 0
        union all
        select path, row_number, flaws from activities_checked where flaws > 0
    )
    group by path, row_number;

create or replace table export_activities as
    select
        row_number() over () as event_no,
        *
    from (
        select
            lead_no, activity_id, occurred_at, type, side, is_contact, actor, outcome, from_value, to_value,
            from_stage, to_stage, from_score, to_score, reason, points, asset, not_before
        from activities_checked
        anti join activity_flaws using (path, row_number)
        where flaws = 0
        order by lead_no, occurred_at, activity_id
    );
