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
--   before       VARCHAR  of a change of stage or owner: the stage key or owner that it left; null = not known or nobody
--   after        VARCHAR  the one that it came to
with

lead as (
    select lead_no from leads where lead_id = $lead_id and created_at < $as_of
),

steps as (
    select lead_no, seq, entered_at, lag(stage) over (order by seq) as before, stage as after
    from stage_spells
    semi join lead using (lead_no)
),

changes as (
    -- of several stages entered at one instant the last one stands
    select
        'stage_change' as type,
        lead_no,
        entered_at as occurred_at,
        arg_min(before, seq)::varchar as before,
        arg_max(after, seq)::varchar as after
    from steps
    group by lead_no, entered_at
    union all
    select 'owner_change', lead_no, from_at, lag(owner) over (order by from_at), owner
    from owner_spells
    semi join lead using (lead_no)
)

select
    activities.occurred_at,
    activities.type::varchar as type,
    activities.side::varchar as side,
    activities.actor,
    activities.outcome,
    activities.asset,
    activity_ranges.not_before,
    changes.before,
    changes.after
from activities
semi join lead using (lead_no)
left join activity_ranges using (event_no)
left join changes
    on activities.lead_no = changes.lead_no
    and activities.type::varchar = changes.type
    and activities.occurred_at = changes.occurred_at
where activities.occurred_at < $as_of
order by activities.occurred_at desc, activities.event_no desc;
