-- export_leads: the leads that are accepted, excluded ones too, each column cast once.
-- grain: one row per lead; lead_no is dense, by (created_at, lead_id)
-- leaves also lead_flaws: the refused rows with their reasons as bits

create or replace temp table leads_checked as
    with

    written as (
        select
            "—path" as path,
            file_row_number + 1 as row_number,
            written(lead_id) as lead_id,
            created_at as created_value, written(created_at) as created_text,
            written(company) as company,
            written(contact_name) as contact_name,
            written(email) as email,
            written(phone) as phone,
            written(department) as department,
            written(title) as title,
            written(title_rank) as title_rank,
            written(industry) as industry,
            written(campaign) as campaign,
            written(interest) as interest,
            employees as employees_value, written(employees) as employees_text,
            written(channel) as channel,
            written(owner) as owner,
            written(owner_team) as owner_team,
            written(stage) as stage_text,
            stage_since as since_value, written(stage_since) as since_text,
            score as score_value, written(score) as score_text,
            written(need) as need,
            written(budget) as budget,
            written(timeline) as timeline,
            written(decision_maker) as decision_maker,
            amount as amount_value, written(amount) as amount_text,
            written(lost_reason) as lost_reason,
            opted_out as opted_out_value, written(opted_out) as opted_out_text,
            excluded as excluded_value, written(excluded) as excluded_text,
            written(record_url) as record_url
        from leads_as_read
    ),

    texts as (
        select
            path, row_number, columns(lambda c: ends_with(c, '_value')),
            filled(columns(lambda c: c not in ('path', 'row_number') and not ends_with(c, '_value')))
        from written
    ),

    typed as (
        select
            *,
            as_zoned(created_value, created_text) as created_zoned,
            as_local(created_value, created_text) as created_local,
            as_zoned(since_value, since_text) as since_zoned,
            as_local(since_value, since_text) as since_local,
            as_number(employees_value, employees_text) as employees_number,
            as_number(score_value, score_text) as score_number,
            as_number(amount_value, amount_text) as amount_number,
            as_flag(opted_out_value, opted_out_text) as opted_out_flag,
            as_flag(excluded_value, excluded_text) as excluded_flag
        from texts
    ),

    placed as (
        select
            *,
            in_zone(created_local) as created_placed,
            in_zone(since_local) as since_placed,
            as_whole(employees_number) as employees,
            case when not isinf(score_number) then score_number end as score,
            case when not isinf(amount_number) then amount_number end as amount
        from typed
    ),

    timed as (
        select
            *,
            coalesce(created_zoned, first_showing(created_placed, went_back(created_placed))) as created_at,
            coalesce(since_zoned, first_showing(since_placed, went_back(since_placed))) as stage_since
        from placed
    )

    select
        path, row_number, lead_id, created_at, company, contact_name, email, phone, department, title, title_rank,
        industry, campaign, interest, employees, channel, owner, owner_team, stage_text, stage_since, score, need,
        budget, timeline, decision_maker, amount, lost_reason,
        opted_out_flag as opted_out,
        coalesce(excluded_flag, false) as excluded,
        record_url,
        case when lead_id is null then 1 else 0 end
        + case when is_given(created_value, created_text) then 0 else 2 end
        + case
            when (is_given(created_value, created_text) and created_at is null)
                or (is_given(since_value, since_text) and stage_since is null)
                then 4
            else 0
        end
        + case when is_far_time(created_at) or is_far_time(stage_since) then 8 else 0 end as flaws,
        -- which optional cells hold something that cannot be read: one bit each
        case
            when is_no_number(employees_value, employees_text, employees_number)
                or (employees is null and employees_number is not null)
                then 1
            else 0
        end
        + case when is_no_number(score_value, score_text, score_number) or is_infinite(score_number) then 2 else 0 end
        + case when is_no_number(amount_value, amount_text, amount_number) or is_infinite(amount_number) then 4 else 0 end
        + case when is_given(opted_out_value, opted_out_text) and opted_out_flag is null then 8 else 0 end
        + case when is_given(excluded_value, excluded_text) and excluded_flag is null then 16 else 0 end
            as unreadable_cells
    from timed;

-- rows that share their key with another one; whole rows are compared by their hash, and column by column only where
-- the acceptable rows of a key differ
create or replace temp table lead_twins as
    with

    suspects as (
        select distinct key_hash
        from (
            select key_hash, lag(key_hash) over (order by key_hash) as key_hash_before
            from (select hash(as_text(lead_id)) as key_hash from leads_as_read where as_text(lead_id) is not null)
        )
        where key_hash = key_hash_before
    )

    select
        "—path" as path,
        file_row_number + 1 as row_number,
        as_text(lead_id) as lead_id,
        hash(*columns(lambda c: c not in ('—path', 'file_row_number'))) as row_hash
    from leads_as_read
    where hash(as_text(lead_id)) in (select key_hash from suspects);

create or replace temp table acceptable_lead_twins as
    select path, row_number, lead_twins.lead_id, lead_twins.lead_id as twin_key, created_at as twin_at, row_hash
    from lead_twins
    join leads_checked using (path, row_number)
    where flaws = 0;

create or replace temp table lead_twin_texts as
    with

    differing as (
        select twin_key as differing_id
        from acceptable_lead_twins
        group by twin_key
        having min(row_hash) < max(row_hash)
    ),

    written as (
        select
            "—path",
            file_row_number + 1 as "—row",
            written(columns(lambda c: c not in ('—path', 'file_row_number')))
        from leads_as_read
        semi join differing on differing_id = as_text(lead_id)
    ),

    texts as (
        select "—path", "—row", filled(columns(* exclude ("—path", "—row"))) from written
    )

    select
        "—path" as path,
        "—row" as row_number,
        in_order([lead_id, created_at, company, contact_name, email, phone, department, title, title_rank, industry,
            campaign, interest, employees, channel, owner, owner_team, stage, stage_since, score, need, budget,
            timeline, decision_maker, amount, lost_reason, opted_out, excluded, record_url]) as texts,
        in_order(in_order_of_names(
            getvariable('further_lead_columns'),
            [*columns(lambda c: is_further(c, getvariable('lead_columns')))])) as further_texts
    from texts;

create or replace temp table lead_twin_flaws as
    from flaws_of_twins('acceptable_lead_twins', 'lead_twin_texts');

create or replace temp table lead_flaws as
    select path, row_number, lead_id, flaws from lead_twin_flaws
    union all
    select path, row_number, lead_id, flaws from leads_checked where flaws > 0;

-- a title's rank: the first pattern that its NFKC form matches; most patterns are plain words
create or replace temp table titles as
    select distinct as_text(title) as text
    from leads_as_read
    where as_text(title) is not null and as_text(title_rank) is null;

create or replace temp table derived_title_ranks as
    with

    characters as (
        select text, unnest(string_split(text, '')) as character, generate_subscripts(string_split(text, ''), 1) as place
        from titles
        where regexp_matches(text, '[^\x00-\x7F\x{3041}-\x{3096}\x{30A1}-\x{30FE}\x{4E00}-\x{9FFF}]')
    ),

    rewritten as (
        select text, nfc_normalize(string_agg(coalesce(plain, character), '' order by place)) as plain_title
        from characters
        left join plain_characters using (character)
        group by text
    ),

    plain_titles as (
        select
            text,
            coalesce(plain_title, text) as plain_title,
            regexp_matches(coalesce(plain_title, text), '\p{Latin}') as has_latin
        from titles
        left join rewritten using (text)
    ),

    kinds_of_patterns as (
        select
            position,
            rank,
            regex,
            not regexp_matches(regex, '[\\^$.|?*+()\[\]{}]') as is_plain,
            starts_with(regex, '(?:^|\P{Latin})') as is_latin
        from title_patterns
    )

    select text as title, coalesce(arg_min(rank, position), 'staff') as derived_rank
    from plain_titles
    left join kinds_of_patterns on case
        when is_plain then contains(plain_title, regex)
        when is_latin and not has_latin then false
        else regexp_matches(plain_title, regex)
    end
    group by text;

create or replace temp table export_leads as
    with

    numbered as (
        select (row_number() over ())::integer as lead_no, *
        from (
            select *
            from leads_checked
            anti join lead_twin_flaws using (path, row_number)
            where flaws = 0
            order by created_at, lead_id
        )
    )

    select
        lead_no, lead_id, created_at, company, contact_name, email, phone, department, title,
        coalesce(title_rank, derived_rank) as title_rank,
        industry, campaign, interest, employees, size_band, numbered.channel, channel_group, owner, owner_team,
        stage, stage_text, stage_since, score, need, budget, timeline, decision_maker, amount, lost_reason,
        opted_out, excluded, record_url, path, row_number, unreadable_cells
    from numbered
    left join derived_title_ranks using (title)
    left join stage_keys on stage_text = text
    left join channel_group_channels using (channel)
    left join size_bands
        on employees >= from_employees and (to_employees is null or employees < to_employees);

drop table leads_checked;

-- export_lead_values: what the leads are broken down by, as text.
-- grain: one row per lead and dimension; owner, stage and score_band depend on the instant and are not here
set variable lead_dimensions = (
    select coalesce(list(distinct name), [])
    from (select dimension as name from dimensions union all select unnest(getvariable('extra_dimensions')))
    where name not in ('owner', 'stage', 'score_band')
);

set variable own_columns = (
    select list(column_name) from (describe export_leads)
    where column_name not in ('lead_no', 'stage_text', 'path', 'row_number', 'unreadable_cells')
);

create or replace temp table export_lead_values as
    with

    own_values as (
        select dimension, lead_no, value
        from (
            select
                lead_no,
                -- one column at least
                as_text(columns(lambda c: c = 'lead_id' or (
                    list_contains(getvariable('lead_dimensions'), c) and list_contains(getvariable('own_columns'), c))))
            from export_leads
        )
        unpivot include nulls (value for dimension in (columns(* exclude lead_no)))
        where list_contains(getvariable('lead_dimensions'), dimension)
    ),

    further_values as (
        select dimension, "—lead_no" as lead_no, value
        from (
            select
                "—lead_no",
                as_text(columns(lambda c: c = '—none' or (
                    list_contains(getvariable('lead_dimensions'), c)
                    and not list_contains(getvariable('own_columns'), c) and is_further(c, getvariable('lead_columns')))))
            from leads_as_read
            join (select lead_no as "—lead_no", path as "—of_path", row_number as "—of_row" from export_leads)
                on "—of_path" = "—path" and "—of_row" = file_row_number + 1
        )
        unpivot include nulls (value for dimension in (columns(* exclude "—lead_no")))
        where dimension <> '—none'
    )

    select dimension, lead_no, value from own_values
    union all
    select dimension, lead_no, value from further_values;

insert into export_lead_values
    select dimension, lead_no, null
    from (select unnest(getvariable('lead_dimensions')) as dimension)
    cross join export_leads
    where dimension not in (select distinct dimension from export_lead_values);
