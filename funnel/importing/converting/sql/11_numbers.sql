-- How a text of a tool's file becomes a number: the whole text is one number in this grammar, or it is none. Never a part of it.
-- in: variables number_wide and number_narrow (characters of one meaning), pointed_targets (columns in which a point parts
--     thousands)
-- out: number_in(text, target), people_in(text): double or null; looks_pointed and looks_decimal, which tell a column's points


-- step: numbers
-- A point before three digits parts thousands where no value of the column has one before another number of digits.
create or replace temp macro looks_pointed(x) as
    regexp_matches(x, '^\D*[1-9]\d{0,2}(\.\d{3})+(\D.*)?$');

create or replace temp macro looks_decimal(x) as
    regexp_matches(x, '\d*\.(\d{1,2}|\d{4,})(\D|$)|^\D*0\d*\.\d');

create or replace temp macro parts_thousands(target) as
    target = 'employees' or list_contains(getvariable('pointed_targets'), target);

-- digits with marks between them: one and the same mark before each group of three
create or replace temp macro grouped(digits, is_pointed) as
    try_cast(case
        when is_pointed and regexp_matches(digits, '^[1-9]\d{0,2}(\.\d{3})+(,(\d{1,2}|\d{4,}))?$') then replace(replace(digits, '.', ''), ',', '.')
        when is_pointed and regexp_matches(digits, '^\d+,(\d{1,2}|\d{4,})$') then replace(digits, ',', '.')
        when regexp_matches(digits, '^(\d+(\.\d+)?|\.\d+)$') then digits
        when regexp_matches(digits, '^[1-9]\d{0,2}((,\d{3})+|(''\d{3})+|( \d{3})+)(\.\d+)?$') then translate(digits, ', ''', '')
    end as double);

-- what stands before a unit of the count: nothing counts as none, what is no number spoils the whole
create or replace temp macro times(digits, unit, is_pointed) as
    case when digits = '' then 0 else grouped(digits, is_pointed) * unit end;

create or replace temp macro in_units(digits, is_pointed) as
    list_transform(
        [regexp_extract(replace(digits, ' ', ''), '^(?:([\d.,'']+)億)?(?:([\d.,'']+)千万)?(?:([\d.,'']+)万)?(?:([\d.,'']+)千)?([\d.,'']*)$',
            ['hundred_millions', 'ten_millions', 'ten_thousands', 'thousands', 'rest'])],
        lambda part: case when concat(part.hundred_millions, part.ten_millions, part.ten_thousands, part.thousands, part.rest) <> ''
            then times(part.hundred_millions, 100000000, is_pointed) + times(part.ten_millions, 10000000, is_pointed)
                + times(part.ten_thousands, 10000, is_pointed) + times(part.thousands, 1000, is_pointed) + times(part.rest, 1, is_pointed) end)[1];

create or replace temp macro in_one_width(x) as
    trim(translate(x, getvariable('number_wide'), getvariable('number_narrow')), getvariable('blanks'));

create or replace temp macro finite(number) as
    case when isfinite(number) then number end;

-- a number with its sign, its currency and what it counts: ¥1,200,000 · $341.09K · ▲1,200円 · (1,000) · 120名 · 1億2千万円
create or replace temp macro written_number(x, is_pointed) as
    list_transform(list_transform(
        list_transform([in_one_width(x)], lambda wide: {
            'wide': wide,
            'is_pointed': is_pointed,
            'part': regexp_extract(wide,
                '(?i)^(?:約|¥|\$|€|£|円|JPY|USD|EUR|GBP|税込|税抜|\s)*([-+▲△(]?)(?:約|¥|\$|€|£|円|JPY|USD|EUR|GBP|\s)*(\d[\d.,'' 千万億]*|\.\d+)([KM]?)'
                    || '(?:名|人|社員|pt|点|¥|\$|€|£|円|JPY|USD|EUR|GBP|税込|税抜|\(税込\)|\(税抜\)|\s)*(\)?)(?:¥|\$|€|£|円|JPY|USD|EUR|GBP|税込|税抜|\s)*(-?)$',
                ['sign', 'digits', 'scale', 'bracket', 'dash'])
        }),
        lambda number: case
            when (number.part.sign = '(') <> (number.part.bracket = ')') then null
            when number.part.dash <> '' and (number.part.sign <> '' or not regexp_matches(number.wide, '^[¥$€£]')) then null -- ¥1,200-
            else case when number.part.sign in ('', '+') then 1 else -1 end
                * case upper(number.part.scale) when 'K' then 1000 when 'M' then 1000000 else 1 end
                * case
                    when regexp_matches(number.part.digits, '[千万億]') then in_units(number.part.digits, number.is_pointed)
                    else grouped(trim(number.part.digits), number.is_pointed)
                end
        end), lambda number: finite(number))[1];

create or replace temp macro number_in(x, target) as
    case
        when regexp_matches(x, '^-?\d+(\.\d+)?([eE][+-]?\d+)?$') and not (contains(x, '.') and parts_thousands(target)) then finite(try_cast(x as double))
        else written_number(x, parts_thousands(target))
    end;

-- how many people: a whole number, of a range or a bound the lower one (51-200, 100～299人, 1000名以上, 500+)
create or replace temp macro lower_of_range(wide) as
    coalesce(nullif(regexp_extract(wide, '^(.*?\d[^\d~-]*?)(?:\s*[-~]\s*\D*\d[\d,.'']*[^\d]*|\s*(?:以上|超|から|or more|\+|~))$', 1), ''), wide);

create or replace temp macro people_in(x) as
    case
        when regexp_full_match(x, '\d{1,18}') then try_cast(x as bigint)
        else list_transform(
            [case
                when regexp_full_match(x, '-?\d+([eE][+-]?\d+)?') then finite(try_cast(x as double))
                else written_number(lower_of_range(in_one_width(x)), true)
            end],
            lambda number: case when number = floor(number) and number >= 0 and number < 9e18 then number::bigint end)[1]
    end;
