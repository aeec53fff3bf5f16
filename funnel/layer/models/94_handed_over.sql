-- What marketing hands over and what sales makes of it: the populations that several questions share.

-- Where leads are followed to what became of them, the filter on the owner looks at who owned the lead when it was
-- counted, not at who owns it now: every other dimension chooses leads, the owner chooses rows.
create macro besides_owner(scope) as struct_pack(
    filtered := list_filter(scope['filtered']::varchar[], lambda name: name <> 'owner'),
    dimensions := scope['dimensions']::varchar[],
    values := scope['values']::varchar[]
);
create macro is_owner_in_scope(owner, scope) as
    not list_contains(scope['filtered']::varchar[], 'owner')
    or len(list_filter(
        list_zip(scope['dimensions']::varchar[], scope['values']::varchar[]),
        lambda pair: pair[1] = 'owner' and pair[2] is not distinct from owner
    )) > 0;

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
