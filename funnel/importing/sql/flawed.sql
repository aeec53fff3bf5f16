-- The rows that something is wrong with, by their place in the file, where no two accepted rows have one key.
create or replace temp table verdicts as
    select record, flaws, false as is_duplicate
    from (select row_number() over () as record, flaws from converted)
    where flaws <> 0;
