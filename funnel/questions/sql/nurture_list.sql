-- nurture_list: who gets what now? Leads in an open stage that were never handed off and may be contacted, as of $as_of.
-- grain: one row per lead; by score, points_30d descending, lead_id
-- columns:
--   band                VARCHAR  band of the score; null = below the first, or unscored
--   lead_id             VARCHAR  lead
--   company             VARCHAR  its company
--   score               DOUBLE   score at $as_of
--   points_30d          DOUBLE   points of behaviours awarded in the 30 days before, withdrawn or not; null where the
--                                score is the tool's own
--   mails_unopened      BIGINT   mails since the last one was opened or clicked
--   last_activity_at    TIMESTAMP WITH TIME ZONE  last thing that happened; null = nothing ever
--   last_activity_type  VARCHAR  what it was, a change of stage, owner or score aside
with

nurtured as (
    select lead_no
    from nurtured_spells($scope, $as_of)
    where entered_at < $as_of and (left_at is null or left_at >= $as_of)
),

recent as (
    select lead_no, sum(points) as points
    from score_awards
    where occurred_at < $as_of and us_between(occurred_at, $as_of) <= window_us(30)
    group by lead_no
),

signs as (
    select lead_no, max(occurred_at) as signed_at
    from activities
    where occurred_at < $as_of
        and type in (select type::activity_key from role_types where role in ('opened', 'clicked'))
    group by lead_no
),

mails as (
    select lead_no, count(*) as mails
    from outreach
    left join signs using (lead_no)
    where role = 'mailed' and outreach.occurred_at < $as_of
        and (signs.signed_at is null or outreach.occurred_at > signs.signed_at)
    group by lead_no
),

lasts as (
    select lead_no, max(event_no) as event_no
    from activities
    where occurred_at < $as_of and type not in ('stage_change', 'owner_change', 'score_change')
    group by lead_no
)

select
    bands.band,
    leads.lead_id,
    leads.company,
    bands.score,
    case when settings.scoring_source = 'rules' then coalesce(recent.points, 0) end as points_30d,
    coalesce(mails.mails, 0) as mails_unopened,
    last_acts.occurred_at as last_activity_at,
    last_acts.type::varchar as last_activity_type
from nurtured
join leads using (lead_no)
cross join settings
left join bands_at($as_of) as bands using (lead_no)
left join recent using (lead_no)
left join mails using (lead_no)
left join lasts using (lead_no)
left join activities as last_acts on lasts.event_no = last_acts.event_no
where not coalesce(leads.opted_out, false)
order by bands.score desc nulls last, points_30d desc nulls last, leads.lead_id;
