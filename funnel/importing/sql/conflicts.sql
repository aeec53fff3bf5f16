-- Where two tools say something else of one lead. View: leads_of_tools.
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
