-- lead_spells: the stages of one lead up to $as_of.
-- grain: spell, in order of time
-- columns:
--   stage       VARCHAR  stage key
--   rank        INTEGER  position on the path; null off it
--   kind        VARCHAR  path, won, lost or dormant
--   entered_at  TIMESTAMP WITH TIME ZONE  when it began
--   left_at     TIMESTAMP WITH TIME ZONE  when it ended; null = still open at $as_of
--   is_assumed  BOOLEAN  its beginning is not known
--   pass        INTEGER  1, and one more with each return to mql or beyond
select
    spells.stage::varchar as stage,
    spells.rank,
    spells.kind::varchar as kind,
    spells.entered_at,
    case when spells.left_at < $as_of then spells.left_at end as left_at,
    spells.is_assumed,
    spells.pass
from stage_spells as spells
join leads using (lead_no)
where leads.lead_id = $lead_id and spells.entered_at < $as_of
order by spells.seq;
