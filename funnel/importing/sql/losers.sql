create or replace temp table placed_twins as
    with

    twins as (
        select
            path, seq, file_row_number as place, activity_id,
            md5(row(activity_id, lead_id, epoch_us(occurred_at), type, actor, outcome, from_value, to_value, reason, points, asset,
                epoch_us(not_before), lead_email)::varchar) as content
        from read_parquet(getvariable('event_parts'), union_by_name = true, filename = '—path', file_row_number = true) as parts
        join kept_events on kept_events.path = "—path"
        where hash(activity_id) in (select twin from twin_hashes)
    ),

    said as (
        select *, first_value(content) over (partition by activity_id order by seq desc, place desc
            rows between unbounded preceding and unbounded following) as holds
        from twins
    )

    select path, place, content, holds,
        row_number() over (partition by activity_id order by content <> holds, seq, place) as turn,
        count(*) filter (where content <> holds) over (partition by activity_id) as others_before
    from said;

create or replace temp table losers as
    select path, place, bool_or(is_same) as is_same
    from (
        select path, place, content = holds as is_same from placed_twins where turn > 1
        union all
        select path, place, true from told_again
    )
    group by path, place;
