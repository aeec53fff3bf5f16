-- The leads of each tool, from all its files.
-- in: kept_leads(path, seq, tool, exported_at, given), kept_merges (one row per file). variables: lead_parts, merge_parts (never
--     empty: a file without rows stands in)
-- out: snapshots, every row of every export of leads; survivors(tool, gone, lead_id), which record went into which;
--     tool_leads, one row per tool and lead: by `tool_leads`, or by `tool_leads_once` where there is one file of leads


-- step: lead_parts
-- Every row of every export of leads, with the file it came in.
create or replace temp view snapshots as
    select kept_leads.tool, seq, exported_at, given, parts.*
    from read_parquet(getvariable('lead_parts'), union_by_name = true, filename = '—path') as parts
    join kept_leads on kept_leads.path = "—path";

-- which record went into which

create or replace temp table merges as
    with said as (
        select tool, lead_id, merged_ids from snapshots where merged_ids is not null
        union all
        select tool, merged_into, lead_id from snapshots where merged_into is not null
        union all
        select kept_merges.tool, lead_id, merged_ids
        from read_parquet(getvariable('merge_parts'), union_by_name = true, filename = '—path')
        join kept_merges on kept_merges.path = "—path"
        where merged_ids is not null
    )
    select tool, min(lead_id) as lead_id, gone
    from (select tool, lead_id, unnest(string_split(merged_ids, ';')) as gone from said)
    where gone <> lead_id
    group by tool, gone;

create or replace temp table survivors as
    with recursive steps as (
        select tool, gone, lead_id, 1 as step from merges
        union all
        select steps.tool, steps.gone, merges.lead_id, step + 1
        from steps
        join merges on merges.tool = steps.tool and merges.gone = steps.lead_id
        where step < 20 and merges.lead_id <> steps.gone
    )
    select tool, gone, arg_max(lead_id, step) as lead_id from steps group by tool, gone;


-- step: tool_leads
-- One row per tool and lead: each column as in the newest export that has it.
create or replace temp macro newest(x, seq, given, target) as
    arg_max_null(x, seq) filter (list_contains(given, target));

create or replace temp table tool_leads as
    select
        tool,
        lead_id,
        max(exported_at) as seen_at,
        min(created_at) as created_at,
        newest(company, seq, given, 'company') as company,
        coalesce(newest(contact_name, seq, given, 'contact_name'), newest(contact_name, seq, given, 'last_name'), newest(contact_name, seq, given, 'first_name')) as contact_name,
        newest(email, seq, given, 'email') as email,
        newest(phone, seq, given, 'phone') as phone,
        newest(department, seq, given, 'department') as department,
        newest(title, seq, given, 'title') as title,
        newest(title_rank, seq, given, 'title_rank') as title_rank,
        newest(industry, seq, given, 'industry') as industry,
        newest(campaign, seq, given, 'campaign') as campaign,
        newest(interest, seq, given, 'interest') as interest,
        newest(employees, seq, given, 'employees') as employees,
        newest(channel, seq, given, 'channel') as channel,
        coalesce(newest(owner, seq, given, 'owner'), newest(owner, seq, given, 'owner_id')) as owner,
        newest(owner_team, seq, given, 'owner_team') as owner_team,
        coalesce(newest(stage, seq, given, 'stage'), newest(stage, seq, given, 'status')) as stage,
        newest(stage_since, seq, given, 'stage_since') as stage_since,
        newest(score, seq, given, 'score') as score,
        newest(need, seq, given, 'need') as need,
        newest(budget, seq, given, 'budget') as budget,
        newest(timeline, seq, given, 'timeline') as timeline,
        newest(decision_maker, seq, given, 'decision_maker') as decision_maker,
        newest(amount, seq, given, 'amount') as amount,
        newest(lost_reason, seq, given, 'lost_reason') as lost_reason,
        newest(opted_out, seq, given, 'opted_out') as opted_out,
        newest(excluded, seq, given, 'excluded') as excluded,
        newest(record_url, seq, given, 'record_url') as record_url,
        newest(crm_id, seq, given, 'crm_id') as crm_id,
        newest(other_id, seq, given, 'other_id') as other_id,
        newest(mail_key, seq, given, 'email') as mail_key,
        arg_max(columns('^extra:.*'), seq)
    from snapshots
    where merged_into is null
    group by tool, lead_id;


-- step: tool_leads_once
-- The same where no lead was exported twice: each column as it stands.
create or replace temp table tool_leads as
    select tool, lead_id, exported_at as seen_at, columns(lambda c: c not in (
        'tool', 'lead_id', 'seq', 'exported_at', 'given', 'merged_ids', 'merged_into', 'converted', 'converted_at', 'updated_at', '—path'
    ) and not starts_with(c, 'entered:'))
    from snapshots
    where merged_into is null;
