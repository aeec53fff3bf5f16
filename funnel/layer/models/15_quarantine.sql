-- quarantine: every refused row, whole. grain: one row per refused row of an export
--   file        VARCHAR    the file within the data directory
--   row_number  BIGINT     from 1
--   reason      VARCHAR    the one that it is counted under
--   reasons     VARCHAR[]  all of them, in that order
--   lead_id     VARCHAR    as read
--   values      VARCHAR    the row as read, a JSON object of texts
create or replace table quarantine as
    with

    refused as (
        select 'leads.parquet' as export, path, row_number, lead_id, flaws from lead_flaws
        union all
        select 'activities.parquet', path, row_number, lead_id, flaws from activity_flaws
        union all
        select 'costs.parquet', path, row_number, lead_id, flaws from cost_flaws
    ),

    named as (
        select path, row_number, lead_id, list(reason order by position) as reasons
        from refused
        join reasons on flaws & bit > 0
        group by path, row_number, lead_id
    ),

    whole_rows as (
        select "—path" as path, "—row" as row_number, to_json(r)::varchar as row
        from (
            select file_row_number + 1 as "—row", try(columns(* exclude (file_row_number)))::varchar
            from lead_rows
            semi join lead_flaws on lead_flaws.path = "—path" and lead_flaws.row_number = file_row_number + 1
        ) as r
        union all
        select "—path", "—row", to_json(r)::varchar
        from (
            select file_row_number + 1 as "—row", try(columns(* exclude (file_row_number)))::varchar
            from activity_rows
            semi join activity_flaws on activity_flaws.path = "—path" and activity_flaws.row_number = file_row_number + 1
        ) as r
        union all
        select "—path", "—row", to_json(r)::varchar
        from (
            select file_row_number + 1 as "—row", try(columns(* exclude (file_row_number)))::varchar
            from cost_rows
            semi join cost_flaws on cost_flaws.path = "—path" and cost_flaws.row_number = file_row_number + 1
        ) as r
    )

    select
        file,
        row_number,
        reasons[1] as reason,
        reasons,
        lead_id,
        json_merge_patch(row::json, '{"—path": null, "—row": null}')::varchar as values
    from named
    join whole_rows using (path, row_number)
    join export_files using (path)
    order by array_position(['leads.parquet', 'activities.parquet', 'costs.parquet'], export), file, row_number;

-- file_counts: per export, its parts together. rows_read = rows_loaded + rows_quarantined, or the load stops here
create or replace table file_counts as
    with

    counted as (
        select
            'leads.parquet' as file,
            (select count(*) from lead_rows) as rows_read,
            (select count(*) from export_leads) as rows_loaded
        union all
        select
            'activities.parquet',
            (select count(*) from activity_rows),
            (select count(*) from export_activities)
        union all
        select 'costs.parquet', (select count(*) from cost_rows), (select count(*) from export_costs)
        where len(getvariable('cost_files')) > 0
    ),

    refused as (
        select export as file, count(*) as rows_quarantined
        from quarantine
        join (select distinct export, file from export_files) using (file)
        group by export
    )

    select file, rows_read, rows_loaded, coalesce(rows_quarantined, 0) as rows_quarantined
    from counted
    left join refused using (file)
    order by array_position(['leads.parquet', 'activities.parquet', 'costs.parquet'], file);

select case when rows_read <> rows_loaded + rows_quarantined
    then error(file || ': ' || rows_read || ' rows read, but ' || rows_loaded || ' loaded and '
        || rows_quarantined || ' quarantined') end
from file_counts;
