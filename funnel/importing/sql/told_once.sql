-- No history beside the columns of lead files: nothing is told twice.
create or replace temp table told_again (path varchar, place bigint);
