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

-- activities: everything that happened to the leads that count, in order (as exported, so nothing is sorted again).
-- grain: event_no
create type activity_key as enum (select type from activity_types order by type);
create type side_key as enum ('lead', 'us', 'auto', 'system');

create table activities as
select
    lead_no,
    event_no,
    occurred_at,
    type::activity_key as type,
    side::side_key as side,
    is_contact,
    actor,
    outcome,
    asset
from export_activities
where lead_no not in (select lead_no from export_leads where excluded);

-- activity_ranges: the events of which only a range is known, with its earliest instant; mostly empty.
-- grain: event_no
create table activity_ranges as
select event_no, lead_no, not_before
from event_ranges
semi join leads using (lead_no)
order by event_no;

-- touches: acts of ours, numbered within the lead, so that "how many since" is a difference.
-- grain: lead_no, touch_no
create table touches as
select
    lead_no,
    occurred_at,
    row_number() over (partition by lead_no order by event_no) as touch_no
from activities
where side = 'us'
order by lead_no, touch_no;

-- costs: what a channel cost in a month.
-- grain: as exported
create table costs as
select month, channel, campaign, cost
from export_costs
order by all;
