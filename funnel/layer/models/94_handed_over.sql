-- What marketing hands over and what sales makes of it: the populations that several questions share.

-- entries to mql and first reaches of it, with what as_of has seen become of them
--   decision  accepted, rejected, open
create macro handoffs_in_scope(by_dimension, scope, as_of) as table
select
    case when by_dimension = 'owner' then rows.owner else rows.segment end as segment,
    case when by_dimension = 'owner' then null else rows.segment_position end as segment_position,
    rows.lead_no, rows.seq, rows.created_at, rows.pass, rows.reached_at, rows.is_entry, rows.is_first, rows.is_beyond,
    rows.score, rows.handed_by,
    case when rows.owned_at < as_of then rows.owned_at end as owned_at,
    case when rows.decided_at < as_of then rows.decision else 'open' end as decision,
    case when rows.decided_at < as_of then rows.decided_at end as decided_at,
    case when rows.decided_at < as_of then rows.decided_by end as decided_by,
    case when rows.decided_at < as_of then rows.reason end as reason
from in_scope_by('handoffs', by_dimension, besides_owner(scope), as_of) as rows
where rows.reached_at < as_of and is_owner_in_scope(rows.owner, scope);
