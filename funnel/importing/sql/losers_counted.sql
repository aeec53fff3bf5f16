-- Of each part: rows that are not served, those of them that a row like them stands for, and rows of it that stand
-- for other ones of former parts.
select
    path,
    count(*) filter (where turn > 1) as lost,
    count(*) filter (where turn > 1 and content = holds) as duplicates,
    count(*) filter (where turn = 1 and others_before > 0) as updated
from placed_twins
group by path;
