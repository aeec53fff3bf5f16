-- What remains of activities when the refused and the duplicate rows, merges and deletions are left out.
select * exclude (record, key, newer, word, flaws)
from read_parquet(getvariable('numbered_file'))
anti join verdicts using (record)
where not getvariable('has_moves') or type not in ('merge', 'delete')
order by record;
