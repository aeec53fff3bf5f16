-- Dates whose year stands last: which part can only be a day (from the first 20,000 rows).
with

cells as (
    unpivot (select * from texts limit 20000) on columns(*) into name target value said
),

parts as (
    select
        regexp_extract(said, '\d{1,2}[/.-]\d{1,2}[/.-]\d{4}') as example,
        regexp_extract(said, '^\s*(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})', ['first', 'second', 'year']) as part
    from cells
    where (list_contains(getvariable('time_targets'), target) or starts_with(target, 'entered:'))
        and regexp_matches(said, '^\s*\d{1,2}[/.-]\d{1,2}[/.-]\d{4}')
)

select
    count(*) as dates,
    coalesce(max(part['first']::int), 0) as most_first,
    coalesce(max(part['second']::int), 0) as most_second,
    coalesce(bool_or(part['first'] <> part['second']), false) as matters,
    -- one that is a day either way
    min(example) filter (where part['first'] <> part['second'] and part['first']::int between 1 and 12 and part['second']::int between 1 and 12) as example
from parts;
