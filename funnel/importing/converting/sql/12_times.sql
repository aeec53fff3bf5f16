-- How a text of a tool's file becomes an instant. A day without a time is its midnight in the company's zone, however it is
-- spelled and whatever the zone of the file's times; a year is never guessed from two digits.
-- in: 10_values; variables: formats (of days and times), short_formats (where the column leaves no doubt how days with a year
--     of two digits are meant), zone_of_days, number_wide and number_narrow, first_time and last_time (that can be meant)
-- out: read_instant(text), to be followed by settled(text, instant), or both in one: instant(text); local_day(instant),
--     is_far_time(instant), is_short_year(text)


-- step: times
create or replace temp macro of_day(local) as
    case when getvariable('zone_of_days') is null then in_zone(local) else timezone(getvariable('zone_of_days'), local) end;

-- what the company's clocks show at an instant
create or replace temp macro local_time(t) as
    case when getvariable('zone_of_days') is null then t::timestamp else timezone(getvariable('zone_of_days'), t) end;

-- R8.10.1 and 令和8年10月1日: the year of an era
create or replace temp macro without_era(x) as
    list_transform(
        [regexp_extract(x, '^(令和|平成|昭和|[RHS](?:\d|\.))(.*)$', ['era', 'rest'])],
        lambda of_era: case
            when of_era.era = '' then x
            else list_transform(
                [regexp_extract(case when of_era.era in ('令和', '平成', '昭和') then of_era.rest else ltrim(substr(x, 2), '.') end,
                    '^ *(元|\d{1,2}) *[年./-] *(\d{1,2}) *[月./-] *(\d{1,2}) *(.*)$', ['year', 'month', 'day', 'rest'])],
                lambda part: case when part.year = '' then x else concat(
                    (case when part.year = '元' then 1 else part.year::int end
                        + case substr(of_era.era, 1, 1) when '令' then 2018 when 'R' then 2018 when '平' then 1988 when 'H' then 1988 else 1925 end)::varchar,
                    '-', part.month, '-', part.day, ' ', part.rest) end)[1]
        end)[1];

-- one spelling for the marks between the parts: 2026年10月1日(木) 午後3時5分 becomes 2026-10-1 3:05 PM
create or replace temp macro in_plain_marks(x) as
    trim(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(
        replace(replace(x, '㋿', '令和'), '"', ''),
        '^(\d{4})年 *(\d{1,2})月 *(\d{1,2})日?', '\1-\2-\3 '),
        '^(\d{4}[-/.]\d{1,2}[-/.]\d{1,2}) *日? *(?:[(]?[月火水木金土日](?:曜日?)?[)]?)? *', '\1 '),
        '^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? +', ''),
        '(\d{1,2})時 *(\d{1,2})分 *(\d{1,2})秒', '\1:\2:\3'),
        '(\d{1,2})時 *(\d{1,2})分', '\1:\2'),
        '(\d{1,2})時$', '\1:00'),
        '\s+', ' ', 'g'));

create or replace temp macro in_plain_clock(x) as
    regexp_replace(regexp_replace(regexp_replace(
        x, '午後 *0?0:', '12:'), '午前 *(0?0:.*)$', '\1'), '午(前|後) *(\d.*)$', '\2 \1M');

create or replace temp macro plain_time(x) as
    replace(replace(in_plain_clock(in_plain_marks(without_era(x))), '前M', 'AM'), '後M', 'PM');

create or replace temp macro has_clock(x) as
    regexp_matches(x, '\d:\d|^\d{14}$|[0-9 ][AaPp][Mm]\b');

create or replace temp macro is_short_year(x) as
    (substr(x, 2, 1) in ('/', '.', '-') or substr(x, 3, 1) in ('/', '.', '-'))
        and regexp_matches(x, '^\d{1,2}[/.-]\d{1,2}[/.-]\d{1,2}(\D|$)');

-- the usual way: the year first, with four digits
create or replace temp macro is_iso(x) as
    substr(x, 5, 1) in ('-', '/') and substr(x, 2, 1) not in ('/', '.', '-') and substr(x, 3, 1) not in ('/', '.', '-');

-- of a spreadsheet: days since the end of 1899, from 1990 to 2100
create or replace temp macro serial_local(x) as
    timestamp '1899-12-30' + to_seconds(round(try_cast(x as double) * 86400));

create or replace temp macro placed(local, x) as
    case when has_clock(x) then in_zone(local) else of_day(local) end;

create or replace temp macro spelled_instant(x) as
    list_transform(list_transform([in_one_width(x)], lambda wide: plain_time(wide)), lambda plain: case
        when regexp_matches(plain, '^\d{12,13}$') then make_timestamptz(try_cast(plain as bigint) * 1000) -- of older interfaces
        when regexp_matches(plain, '^\d{5}(\.\d+)?$') then
            case when plain::double between 32874 and 73415 then case when contains(plain, '.') then in_zone(serial_local(plain)) else of_day(serial_local(plain)) end end
        when is_short_year(plain) then placed(try_strptime(plain, getvariable('short_formats')), plain)
        else coalesce(
            case when regexp_matches(plain, '^\d{4}[-/.]') and length(plain) > 10 and has_clock(plain) then try_cast(replace(plain, '.', case when substr(plain, 5, 1) = '.' then '-' else '.' end) as timestamptz) end,
            placed(try_strptime(plain, getvariable('formats')), plain))
    end)[1];

-- the instant that a text names; null where it names none. Times without a zone are in the session's; `settled` has the
-- last word on them where the clocks go back
create or replace temp macro read_instant(x) as
    case
        when x is null then null
        when is_iso(x) and length(x) <= 10 and try_cast(x as date) is not null then of_day(try_cast(x as timestamp))
        else coalesce(case when is_iso(x) and contains(x, ':') then try_cast(x as timestamptz) end, spelled_instant(x))
    end;

create or replace temp macro instant(x) as
    settled(x, read_instant(x));

create or replace temp macro local_day(t) as
    local_time(t)::date;

create or replace temp macro is_far_time(t) as
    coalesce(t < getvariable('first_time') or t >= getvariable('last_time'), false);
