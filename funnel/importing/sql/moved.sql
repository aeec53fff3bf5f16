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
