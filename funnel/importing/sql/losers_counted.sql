select path, count(*) filter (where is_duplicate) as duplicates, count(*) filter (where not is_duplicate) as superseded
from losers
group by path;
