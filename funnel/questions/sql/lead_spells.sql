-- lead_spells: the stages of one lead up to $as_of.
-- grain: spell, in order of time
-- columns:
--   stage       VARCHAR  stage key
--   rank        INTEGER  position on the path; null off it
--   kind        VARCHAR  path, won, lost or dormant
--   entered_at  TIMESTAMP WITH TIME ZONE  when it began
--   left_at     TIMESTAMP WITH TIME ZONE  when it ended; null = still open at $as_of
--   is_assumed  BOOLEAN  its beginning is not known
--   entered_from  TIMESTAMP WITH TIME ZONE  the earliest instant of its beginning; null = entered_at is known
--   left_from   TIMESTAMP WITH TIME ZONE  the same of its end
--   pass        INTEGER  1, and one more with each return to mql or beyond
select
    spells.stage::varchar as stage,
    spells.rank::integer as rank,
    spells.kind::varchar as kind,
    spells.entered_at,
    case when spells.left_at < $as_of then spells.left_at end as left_at,
    spells.is_assumed,
    case when ranges.entered_from < spells.entered_at then ranges.entered_from end as entered_from,
    case when spells.left_at < $as_of and ranges.left_from < spells.left_at then ranges.left_from end as left_from,
    spells.pass
from stage_spells as spells
join leads using (lead_no)
left join stage_ranges as ranges using (lead_no, seq)
where leads.lead_id = $lead_id and leads.created_at < $as_of and spells.entered_at < $as_of
order by spells.seq;
