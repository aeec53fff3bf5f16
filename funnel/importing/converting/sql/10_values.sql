-- How a text of a tool's file becomes a value: macros that all steps behind this one speak.
-- in: the macros of funnel/basics.sql (blanks, filled, in_zone, first_showing).
--     variables: wide and narrow (characters of one meaning), owner_noise, has_short_ids,
--     damaged_targets (columns of ids in which a spreadsheet was)
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

-- what tools write for yes and no; of several flags in one text one that is set counts
create or replace temp macro flag_in(x) as
    case
        when x is null then null
        when lower(x) in ('true', '1', 'yes') then true
        when lower(x) in ('false', '0', 'no') then false
        when list_has_any(string_split(lower(trimmed(x)), ' '), ['true', 'yes', '1', 't', 'y', 'はい', '有', '✓', 'checked', 'オン', 'on']) then true
        when list_has_any(string_split(lower(trimmed(x)), ' '), ['false', 'no', '0', 'f', 'n', 'いいえ', '無', 'オフ', 'off']) then false
    end;

-- an id that a spreadsheet turned into a number: 2.58E+16. What only could be one (5E123456) is an id as it stands, but
-- where its column shows that a spreadsheet was there
create or replace temp macro shows_damage(x) as
    regexp_matches(x, '^\d(\.\d+[Ee]\+?|[Ee]\+)\d+$');

create or replace temp macro is_damaged_id(x, target) as
    case
        when substr(x, 2, 1) in ('.', 'E', 'e') then shows_damage(x)
            or list_contains(getvariable('damaged_targets'), target) and regexp_matches(x, '^\d[Ee]\d+$')
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
        (6, 'unreadable_value', 32), (7, 'short_year', 4096), (8, 'out_of_range', 64), (9, 'unknown_type', 128), (10, 'deleted', 256),
        (11, 'left_out', 512), (12, 'duplicate_key', 1024)
    ) as listed (position, reason, bit);
