-- How many rows the file has; every column is read, so that each row that cannot be split into cells is found.
select count(*) as "—rows", count(columns(*)) from texts;
