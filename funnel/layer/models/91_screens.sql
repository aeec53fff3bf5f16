-- What the screens show of leads as of an instant: one row per lead that exists, of those with a row in `chosen`,
-- a table or a step of the query with lead_no. So they alone are looked up.
create macro lead_cards(chosen, as_of) as table
select
    leads.lead_no,
    leads.lead_id,
    leads.company,
    stages.stage::varchar as stage,
    owners.owner,
    scores.score,
    leads.created_at,
    coalesce(leads.opted_out, false) as opted_out,
    leads.record_url
from leads
semi join query_table(chosen) as chosen_leads using (lead_no)
left join stages_at(as_of) as stages using (lead_no)
left join owners_at(as_of) as owners using (lead_no)
left join scores_at(as_of) as scores using (lead_no)
where leads.created_at < as_of;
