-- Every row with its place in the file (broken ones do not count).
select row_number() over () as record, * from converted;
