-- What changed between two exports of a tool that keeps no history: a change happened after the one and by the other.
-- Not where a dated change says it already; a date that the newer export gives (stage since) is taken.
-- tables: snapshots, placed, moved, people, kept_events, stage_tellers. variables: event_parts
with

said as (
    select tool, lead_id, seq, exported_at, 'stage_change' as type, stage as value, stage_since
    from snapshots where stage is not null and (list_contains(given, 'stage') or list_contains(given, 'status'))
    union all
    select snapshots.tool, lead_id, seq, exported_at, 'owner_change', coalesce(people.name, owner), null
    from snapshots
    left join people on people.tool = snapshots.tool and people.person = snapshots.owner
    where list_contains(given, 'owner') or list_contains(given, 'owner_id')
    union all
    select tool, lead_id, seq, exported_at, 'score_change', regexp_replace(score::varchar, '\.0$', ''), null
    from snapshots where list_contains(given, 'score')
),

steps as (
    select *,
        lag(value) over by_lead as before,
        lag(exported_at) over by_lead as before_at
    from said
    window by_lead as (partition by tool, lead_id, type order by exported_at, seq)
),

found as (
    select steps.*, placed.final_id
    from steps
    join placed on placed.tool = steps.tool and placed.lead_id = steps.lead_id
    left join stage_tellers on steps.type = 'stage_change' and stage_tellers.final_id = placed.final_id and stage_tellers.tool <> steps.tool
    where before_at < exported_at and value is distinct from before
        and (stage_tellers.from_at is null or exported_at < stage_tellers.from_at)
),

-- the dated changes, under the lead's name of today
dated as (
    select kept_events.tool, coalesce(moved.final_id, placed.final_id) as final_id, type, occurred_at, to_value
    from read_parquet(getvariable('event_parts'), union_by_name = true, filename = '—path') as parts
    join kept_events on kept_events.path = "—path"
    left join moved on moved.tool = kept_events.tool and moved.ref = parts.lead_id
    left join placed on placed.tool = kept_events.tool and placed.lead_id = parts.lead_id
    where type in ('stage_change', 'owner_change', 'score_change')
),

-- of each change found the last dated one by then: it explains the change if it leads there (a stage), or lies in between
explained as (
    select found.*, dated.occurred_at as dated_at, dated.to_value as dated_value
    from found
    asof left join dated
        on dated.tool = found.tool and dated.final_id = found.final_id and dated.type = found.type
        and dated.occurred_at <= found.exported_at
),

remaining as (
    select *, greatest(before_at, dated_at) as since, stage_since > greatest(before_at, dated_at) and stage_since <= exported_at as is_dated
    from explained
    where dated_at is null
        or dated_value is distinct from value and (type = 'stage_change' or dated_at <= before_at)
)

select
    tool || ':seen:' || type || ':' || lead_id || ':' || epoch_us(exported_at)::varchar as activity_id,
    final_id as lead_id,
    case when is_dated then stage_since else exported_at end as occurred_at,
    type,
    null::varchar as actor,
    null::varchar as outcome,
    case when type = 'stage_change' and dated_at > before_at then dated_value else before end as from_value,
    value as to_value,
    null::varchar as reason,
    null::double as points,
    null::varchar as asset,
    case when is_dated then null else since end as not_before
from remaining
order by activity_id;
