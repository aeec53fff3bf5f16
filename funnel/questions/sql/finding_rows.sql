-- finding_rows: the leads behind one finding of the data's quality.
-- grain: lead, by lead_id
-- columns:
--   lead_id     VARCHAR  lead
--   company     VARCHAR  its company; null for a lead that counts in no number
--   stage       VARCHAR  stage key at $as_of
--   owner       VARCHAR  who looks after it at $as_of
--   score       DOUBLE   score at $as_of
--   created_at  TIMESTAMP WITH TIME ZONE  when it was acquired
--   opted_out   BOOLEAN  must not be contacted
--   record_url  VARCHAR  the record in the SFA
select
    finding_leads.lead_id,
    cards.company,
    cards.stage,
    cards.owner,
    cards.score,
    cards.created_at,
    coalesce(cards.opted_out, false) as opted_out,
    cards.record_url
from finding_leads
left join lead_cards('leads', $as_of) as cards using (lead_id)
where finding_leads.finding = $finding
order by finding_leads.lead_id;
