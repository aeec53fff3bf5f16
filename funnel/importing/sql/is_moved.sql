-- Whether a part has an activity whose lead is called otherwise here, or that names no lead by its id. variables: part, tool
select exists (
    select 1
    from read_parquet(getvariable('part'))
    where lead_id is null or lead_id in (select ref from moved where tool = getvariable('tool'))
) as is_moved;
