-- lead_conditions: what of each agreed hand-off condition one lead has met by $as_of, and since when.
-- grain: item of the hand-off, part of it; in the order of the rules
-- columns:
--   item    VARCHAR  any_of[0] …
--   kind    VARCHAR  score, did or known
--   name    VARCHAR  activity type or field; null for a score
--   needed  DOUBLE   the score that is needed; null for the others
--   met_at  TIMESTAMP WITH TIME ZONE  since when it holds; null = not yet
with

lead as (
    select lead_no, created_at from leads where lead_id = $lead_id and created_at < $as_of
),

reached as (
    select handoff_items.item, min(greatest(scores.from_at, lead.created_at)) as met_at
    from handoff_items
    cross join lead
    join score_spells as scores
        on lead.lead_no = scores.lead_no and scores.score >= handoff_items.score
    where scores.from_at < $as_of
    group by handoff_items.item
),

done as (
    select activities.type, min(activities.occurred_at) as met_at
    from activities
    join lead using (lead_no)
    where activities.occurred_at < $as_of
    group by activities.type
),

parts as (
    select handoff_items.item, position, 'score' as kind, null::varchar as name, handoff_items.score as needed,
        reached.met_at
    from handoff_items
    left join reached using (item)
    where handoff_items.score is not null
    union all
    select
        handoff_parts.item,
        position,
        handoff_parts.kind,
        handoff_parts.name,
        null,
        case handoff_parts.kind
            when 'did' then done.met_at
            else (select created_at from lead join lead_known as known using (lead_no) where known.name = handoff_parts.name)
        end
    from handoff_parts
    join handoff_items using (item)
    left join done on handoff_parts.kind = 'did' and handoff_parts.name = done.type
)

select item, kind, name, needed, met_at
from parts
order by position, case kind when 'score' then 0 when 'did' then 1 else 2 end, name;
