-- One tool brought all stage changes.
create or replace temp table stage_tellers as
    select null::varchar as final_id, null::varchar as tool, null::timestamptz as from_at where false;
