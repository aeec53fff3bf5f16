-- The leads of the contract: of two tools each value is of the one that has the last word on it, else of the first that has one.
create or replace temp macro chosen(x, priority, wins, target) as
    arg_min(x, priority - case when list_contains(wins, target) then 1000000 else 0 end);

create or replace temp view leads_of_tools as
    select placed.final_id, tools.priority, tools.wins, tool_leads.*
    from tool_leads
    join placed using (tool, lead_id)
    join tools using (tool);

create or replace temp table final_leads as
    select
        final_id as lead_id,
        min(created_at) as created_at,
        chosen(company, priority, wins, 'company') as company,
        chosen(contact_name, priority, wins, 'contact_name') as contact_name,
        chosen(email, priority, wins, 'email') as email,
        chosen(phone, priority, wins, 'phone') as phone,
        chosen(department, priority, wins, 'department') as department,
        chosen(title, priority, wins, 'title') as title,
        chosen(title_rank, priority, wins, 'title_rank') as title_rank,
        chosen(industry, priority, wins, 'industry') as industry,
        chosen(campaign, priority, wins, 'campaign') as campaign,
        chosen(interest, priority, wins, 'interest') as interest,
        chosen(employees, priority, wins, 'employees') as employees,
        chosen(channel, priority, wins, 'channel') as channel,
        chosen(owner, priority, wins, 'owner') as owner,
        chosen(owner_team, priority, wins, 'owner_team') as owner_team,
        chosen(stage, priority, wins, 'stage') as stage,
        chosen(stage_since, priority, wins, 'stage') as stage_since,
        chosen(score, priority, wins, 'score') as score,
        chosen(need, priority, wins, 'need') as need,
        chosen(budget, priority, wins, 'budget') as budget,
        chosen(timeline, priority, wins, 'timeline') as timeline,
        chosen(decision_maker, priority, wins, 'decision_maker') as decision_maker,
        chosen(amount, priority, wins, 'amount') as amount,
        chosen(lost_reason, priority, wins, 'lost_reason') as lost_reason,
        chosen(opted_out, priority, wins, 'opted_out') as opted_out,
        chosen(excluded, priority, wins, 'excluded') as excluded,
        chosen(record_url, priority, wins, 'record_url') as record_url,
        arg_min(columns('^extra:.*'), priority)
    from leads_of_tools
    group by final_id;
