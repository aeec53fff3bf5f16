-- lead_activities: everything that happened to one lead before $as_of.
-- grain: event, the newest first
-- columns:
--   occurred_at  TIMESTAMP WITH TIME ZONE  when
--   type         VARCHAR  activity type
--   side         VARCHAR  lead, us, auto or system
--   actor        VARCHAR  who of ours
--   outcome      VARCHAR  what came of it
--   asset        VARCHAR  which mail, page, paper, seminar
--   not_before   TIMESTAMP WITH TIME ZONE  where only a range is known, its beginning; occurred_at is its end
select
    activities.occurred_at,
    activities.type::varchar as type,
    activities.side::varchar as side,
    activities.actor,
    activities.outcome,
    activities.asset,
    activity_ranges.not_before
from activities
join leads using (lead_no)
left join activity_ranges using (event_no)
where leads.lead_id = $lead_id and activities.occurred_at < $as_of
order by activities.occurred_at desc, activities.event_no desc;
