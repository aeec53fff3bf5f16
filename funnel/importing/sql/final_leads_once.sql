-- The leads of the contract where there is one tool only.
create or replace temp view final_leads as
    select
        final_id as lead_id,
        created_at,
        company,
        contact_name,
        email,
        phone,
        department,
        title,
        title_rank,
        industry,
        campaign,
        interest,
        employees,
        channel,
        owner,
        owner_team,
        stage,
        stage_since,
        score,
        need,
        budget,
        timeline,
        decision_maker,
        amount,
        lost_reason,
        opted_out,
        excluded,
        record_url,
        columns('^extra:.*')
    from tool_leads
    join placed using (tool, lead_id);
