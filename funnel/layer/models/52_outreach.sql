-- role_acts: the acts that the rules give a part with mails, papers and seminars.
-- grain: event_no, role
create temp table role_acts as
select role_types.role, activities.lead_no, activities.event_no, activities.occurred_at, activities.asset
from activities
join (select role, type::activity_key as type from role_types) as role_types using (type);

-- outreach_assets: every mail, paper and seminar by the name that tools give it, null where they give none.
-- grain: role, asset
--   asset_no  counts the leads of one without comparing texts
create type outreach_role as enum ('mailed', 'download', 'attendance');

create table outreach_assets as
select row_number() over (order by role, asset nulls last)::integer as asset_no, role, asset
from (
    select distinct role::outreach_role as role, asset
    from role_acts
    where role in ('mailed', 'download', 'attendance')
);

-- outreach: every mail, download and attendance, and what its lead did within 14 days: whatever the instant that is
-- looked at, the first of each.
-- grain: event_no, role (mailed, download, attendance)
--   opened_at, clicked_at          at it or after it, only for mails
--   own_opened_at, own_clicked_at  the same, of the same asset or of none
--   responded_at                   after it, the first act of the lead's own that is no opening
create table outreach as
with

acts as (
    select assets.asset_no, assets.role, acts.lead_no, acts.event_no, acts.occurred_at, assets.asset
    from role_acts as acts
    join outreach_assets as assets
        on acts.role = assets.role::varchar and acts.asset is not distinct from assets.asset
),

signs as (
    select role, lead_no, occurred_at, asset from role_acts where role in ('opened', 'clicked')
),

pairs as (
    select
        acts.event_no,
        signs.role,
        signs.occurred_at as signed_at,
        signs.asset is null or signs.asset = acts.asset as is_own
    from acts
    join signs
        on acts.lead_no = signs.lead_no
        and signs.occurred_at >= acts.occurred_at
        and epoch_us(signs.occurred_at) < epoch_us(acts.occurred_at) + 14 * 86400000000
    where acts.role = 'mailed'
),

seen as (
    select
        event_no,
        min(signed_at) filter (where role = 'opened') as opened_at,
        min(signed_at) filter (where role = 'clicked') as clicked_at,
        min(signed_at) filter (where role = 'opened' and is_own) as own_opened_at,
        min(signed_at) filter (where role = 'clicked' and is_own) as own_clicked_at
    from pairs
    group by event_no
),

responses as (
    select lead_no, occurred_at
    from activities
    where side = 'lead' and type not in (select type::activity_key from role_types where role = 'opened')
)

select
    acts.role,
    acts.lead_no,
    leads.created_at,
    acts.event_no,
    acts.occurred_at,
    acts.asset_no,
    seen.opened_at,
    seen.clicked_at,
    seen.own_opened_at,
    seen.own_clicked_at,
    case
        when epoch_us(responses.occurred_at) < epoch_us(acts.occurred_at) + 14 * 86400000000
            then responses.occurred_at
    end as responded_at
from acts
join leads using (lead_no)
asof left join responses on acts.lead_no = responses.lead_no and acts.occurred_at < responses.occurred_at
left join seen on acts.role = 'mailed' and acts.event_no = seen.event_no
order by acts.occurred_at, acts.event_no, acts.role;
