-- leads: every lead that counts, one row each, personal fields blanked where the rules mask them.
-- grain: one row per accepted lead that is not excluded
create table leads as
select
    lead_no,
    lead_id,
    created_at,
    company,
    case when personal_masked then null else contact_name end as contact_name,
    case when personal_masked then null else email end as email,
    case when personal_masked then null else phone end as phone,
    department,
    title,
    title_rank,
    industry,
    employees,
    size_band,
    channel,
    channel_group,
    campaign,
    interest,
    owner,
    owner_team,
    stage,
    stage_since,
    score,
    need,
    budget,
    timeline,
    decision_maker,
    amount,
    lost_reason,
    opted_out,
    record_url
from export_leads
cross join rule_settings
where not excluded
order by created_at, lead_id;

-- lead_values: the dimensions of the rules that never change, one row per lead and dimension.
-- grain: dimension, lead_no
create table lead_values as
select
    dimension,
    lead_no,
    case
        when personal_masked and dimension in ('contact_name', 'email', 'phone') then null
        else value
    end as value
from export_lead_values
semi join leads using (lead_no)
cross join rule_settings
order by dimension, lead_no;

-- activities: everything that happened to the leads that count, in order.
-- grain: event_no
create table activities as
select
    lead_no,
    event_no,
    activity_id,
    occurred_at,
    type,
    side,
    is_contact,
    actor,
    outcome,
    reason,
    asset,
    not_before
from export_activities
semi join leads using (lead_no)
order by lead_no, event_no;

-- touches: acts of ours, numbered within the lead, so that "how many since" is a difference.
-- grain: lead_no, touch_no
create table touches as
select
    lead_no,
    occurred_at,
    row_number() over (partition by lead_no order by occurred_at, event_no) as touch_no
from activities
where side = 'us'
order by lead_no, touch_no;

-- costs: what a channel cost in a month.
-- grain: as exported
create table costs as
select month, channel, campaign, cost
from export_costs
order by all;
