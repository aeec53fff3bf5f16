-- assets: which mail, paper or seminar moves leads?
-- grain: role × asset that had an act in the months; by role, leads descending, asset
-- What follows an act may lie beyond the months. It says what came after, not what it came from.
-- columns:
--   role             VARCHAR  mailed · download · attendance
--   asset            VARCHAR  which mail, paper or seminar; null = none named
--   first_at         TIMESTAMP WITH TIME ZONE  the first act in the months
--   acts             BIGINT   acts in the months
--   leads            BIGINT   leads that had one
--   opened_leads     BIGINT   of these, opened it (or a mail that is not named) within 14 days of one; null but for mails
--   clicked_leads    BIGINT   the same for clicks
--   responded_leads  BIGINT   of the leads, did something of their own, openings aside, within 14 days after one
--   rate             DOUBLE   responded_leads / leads, 0…1
--   ci_low           DOUBLE   Wilson 95 % interval of the rate
--   ci_high          DOUBLE   the same
--   mql_leads        BIGINT   of the leads, handed off within 30 days of one
--   small            BOOLEAN  fewer than 20 leads
with

followed as (
    select
        acts.asset_no,
        acts.lead_no,
        acts.occurred_at,
        acts.own_opened_at < $as_of as is_opened,
        acts.own_clicked_at < $as_of as is_clicked,
        acts.responded_at < $as_of as is_responded,
        handoffs.reached_at >= acts.occurred_at
            and us_between(acts.occurred_at, handoffs.reached_at) < window_us(30) as is_handed_off
    from in_scope('outreach', $scope, $as_of) as acts
    join span_of_months($from_month, $to_month, $as_of) as months
        on acts.occurred_at >= months.starts_at and acts.occurred_at < months.ends_at
    left join handoffs
        on acts.lead_no = handoffs.lead_no and handoffs.is_first and handoffs.reached_at < $as_of
    where acts.occurred_at < $as_of
),

by_lead as (
    select
        asset_no,
        min(occurred_at) as first_at,
        count(*) as acts,
        coalesce(bool_or(is_opened), false) as is_opened,
        coalesce(bool_or(is_clicked), false) as is_clicked,
        coalesce(bool_or(is_responded), false) as is_responded,
        coalesce(bool_or(is_handed_off), false) as is_handed_off
    from followed
    group by asset_no, lead_no
),

counts as (
    select
        asset_no,
        min(first_at) as first_at,
        sum(acts)::bigint as acts,
        count(*) as leads,
        count(*) filter (where is_opened) as opened_leads,
        count(*) filter (where is_clicked) as clicked_leads,
        count(*) filter (where is_responded) as responded_leads,
        count(*) filter (where is_handed_off) as mql_leads
    from by_lead
    group by asset_no
)

select
    assets.role::varchar as role,
    assets.asset,
    counts.first_at,
    counts.acts,
    counts.leads,
    case when assets.role = 'mailed' then counts.opened_leads end as opened_leads,
    case when assets.role = 'mailed' then counts.clicked_leads end as clicked_leads,
    counts.responded_leads,
    rate(counts.responded_leads, counts.leads) as rate,
    wilson_low(counts.responded_leads, counts.leads) as ci_low,
    wilson_high(counts.responded_leads, counts.leads) as ci_high,
    counts.mql_leads,
    is_small(counts.leads) as small
from counts
join outreach_assets as assets using (asset_no)
order by assets.role, counts.leads desc, assets.asset nulls last;
