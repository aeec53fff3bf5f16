-- The tool's ids are texts as they are.
create or replace temp macro record_id(x) as trimmed(x);

create or replace temp macro record_ids(x) as
    array_to_string(regexp_extract_all(x, '[0-9A-Za-z_-]+'), ';');
