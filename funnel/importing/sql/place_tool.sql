-- The leads of one tool beside those that are placed: joined by the id in the CRM, else by an e-mail address that is
-- one lead's only on both sides; else they stay single. variables: tool, is_first
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
