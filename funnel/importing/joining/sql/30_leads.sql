-- The leads as they are served, and what every lead is called now.
-- in: tool_leads, placed, ambiguous, survivors, tools(tool, priority, wins)
-- out: final_leads (by `final_leads`, or by `final_leads_once` where there is one tool) and conflicts(lead_id, target);
--     moved(tool, ref, final_id) and mails(tool, mail_key, final_id), by which activities find their lead;
--     leads.parquet and joins.parquet


-- step: final_leads
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


-- step: conflicts
-- Where two tools say something else of one lead.
create or replace temp view said_twice as
    select final_id, target, tool, value
    from (unpivot (
        select final_id, tool, company, contact_name, phone, title, industry, channel, owner, stage, employees::varchar as employees
        from leads_of_tools
        where final_id in (select final_id from placed group by final_id having count(*) > 1)
    ) on company, contact_name, phone, title, industry, channel, owner, stage, employees into name target value value);

create or replace temp table conflicts as
    select final_id as lead_id, target
    from said_twice
    group by final_id, target
    having count(distinct folded(value)) > 1;


-- step: final_leads_once
-- The leads of the contract where there is one tool only: as they stand there, and nobody says otherwise.
create or replace temp view final_leads as
    select placed.final_id as lead_id, tool_leads.* exclude (tool, lead_id, seen_at, crm_id, other_id, mail_key)
    from tool_leads
    join placed using (tool, lead_id);

create or replace temp table conflicts (lead_id varchar, target varchar);


-- step: moved
-- What an activity's lead is called now, where it is called otherwise: merged, converted, of a further tool
create or replace temp table moved as
    with refs as (
        select tool, lead_id as ref, final_id from placed
        union
        select placed.tool, survivors.gone, final_id
        from survivors
        join placed on placed.tool = survivors.tool and placed.lead_id = survivors.lead_id
        union
        select tool, other_id, final_id from placed where other_id is not null
    )
    select tool, ref, min(final_id) as final_id
    from refs
    group by tool, ref
    having min(final_id) <> ref;

-- whose an address is: of the tool's own leads the one that has it, else of all; nobody's where several have it
create or replace temp table mails as
    with owned as (select tool, mail_key, final_id from placed where mail_key is not null)
    select tool, mail_key, min(final_id) as final_id from owned group by tool, mail_key having count(distinct final_id) = 1
    union all
    select '', mail_key, min(final_id) from owned group by mail_key having count(distinct final_id) = 1;


-- answer: unread
-- Which columns of numbers and flags hold something that is none.
select
    coalesce(bool_or(not regexp_matches(employees::varchar, '^-?\d+$')), false) as employees,
    coalesce(bool_or(not regexp_matches(score::varchar, '^-?\d+(\.\d+)?([eE][+-]?\d+)?$')), false) as score,
    coalesce(bool_or(not regexp_matches(amount::varchar, '^-?\d+(\.\d+)?([eE][+-]?\d+)?$')), false) as amount,
    coalesce(bool_or(opted_out::varchar not in ('true', 'false')), false) as opted_out,
    coalesce(bool_or(excluded::varchar not in ('true', 'false')), false) as excluded
from final_leads;


-- step: typed
-- A column is of its type where all of it can be read, else of texts (the steps behind this one): the load counts what it cannot read.
create or replace temp macro employees_out(x) as try_cast(x as bigint);
create or replace temp macro score_out(x) as try_cast(x as double);
create or replace temp macro amount_out(x) as try_cast(x as double);
create or replace temp macro opted_out_out(x) as try_cast(x as boolean);
create or replace temp macro excluded_out(x) as try_cast(x as boolean);


-- step: employees_as_text
create or replace temp macro employees_out(x) as x::varchar;


-- step: score_as_text
create or replace temp macro score_out(x) as x::varchar;


-- step: amount_as_text
create or replace temp macro amount_out(x) as x::varchar;


-- step: opted_out_as_text
create or replace temp macro opted_out_out(x) as x::varchar;


-- step: excluded_as_text
create or replace temp macro excluded_out(x) as x::varchar;


-- answer: leads_out
-- leads.parquet: the contract's columns, then those that the mappings keep, under the names they have in the files
-- ("extra:—" only stands in where none is kept)
select columns('(?s)^(?:extra:(—.+|[^—].*)|([a-z_]+))$') as '\1\2'
from (
    select * replace (
        employees_out(employees) as employees, score_out(score) as score, amount_out(amount) as amount,
        opted_out_out(opted_out) as opted_out, excluded_out(excluded) as excluded)
    from final_leads
)
order by lead_id;


-- answer: joins_out
-- Which lead of which tool is which lead here, how it was joined, and where the tools differ.
select placed.final_id as lead_id, placed.tool, placed.lead_id as tool_lead_id, joined_by,
    ambiguous.lead_id is not null as is_ambiguous, targets as conflicts
from placed
left join ambiguous on ambiguous.tool = placed.tool and ambiguous.lead_id = placed.lead_id
left join (select lead_id, list(target order by target) as targets from conflicts group by lead_id) as differing
    on differing.lead_id = placed.final_id
order by placed.final_id, placed.tool, placed.lead_id;
