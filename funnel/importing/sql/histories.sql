-- How far back each kind of thing goes, and how many of it there are.
select type, count(*) as rows, min(occurred_at) as first_at, max(occurred_at) as last_at
from read_parquet(getvariable('activity_parts'))
group by type
order by type;
