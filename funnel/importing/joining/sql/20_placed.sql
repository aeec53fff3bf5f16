-- Which leads of two tools are one. The tools come one after the other, that whose ids the leads keep first.
-- in: tool_leads, survivors, kept_merges, people(tool, person, name). variables: merge_parts; of place_tool: tool, is_first
-- out: placed(final_id, tool, lead_id, …, joined_by), which lead of which tool is which lead here; ambiguous(tool, lead_id);
--     tool_leads without those that are gone


-- step: placing
-- What tool_leads knows more: merged records go, ids of owners become names; then `placed` grows tool by tool.
delete from tool_leads
using survivors
where survivors.tool = tool_leads.tool and survivors.gone = tool_leads.lead_id
    and exists (select 1 from tool_leads as others where others.tool = survivors.tool and others.lead_id = survivors.lead_id);

-- deleted, and in no export since
delete from tool_leads
using (
    select tool, lead_id, max(gone_at) as gone_at
    from (
        select kept_merges.tool, lead_id, coalesce(gone_at, kept_merges.exported_at) as gone_at
        from read_parquet(getvariable('merge_parts'), union_by_name = true, filename = '—path')
        join kept_merges on kept_merges.path = "—path"
        where is_gone
    )
    group by all
) as gone
where gone.tool = tool_leads.tool and gone.lead_id = tool_leads.lead_id and tool_leads.seen_at < gone.gone_at;

update tool_leads set owner = people.name from people where people.tool = tool_leads.tool and people.person = tool_leads.owner;

create or replace temp table placed (
    final_id varchar, tool varchar, lead_id varchar, id_key varchar, crm_id varchar, other_id varchar, mail_key varchar, joined_by varchar
);
create or replace temp table ambiguous (tool varchar, lead_id varchar);


-- step: place_tool
-- The leads of one tool beside those that are placed: joined by the id in the CRM, else by an e-mail address that is
-- one lead's only on both sides; else they stay single.
create or replace temp table newcomers as
    select lead_id, crm_key(lead_id) as id_key, crm_id, other_id, mail_key from tool_leads where tool = getvariable('tool');

create or replace temp table matches as
    with

    by_id as (
        select newcomers.lead_id, min(placed.final_id) as final_id
        from newcomers
        join placed on placed.crm_id = newcomers.id_key
        group by newcomers.lead_id
        union all
        select newcomers.lead_id, min(placed.final_id)
        from newcomers
        join placed on placed.crm_id = newcomers.other_id
        group by newcomers.lead_id
        union all
        select newcomers.lead_id, min(placed.final_id)
        from newcomers
        join placed on placed.id_key = newcomers.crm_id
        group by newcomers.lead_id
        union all
        select newcomers.lead_id, min(placed.final_id)
        from newcomers
        join placed on placed.other_id = newcomers.crm_id
        group by newcomers.lead_id
        union all
        select newcomers.lead_id, min(placed.final_id) -- two tools beside a CRM that is not here
        from newcomers
        join placed on placed.crm_id = newcomers.crm_id
        group by newcomers.lead_id
    ),

    first_by_id as (
        select min(lead_id) as lead_id, final_id
        from (select lead_id, min(final_id) as final_id from by_id group by lead_id)
        group by final_id
    ),

    left_here as (
        select mail_key, min(lead_id) as lead_id, count(*) as leads
        from newcomers
        where mail_key is not null and lead_id not in (select lead_id from first_by_id)
        group by mail_key
    ),

    left_there as (
        select mail_key, min(final_id) as final_id, count(distinct final_id) as leads
        from placed
        where mail_key is not null and final_id not in (select final_id from first_by_id)
        group by mail_key
    )

    select lead_id, final_id, 'crm_id' as joined_by from first_by_id
    union all
    select left_here.lead_id, final_id, 'email'
    from left_here
    join left_there using (mail_key)
    where left_here.leads = 1 and left_there.leads = 1;

insert into ambiguous
    select getvariable('tool'), newcomers.lead_id
    from newcomers
    where lead_id not in (select lead_id from matches)
        and mail_key in (select mail_key from placed where mail_key is not null);

insert into placed
    select
        coalesce(matches.final_id, case when getvariable('is_first') then lead_id else getvariable('tool') || ':' || lead_id end),
        getvariable('tool'), lead_id, id_key, crm_id, other_id, mail_key, joined_by
    from newcomers
    left join matches using (lead_id);
