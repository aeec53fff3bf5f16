-- What the file's columns hold, from its first 20,000 rows: how many are filled, examples, how many cannot be read.
with

numbered as (
    select row_number() over () as "—record", * from texts limit 20000
),

cells as (
    unpivot numbered on columns(* exclude ("—record")) into name target value said
),

seen as (
    select
        target,
        trim(said, getvariable('blanks')) as said,
        min("—record") as first_at,
        count(*) as cells
    from cells
    where filled(said) is not null
    group by all
)

select
    target,
    sum(cells)::bigint as filled,
    list(said order by first_at, said)[:3] as examples,
    -- of a column of times the first that can be read, and how it is
    case when list_contains(getvariable('time_targets'), target) or starts_with(target, 'entered:')
        then arg_min({'said': said, 'at': instant(said)}, first_at) filter (instant(said) is not null) end as read,
    coalesce(sum(cells) filter (where case
        when list_contains(getvariable('time_targets'), target) or starts_with(target, 'entered:') then instant(said) is null
        when list_contains(getvariable('number_targets'), target) then number_in(said) is null
        when list_contains(getvariable('flag_targets'), target) then flag_in(said) is null
        else false end), 0)::bigint as unreadable
from seen
group by target;
