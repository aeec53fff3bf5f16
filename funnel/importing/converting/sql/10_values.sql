-- How a text of a tool's file becomes a value: macros that all steps behind this one speak.
-- in: the macros of funnel/basics.sql (blanks, filled, in_zone, first_showing).
--     variables: formats (of dates), zone_of_days, wide and narrow (characters of one meaning), first_time and last_time
--     (that can be meant), owner_noise, has_short_ids
-- out: macros from a text to a value, and the list of the reasons for which a row is refused. Which `settled` counts, the
--     session's time zone says: zone_goes_back or zone_stays.


-- step: zone_goes_back
-- The zone's clocks go back in some years: of a local time that they show twice, the first is meant.
create or replace temp macro names_a_zone(x) as
    length(x) >= 16 and (
        ends_with(x, 'Z') or ends_with(x, 'z') or ends_with(x, 'UTC') or ends_with(x, 'GMT')
        or regexp_matches(x, '[+-]\d{2}(:?\d{2})?$'));

create or replace temp macro settled(x, t) as
    case when names_a_zone(x) then t else first_showing(t, went_back(t)) end;


-- step: zone_stays
-- The zone's clocks never go back: a local time is one instant.
create or replace temp macro settled(x, t) as t;


-- step: values
-- the text without blanks around it, or null where it holds nothing else
create or replace temp macro trimmed(x) as
    case
        when x >= '!' and (x < chr(128) or x >= '、') and not ends_with(x, ' ') and not ends_with(x, '　')
            and not ends_with(x, chr(9)) and not ends_with(x, chr(13)) and not ends_with(x, chr(160)) then x
        else nullif(trim(x, getvariable('blanks')), '')
    end;

-- words are compared without blanks, case, width and the kinds of dashes and quotes
create or replace temp macro folded(x) as
    case
        when length(x) = strlen(x) then lower(replace(replace(replace(trim(x), ' ', ''), chr(39), '"'), '`', '"'))
        else lower(replace(translate(nfc_normalize(trim(x, getvariable('blanks'))), getvariable('wide'), getvariable('narrow')), ' ', ''))
    end;

-- 1526573033537: milliseconds, as older interfaces write
create or replace temp macro epoch_instant(x) as
    case when regexp_matches(x, '^\d{12,13}$') then make_timestamptz(try_cast(x as bigint) * 1000) end;

-- the local times that ISO does not cover: formats say in which order day and month stand
create or replace temp macro written_local(x) as
    coalesce(
        try_strptime(x, getvariable('formats')),
        try_strptime(regexp_replace(x, '^(\d{4})年(\d{1,2})月(\d{1,2})日[ (（]?[月火水木金土日]?[)）]? *', '\1-\2-\3 '), ['%Y-%m-%d %H:%M:%S', '%Y-%m-%d %H:%M', '%Y-%m-%d ', '%Y-%m-%d %H時%M分']));

-- the instant that a text names; null where it names none. Times without a zone are in the session's; `settled` has the
-- last word on them where the clocks go back
create or replace temp macro read_instant(x) as
    case
        when x is null then null
        when getvariable('zone_of_days') is not null and length(x) <= 10 and try_cast(x as date) is not null
            then timezone(getvariable('zone_of_days'), try_cast(x as timestamp))
        else coalesce(
            try_cast(x as timestamptz),
            epoch_instant(x),
            in_zone(written_local(regexp_replace(regexp_replace(trim(x, getvariable('blanks')), '^"|"$', '', 'g'), '\s+', ' ', 'g'))))
    end;

create or replace temp macro instant(x) as
    settled(x, read_instant(x));

create or replace temp macro is_far_time(t) as
    coalesce(t < getvariable('first_time') or t >= getvariable('last_time'), false);

-- ¥1,200,000 · $341.09K · 1,200円 · 120名; a comma parts thousands only: 1,5 is no number
create or replace temp macro plain_number(x) as
    case when regexp_matches(x, '^-?\d{1,3}(,\d{3})+(\.\d+)?$') then replace(x, ',', '') else x end;

create or replace temp macro number_in(x) as
    coalesce(
        try_cast(x as double),
        try_cast(plain_number(regexp_replace(regexp_replace(x, '[￥¥$€£円名人\s]', '', 'g'), '[KkMm]$', '')) as double)
            * case when regexp_matches(x, '[Kk]$') then 1000 when regexp_matches(x, '[Mm]$') then 1000000 else 1 end);

-- what tools write for yes and no; of several flags in one text one that is set counts
create or replace temp macro flag_in(x) as
    case
        when x is null then null
        when lower(x) in ('true', '1', 'yes') then true
        when lower(x) in ('false', '0', 'no') then false
        when list_has_any(string_split(lower(trimmed(x)), ' '), ['true', 'yes', '1', 't', 'y', 'はい', '有', '✓', 'checked', 'オン', 'on']) then true
        when list_has_any(string_split(lower(trimmed(x)), ' '), ['false', 'no', '0', 'f', 'n', 'いいえ', '無', 'オフ', 'off']) then false
    end;

-- an id that a spreadsheet turned into a number: 2.58E+16
create or replace temp macro is_damaged_id(x) as
    case
        when contains(x, 'E+') or contains(x, 'e+') or contains(x, 'E1') then regexp_matches(x, '^\d(\.\d+)?[Ee]\+?\d+$')
        else false
    end;

-- ids of CRM records: of 15 characters (upper and lower case differ) or of 18, whose last three say which are upper
create or replace temp macro id_suffix(x, place) as
    substr('ABCDEFGHIJKLMNOPQRSTUVWXYZ012345', 1
        + (ord(substr(x, place, 1)) between 65 and 90)::int
        + 2 * (ord(substr(x, place + 1, 1)) between 65 and 90)::int
        + 4 * (ord(substr(x, place + 2, 1)) between 65 and 90)::int
        + 8 * (ord(substr(x, place + 3, 1)) between 65 and 90)::int
        + 16 * (ord(substr(x, place + 4, 1)) between 65 and 90)::int, 1);

create or replace temp macro long_id(x) as
    x || id_suffix(x, 1) || id_suffix(x, 6) || id_suffix(x, 11);

-- an id of the CRM's as other tools write it, of 15 or of 18 characters
create or replace temp macro crm_key(x) as
    case
        when length(x) = 15 and regexp_matches(x, '^00[A-Za-z0-9]{13}$') then long_id(x)
        else trimmed(x)
    end;

-- the id of a record: where the tool writes the same one with 15 and with 18 characters, the long one
create or replace temp macro record_id(x) as
    case
        when getvariable('has_short_ids') and length(x) = 15 and regexp_matches(x, '^[A-Za-z0-9]{15}$') then long_id(x)
        else trimmed(x)
    end;

create or replace temp macro record_ids(x) as
    array_to_string(list_transform(regexp_extract_all(x, '[0-9A-Za-z_-]+'), lambda each: record_id(each)), ';');

-- a person's name without what a tool adds when the person has left
create or replace temp macro person_name(x) as
    case
        when contains(x, '(') or contains(x, '[') or contains(x, '（') then nullif(trim(regexp_replace(x, getvariable('owner_noise'), '')), '')
        else x
    end;

create or replace temp macro mail_key(x) as
    lower(trimmed(x));

-- the attributes of an activity: an object, or the older list of name and value; nothing else tells anything
create or replace temp macro attributes_in(x) as
    case
        when x is null or not json_valid(x) then null
        when json_type(x) = 'ARRAY' then '{' || array_to_string(list_transform(
            list_filter(from_json(x, '[{"name": "VARCHAR", "value": "VARCHAR"}]'), lambda each: each.name is not null),
            lambda each: to_json(each.name) || ':' || coalesce(to_json(each.value), 'null')), ',') || '}'
        else x
    end;

create or replace temp macro attribute(said, name) as
    filled(json_extract_string(said, '$."' || name || '"'));

-- why a row is refused, in the order in which a row with several reasons is counted
create or replace temp macro refusals() as table
    select * from (values
        (1, 'broken_row', 1), (2, 'missing_key', 2), (3, 'damaged_key', 4), (4, 'missing_lead', 8), (5, 'missing_time', 16),
        (6, 'unreadable_value', 32), (7, 'out_of_range', 64), (8, 'unknown_type', 128), (9, 'deleted', 256),
        (10, 'left_out', 512), (11, 'duplicate_key', 1024)
    ) as listed (position, reason, bit);
