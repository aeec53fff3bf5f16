-- One row per tool and lead: each column as in the newest export that has it. View: snapshots.
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

