-- lead_card: who one lead is and where it stands at $as_of.
-- grain: one row, none where there is no such lead yet
-- columns:
--   lead_id         VARCHAR  lead
--   company         VARCHAR  its company
--   contact_name    VARCHAR  null where masked
--   department      VARCHAR  as exported
--   title           VARCHAR  as exported
--   title_rank      VARCHAR  as exported, else by the rules
--   industry        VARCHAR  as exported
--   employees       BIGINT   people
--   channel         VARCHAR  where it came from
--   campaign        VARCHAR  as exported
--   created_at      TIMESTAMP WITH TIME ZONE  when it was acquired
--   stage           VARCHAR  stage key at $as_of
--   stage_days      DOUBLE   days in it; null where its beginning is not known
--   stage_days_most  DOUBLE  the most that they can be; null where the entry rests on no range
--   owner           VARCHAR  who looks after it at $as_of
--   owner_team      VARCHAR  as exported
--   score           DOUBLE   score at $as_of
--   max_score       DOUBLE   highest score so far
--   silent_days     DOUBLE   days since the last sign, where it is silent; else null
--   opted_out       BOOLEAN  must not be contacted
--   record_url      VARCHAR  the record in the SFA
with

silent as (
    select lead_no, days_between(reset_at, $as_of) as silent_days
    from silent_spells
    where from_at < $as_of and (to_at is null or to_at >= $as_of)
)

select
    leads.lead_id,
    leads.company,
    leads.contact_name,
    leads.department,
    leads.title,
    leads.title_rank,
    leads.industry,
    leads.employees,
    leads.channel,
    leads.campaign,
    leads.created_at,
    spells.stage::varchar as stage,
    case when not spells.is_undated then days_between(spells.entered_at, $as_of) end as stage_days,
    case when not spells.is_undated and ranges.entered_from < spells.entered_at
        then days_between(ranges.entered_from, $as_of) end as stage_days_most,
    owners.owner,
    leads.owner_team,
    scores.score,
    scores.max_score,
    silent.silent_days,
    coalesce(leads.opted_out, false) as opted_out,
    leads.record_url
from leads
left join stages_at($as_of) as spells using (lead_no)
left join stage_ranges as ranges on spells.lead_no = ranges.lead_no and spells.seq = ranges.seq
left join owners_at($as_of) as owners using (lead_no)
left join scores_at($as_of) as scores using (lead_no)
left join silent using (lead_no)
where leads.lead_id = $lead_id and leads.created_at < $as_of;
