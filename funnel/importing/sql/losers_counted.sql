-- Of each part: rows that are not served, those of them that another row stands for, and rows of it that stand for
-- other ones of former parts.
select
    path,
    sum(lost)::bigint as lost,
    sum(same)::bigint as duplicates,
    sum(updated)::bigint as updated
from (
    select path, 1 as lost, is_same::int as same, 0 as updated from losers
    union all
    select path, 0, 0, 1 from placed_twins where turn = 1 and others_before > 0
)
group by path;
