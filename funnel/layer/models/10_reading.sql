-- How a value of an export becomes a value of ours, whatever type its column has (DATA.md).
-- Blanks and doubled hours: 10_basics.sql.
-- typeof() is known before a row is read, so of each `case` over it only one branch is ever run.
-- A macro is written out wherever it is used, so each takes finished columns and none nests far.

-- any value as text: bytes are UTF-8, a whole number is written without its ".0", NaN is null.
-- try(x) hides from DuckDB what a file says of its doubles: NaN is outside their least and greatest, and is lost by it
create or replace temp macro written(x) as
    case
        when typeof(x) = 'BLOB' then coalesce(try(decode(x::varchar::blob)), x::varchar)
        when typeof(x) in ('DOUBLE', 'FLOAT') then nullif(regexp_replace(try(x)::varchar, '\.0$', ''), 'nan')
        else x::varchar
    end;

-- the same, or null where it holds nothing; of many columns `filled` is asked of finished ones instead: it names them often
create or replace temp macro as_text(x) as
    case
        when typeof(x) in ('DOUBLE', 'FLOAT') then written(x)
        when typeof(x) = 'BLOB' then filled(coalesce(try(decode(x::varchar::blob)), x::varchar))
        else filled(x::varchar)
    end;

create or replace temp macro is_number_type(x) as
    typeof(x) in ('DOUBLE', 'FLOAT') or typeof(x) like '%INT%' or typeof(x) like 'DECIMAL%';

create or replace temp macro as_number(x, text) as
    nullif(case
        when is_number_type(x) then try_cast(try(x) as double)
        when contains(text, '_') then null
        else try_cast(trim(text, getvariable('blanks')) as double)
    end, 'nan'::double);

-- a value is there, but no number can be read from it
create or replace temp macro is_no_number(x, text, number) as
    not is_number_type(x)
    and text is not null and number is null and lower(trim(text, getvariable('blanks'))) <> 'nan';

create or replace temp macro as_whole(number) as
    case when number = trunc(number) then try_cast(number as bigint) end;

create or replace temp macro as_flag(x, text) as
    case
        when typeof(x) = 'BOOLEAN' then try_cast(x as boolean)
        else try_cast(trim(text, getvariable('blanks')) as boolean)
    end;

create or replace temp macro is_time_type(x) as
    typeof(x) like 'TIMESTAMP%' or typeof(x) = 'DATE';

-- whether a value stands there at all, without writing it out as text where its type tells
create or replace temp macro is_given(x, text) as
    case when is_time_type(x) or typeof(x) = 'BOOLEAN' then x is not null else text is not null end;

-- ISO text in its less usual spellings: 20260401T1000Z, a comma, a blank before the offset, hours only
create or replace temp macro tidy_time(text) as
    regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(
        replace(upper(trim(text, getvariable('blanks'))), ',', '.'),
        '^(\d{4})(\d{2})(\d{2})', '\1-\2-\3'),
        '[T ](\d{2})(\d{2})(\d{2})', ' \1:\2:\3'),
        '[T ](\d{2})(\d{2})', ' \1:\2'),
        ' +(Z|[+-])', '\1'),
        '[T ](\d{2})([Z+-]|$)', ' \1:00\2');

-- the instant, where the value says in which zone; nanoseconds are cut, where a cast would round
create or replace temp macro as_zoned(x, text) as
    case
        when typeof(x) = 'TIMESTAMP WITH TIME ZONE' then try_cast(x as timestamptz)
        when typeof(x) = 'TIMESTAMPTZ_NS' then make_timestamptz(epoch_ns(try_cast(x as timestamptz_ns)) // 1000)
        when is_time_type(x) then null::timestamptz
        when regexp_matches(text, '^\s*\d.{9}.*([+-]\d{2}(:?\d{2})?|[A-Za-z])\s*$')
            then coalesce(try_cast(text as timestamptz), try_cast(tidy_time(text) as timestamptz))
    end;

-- the local time, where it does not
create or replace temp macro as_local(x, text) as
    case
        when typeof(x) in ('TIMESTAMP WITH TIME ZONE', 'TIMESTAMPTZ_NS') then null::timestamp
        when typeof(x) = 'TIMESTAMP_NS' then make_timestamp(epoch_ns(try_cast(x as timestamp_ns)) // 1000)
        when is_time_type(x) then try_cast(x as timestamp)
        when regexp_matches(text, '^\s*\d')
            and not regexp_matches(text, '^\s*\d.{9}.*([+-]\d{2}(:?\d{2})?|[A-Za-z])\s*$')
            then coalesce(try_cast(text as timestamp), try_cast(tidy_time(text) as timestamp))
    end;

create or replace temp macro is_far_time(t) as
    coalesce(t < cast(timestamp '1990-01-01' as timestamptz) or t >= cast(timestamp '2101-01-01' as timestamptz), false);

-- a day's first instant; zones differ by whole minutes, so most times are told without asking for theirs
create or replace temp macro is_midnight(t) as
    case when epoch_us(t) % 60000000 = 0 then t::timestamp::time = time '00:00' else false end;

create or replace temp macro is_infinite(number) as
    coalesce(isinf(number), false);

-- texts side by side, null before anything
create or replace temp macro in_order(texts) as
    list_transform(texts, lambda text: coalesce('1' || text, '0'));

-- a text by whose code points ids stand in order: those of digits only first, as numbers (equal ones by code point: the
-- one with more leading zeros first), then the others by code point. How many digits a number has tells more than they do
create or replace temp macro in_order_of_ids(id) as
    case
        when regexp_full_match(id, '[0-9]+') then
            '0' || chr((256 + least(length(ltrim(id, '0')), 50000))::integer) || ltrim(id, '0')
            || chr((50256 - least(length(id) - length(ltrim(id, '0')), 50000))::integer)
        else '1' || id
    end;

-- why a row is refused: the order is that in which a row with several reasons is counted, the bit stands in `flaws`
create or replace temp table reasons as
    select * from (values
        (1, 'missing_key', 1), (2, 'missing_time', 2), (3, 'unreadable_value', 4), (4, 'out_of_range', 8),
        (5, 'unknown_lead', 16), (6, 'unknown_type', 32), (7, 'unknown_stage', 64),
        (8, 'duplicate_key', 128), (9, 'duplicate_row', 256)
    ) as listed (position, reason, bit);

-- the files of each export: `file` is the name that a person knows, within the data directory
create or replace temp table export_files as
    select
        export,
        path,
        case
            when parse_filename(path) <> export and parse_path(path)[-2] in (export, replace(export, '.parquet', ''))
                then parse_path(path)[-2] || '/' || parse_filename(path)
            else parse_filename(path)
        end as file
    from (
        select 'leads.parquet' as export, unnest(getvariable('lead_files')) as path
        union all
        select 'activities.parquet', unnest(getvariable('activity_files'))
        union all
        select 'costs.parquet', unnest(getvariable('cost_files'))
    );

-- rows as they are
create or replace temp view lead_rows as
    select *
    from read_parquet(getvariable('lead_files'),
        union_by_name = true, filename = '—path', file_row_number = true, hive_partitioning = false);

create or replace temp view activity_rows as
    select *
    from read_parquet(getvariable('activity_files'),
        union_by_name = true, filename = '—path', file_row_number = true, hive_partitioning = false);

-- without a costs file the leads are named in its place, and none of their rows is taken
create or replace temp view cost_rows as
    select *
    from read_parquet(
        case when len(getvariable('cost_files')) = 0 then getvariable('lead_files') else getvariable('cost_files') end,
        union_by_name = true, filename = '—path', file_row_number = true, hive_partitioning = false)
    where len(getvariable('cost_files')) > 0;

-- the same with every column of the contract
create or replace temp view leads_as_read as
    select * from lead_rows
    union all by name
    select null as lead_id, null as created_at, null as company, null as contact_name, null as email, null as phone,
        null as department, null as title, null as title_rank, null as industry, null as campaign, null as interest,
        null as employees, null as channel, null as owner, null as owner_team, null as stage, null as stage_since,
        null as score, null as need, null as budget, null as timeline, null as decision_maker, null as amount,
        null as lost_reason, null as opted_out, null as excluded, null as record_url, null as "—none"
    where false;

create or replace temp view activities_as_read as
    select * from activity_rows
    union all by name
    select null as activity_id, null as lead_id, null as occurred_at, null as type, null as actor, null as outcome,
        null as from_value, null as to_value, null as reason, null as points, null as asset, null as not_before,
        null as "—none"
    where false;

create or replace temp view costs_as_read as
    select * from cost_rows
    union all by name
    select null as month, null as channel, null as campaign, null as cost
    where false;

-- the columns that the contract does not name, as texts by name: only there to tell two rows with one key apart
create or replace temp macro is_further(c, named) as
    c = '—none' or not (starts_with(c, '—') or c = 'file_row_number' or list_contains(named, lower(c)));

set variable lead_columns = ['lead_id', 'created_at', 'company', 'contact_name', 'email', 'phone', 'department',
    'title', 'title_rank', 'industry', 'campaign', 'interest', 'employees', 'channel', 'owner', 'owner_team', 'stage',
    'stage_since', 'score', 'need', 'budget', 'timeline', 'decision_maker', 'amount', 'lost_reason', 'opted_out',
    'excluded', 'record_url'];

set variable activity_columns = ['activity_id', 'lead_id', 'occurred_at', 'type', 'actor', 'outcome', 'from_value',
    'to_value', 'reason', 'points', 'asset', 'not_before'];

-- names of activity types in one or two bytes: rows are sorted with them
create or replace temp table type_numbers as
    select row_number() over (order by type)::usmallint as type_no, type, side, connects_any
    from activity_types;

set variable further_lead_columns = (
    select list(column_name) from (describe
        select columns(lambda c: is_further(c, getvariable('lead_columns'))) from leads_as_read));

set variable further_activity_columns = (
    select list(column_name) from (describe
        select columns(lambda c: is_further(c, getvariable('activity_columns'))) from activities_as_read));

create or replace temp macro in_order_of_names(names, texts) as
    list_transform(list_sort(list_zip(names, texts)), lambda named: named[2]);

-- of the acceptable rows with one key all but the first: 256 where it is like that one, else 128
--   acceptable    their table: path, row_number, lead_id, twin_key, twin_at, row_hash
--   written_rows  the table of their texts, of those keys alone whose rows differ
create or replace temp macro flaws_of_twins(acceptable, written_rows) as table
    with

    ranked as (
        select
            path,
            row_number,
            lead_id,
            row_number() over same_key as place,
            row_hash = first_value(row_hash) over same_key
                or coalesce((texts, further_texts) = first_value((texts, further_texts)) over same_key, false)
                as is_like_first
        from query_table(acceptable)
        left join query_table(written_rows) using (path, row_number)
        window same_key as (partition by twin_key order by twin_at, texts, further_texts, path, row_number)
    )

    select path, row_number, lead_id, case when is_like_first then 256 else 128 end as flaws
    from ranked
    where place > 1;
