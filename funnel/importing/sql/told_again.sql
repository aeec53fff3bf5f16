-- Stage entries from the columns of a lead file that a history tells too, and more exactly: a column knows the minute or
-- only the day, so that beside the history's own times it would be a move there and back that never was. Of a day the
-- history also tells it by a later stage. tables: kept_events(path, tool), placed, moved, path_places(stage, place). variables: event_parts
create or replace temp table told_again as
    with

    changes as (
        select
            kept_events.tool, path, file_row_number as place, ends_with(path, '.entered.parquet') as is_column,
            coalesce(moved.final_id, placed.final_id, parts.lead_id) as final_id,
            occurred_at, to_value as stage, path_places.place::int as rank
        from read_parquet(getvariable('event_parts'), union_by_name = true, filename = '—path', file_row_number = true) as parts
        join kept_events on kept_events.path = "—path"
        left join moved on moved.tool = kept_events.tool and moved.ref = parts.lead_id
        left join placed on placed.tool = kept_events.tool and placed.lead_id = parts.lead_id
        left join path_places on path_places.stage = folded(parts.to_value)
        where type = 'stage_change' and to_value is not null
    ),

    entries as (
        select *, occurred_at = date_trunc('day', occurred_at) as is_day
        from changes
        where is_column and occurred_at = date_trunc('minute', occurred_at)
    )

    select distinct entries.path, entries.place
    from entries
    join changes as told
        on told.tool = entries.tool and told.final_id = entries.final_id and not told.is_column
        and told.occurred_at >= entries.occurred_at
        and told.occurred_at < entries.occurred_at + case when is_day then interval 1 day else interval 1 minute end
        and (folded(told.stage) = folded(entries.stage) or told.rank = entries.rank or is_day and told.rank >= entries.rank);
