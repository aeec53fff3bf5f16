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

-- what if: the leads in scope that qualify by as_of, under the rules or under other ones: since when, and by which item
--   elsewhere  who qualifies under another version, as its own layer says: lead_ids, at_us, conditions side by side
--   shift      points more for every score that is asked for; one of the two, the other null
--   move       what the other rules do to it: same, earlier, later, in, out
create macro moved_leads(elsewhere, shift, scope, as_of) as table
with

listed as (
    select
        unnest(elsewhere['lead_ids']::varchar[]) as lead_id,
        make_timestamptz(unnest(elsewhere['at_us']::bigint[])) as then_at,
        unnest(elsewhere['conditions']::varchar[]) as then_by
),

met_then as (
    select lead_no, then_at, then_by
    from listed
    join leads using (lead_id)
    where then_at < as_of
    union all
    select lead_no, qualified_at, qualified_by
    from qualified_with(shift)
    where shift is not null and qualified_at < as_of
),

met_now as (
    select lead_no, qualified_at, qualified_by from qualified where qualified_at < as_of
)

select
    lead_no,
    qualified_at,
    qualified_by,
    then_at,
    then_by,
    case
        when qualified_at is null then 'in'
        when then_at is null then 'out'
        when then_at < qualified_at then 'earlier'
        when then_at > qualified_at then 'later'
        else 'same'
    end as move
from met_now
full join met_then using (lead_no)
semi join in_scope('leads', scope, as_of) as chosen using (lead_no);
