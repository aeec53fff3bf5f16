-- Two tools that both date the stages of a lead: from the first change on that the tool with the last word on stages tells
-- of it, that tool alone is heard; before it the other (an MA knows a lead long before the CRM does).
-- tables: kept_events, moved, tools, placed. variables: event_parts, base
create or replace temp table stages_told as
    select
        path,
        file_row_number as place,
        kept_events.tool,
        occurred_at,
        coalesce(moved.final_id, case when kept_events.tool = getvariable('base') then lead_id else kept_events.tool || ':' || lead_id end) as final_id
    from read_parquet(getvariable('event_parts'), union_by_name = true, filename = '—path', file_row_number = true) as parts
    join kept_events on kept_events.path = "—path"
    left join moved on moved.tool = kept_events.tool and moved.ref = parts.lead_id
    where type = 'stage_change';

create or replace temp table stage_tellers as
    with

    heard as (
        select final_id, arg_min(tool, priority - case when list_contains(wins, 'stage') then 1000000 else 0 end) as tool
        from stages_told
        join tools using (tool)
        group by final_id
        having count(distinct tool) > 1
    )

    select final_id, tool, min(occurred_at) as from_at
    from heard
    join stages_told using (final_id, tool)
    group by final_id, tool;
