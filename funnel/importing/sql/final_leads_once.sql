-- The leads of the contract where there is one tool only: as they stand there.
create or replace temp view final_leads as
    select placed.final_id as lead_id, tool_leads.* exclude (tool, lead_id, seen_at, crm_id, other_id, mail_key)
    from tool_leads
    join placed using (tool, lead_id);
