-- What is said of a file beside its rows.
-- in: texts, broken_rows, converted; cells(place, reason, target, said) of refused rows. variables: time_targets, number_targets,
--     flag_targets (columns that hold such values)
-- out: small answers: rows, broken rows, the order of dates, what the columns hold, words for types, wrong cells


-- answer: tally
-- How many rows the file has; every column is read, so that each row that cannot be split into cells is found.
select count(*) as "—rows", count(columns(*)) from texts;


-- answer: broken
-- Where rows could not be split into cells: a byte at or just before the row.
select distinct line_byte_position as position from broken_rows order by position;


-- answer: dates
-- Days written in numbers whose order only the values tell, from the first 20,000 rows: of those whose year stands last which
-- part can only be a day; of those whose year has two digits in which orders all of them can be read.
with

cells as (
    unpivot (select * from texts limit 20000) on columns(*) into name target value said
),

parts as (
    select
        regexp_extract(said, '\d{1,2}[/.-]\d{1,2}[/.-]\d{4}') as example,
        regexp_extract(in_one_width(said), '^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{1,2})(?:\D|$)', ['first', 'second', 'third']) as part
    from cells
    where list_contains(getvariable('time_targets'), target) or starts_with(target, 'entered:')
),

numbered as (
    select example, part.first::int as first, part.second::int as second, part.third::int as third, length(part.third) = 4 as is_whole
    from parts
    where part.first <> ''
)

select
    count(*) filter (is_whole) as dates,
    coalesce(max(first) filter (is_whole), 0) as most_first,
    coalesce(max(second) filter (is_whole), 0) as most_second,
    coalesce(bool_or(first <> second) filter (is_whole), false) as matters,
    -- one that is a day either way
    min(example) filter (is_whole and first <> second and first between 1 and 12 and second between 1 and 12) as example,
    list_filter([
        case when bool_and(first <= 12 and second <= 31) filter (not is_whole) then 'mdy' end,
        case when bool_and(first <= 31 and second <= 12) filter (not is_whole) then 'dmy' end,
        case when bool_and(second <= 12 and third <= 31) filter (not is_whole) then 'ymd' end
    ], lambda way: way is not null) as short_orders
from numbered;


-- answer: marks
-- What marks a column, from its first 20,000 rows: ids that a spreadsheet turned into numbers, points in numbers.
with

cells as (
    unpivot (select * from texts limit 20000) on columns(*) into name target value said
)

select
    target,
    coalesce(bool_or(shows_damage(said)), false) as is_damaged,
    list_contains(getvariable('number_targets'), target)
        and coalesce(bool_or(case when contains(said, '.') or contains(said, '．') then looks_pointed(in_one_width(said)) end), false) as is_pointed
from cells
where target in ('lead_id', 'activity_id') or list_contains(getvariable('number_targets'), target)
group by target;


-- answer: points
-- The columns of numbers in which a point parts thousands: no value has one before another number of digits.
select target
from (unpivot (select columns(lambda name: list_contains(getvariable('number_targets'), name)) from texts) on columns(*) into name target value said)
group by target
having bool_or(looks_pointed(in_one_width(said))) and not coalesce(bool_or(looks_decimal(in_one_width(said))), false);


-- answer: columns
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
),

told as (
    select
        *,
        list_contains(getvariable('time_targets'), target) or starts_with(target, 'entered:') as is_time,
        list_contains(getvariable('number_targets'), target) as is_number,
        list_contains(getvariable('flag_targets'), target) as is_flag
    from seen
),

judged as (
    select *, case when is_time then instant(said) end as read_at
    from told
)

select
    target,
    sum(cells)::bigint as filled,
    list(said order by first_at, said)[:3] as examples,
    -- of a column of times the first that can be read, and how it is
    arg_min({'said': said, 'at': read_at}, first_at) filter (read_at is not null) as read,
    coalesce(sum(cells) filter (where case
        when is_time then read_at is null
        when target = 'employees' then people_in(said) is null
        when is_number then number_in(said, target) is null
        when is_flag then flag_in(said) is null
        else false end), 0)::bigint as unreadable
from judged
group by target;


-- answer: unknown_types
-- Words for types of activities that nothing knows, with how often they come.
select word, count(*) as rows
from converted
where flaws & 128 <> 0 and word is not null
group by word
order by rows desc, word
limit 20;


-- answer: wrong_cells
-- Of the cells that may be why rows are refused, those that are.
select place
from cells
where case
    when reason = 'damaged_key' then is_damaged_id(said, target)
    when reason = 'out_of_range' then coalesce(is_far_time(instant(said)), false)
        or target = 'cost' and coalesce(number_in(said, 'cost') < 0, false)
    when reason = 'short_year' then coalesce(is_short_year(said), false)
    when reason <> 'unreadable_value' then true
    when target = 'month' then coalesce(instant(said), try_strptime(said, ['%Y-%m', '%Y/%m', '%Y年%m月', '%m/%Y', '%b %Y'])::timestamptz) is null
    when list_contains(getvariable('time_targets'), target) or starts_with(target, 'entered:') then instant(said) is null
    when list_contains(getvariable('number_targets'), target) then number_in(said, target) is null
    else flag_in(said) is null end
order by place;
