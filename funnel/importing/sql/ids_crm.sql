-- The tool's ids have 15 or 18 characters and mean the same: all are written with 18.
create or replace temp macro record_id(x) as
    case
        when length(x) = 15 and regexp_matches(x, '^[A-Za-z0-9]{15}$') then long_id(x)
        else trimmed(x)
    end;

create or replace temp macro record_ids(x) as
    array_to_string(list_transform(regexp_extract_all(x, '[0-9A-Za-z_-]+'), lambda each: record_id(each)), ';');
