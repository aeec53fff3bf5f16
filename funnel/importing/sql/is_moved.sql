-- Whether a part has an activity whose lead or people are called otherwise here, or that names no lead or several.
-- variables: part, tool, has_lists
select exists (
    select 1
    from read_parquet(getvariable('part'))
    where lead_id is null or lead_id in (select ref from moved where tool = getvariable('tool'))
        or getvariable('has_lists') and contains(lead_id, ';')
        or actor in (select person from people where tool = getvariable('tool'))
        or type = 'owner_change' and (to_value in (select person from people where tool = getvariable('tool'))
            or from_value in (select person from people where tool = getvariable('tool')))
) as is_moved;
