-- owner_spells: who looked after a lead; owner null = nobody.
-- grain: lead_no, from_at
--   from_at, to_at  [from, to); -infinity = since ever, to_at null = until ever
create table owner_spells as
with

changes as (
    select lead_no, occurred_at, event_no, from_value, to_value
    from export_activities
    semi join leads using (lead_no)
    where type = 'owner_change'
),

states as (
    -- of several changes at one instant the last one counts
    select lead_no, occurred_at as from_at, arg_max(struct_pack(owner := to_value), event_no).owner as owner
    from changes
    group by lead_no, occurred_at
    union all
    select lead_no, '-infinity'::timestamptz, arg_min(struct_pack(owner := from_value), event_no).owner
    from changes
    group by lead_no
    union all
    select lead_no, '-infinity'::timestamptz, owner
    from leads
    anti join changes using (lead_no)
)

select
    lead_no,
    leads.created_at,
    states.owner,
    from_at,
    lead(from_at) over (partition by lead_no order by from_at) as to_at
from states
join leads using (lead_no)
order by from_at, lead_no;
