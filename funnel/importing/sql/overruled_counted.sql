select path, count(*) as rows from overruled group by path;
