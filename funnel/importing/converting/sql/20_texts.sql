-- The file itself, as texts.
-- in: a staged file. variables: file, file_columns (by the names of their targets), file_skip, file_delimiter, file_newline, nulls
-- out: texts_read, from which the session makes `texts`: columns of one meaning put together, null words taken out;
--     broken_rows, what could not be split into cells


-- step: texts
-- The rows of one file as texts, each column under its target's name .
create or replace view texts_read as
    select * from read_csv(
        getvariable('file'), columns = getvariable('file_columns'), auto_detect = false, header = false,
        skip = getvariable('file_skip'), delim = getvariable('file_delimiter'), new_line = getvariable('file_newline'), quote = '"', escape = '"',
        nullstr = getvariable('nulls'), store_rejects = true, rejects_table = 'broken_rows', rejects_scan = 'broken_scans')
    union all by name
    select null::varchar as "—none" where false;
