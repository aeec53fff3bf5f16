-- What remains when the refused and the duplicate rows are left out.
select * exclude (record, key, newer, flaws)
from read_parquet(getvariable('numbered_file'))
anti join verdicts using (record)
order by record;
