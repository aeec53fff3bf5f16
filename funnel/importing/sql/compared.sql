-- What changed between two exports of a tool that keeps no history: a change happened after the one and by the other.
-- Not where a dated change says it already; a date that the newer export gives (stage since) is taken.
-- tables: kept_leads, placed, survivors. variables: lead_parts, event_parts
with

said as (
    select tool, lead_id, seq, exported_at, 'stage_change' as type, stage as value, stage_since
    from snapshots where list_contains(given, 'stage') or list_contains(given, 'status')
    union all
    select tool, lead_id, seq, exported_at, 'owner_change', coalesce(people.name, owner), null
    from snapshots
    left join people on people.person = snapshots.owner
    where list_contains(given, 'owner') or list_contains(given, 'owner_id')
    union all
    select tool, lead_id, seq, exported_at, 'score_change', regexp_replace(score::varchar, '\.0$', ''), null
    from snapshots where list_contains(given, 'score')
),

steps as (
    select *,
        lag(value) over (partition by tool, lead_id, type order by exported_at, seq) as before,
        lag(exported_at) over (partition by tool, lead_id, type order by exported_at, seq) as before_at
    from said
),

found as (
    select *
    from steps
    where before_at < exported_at and value is distinct from before and (type <> 'stage_change' or value is not null)
),

dated as (
    select kept_events.tool, lead_id, type, occurred_at
    from read_parquet(getvariable('event_parts'), union_by_name = true, filename = '—path') as parts
    join kept_events on kept_events.path = "—path"
    where type in ('stage_change', 'owner_change', 'score_change')
)

select
    found.tool || ':seen:' || found.type || ':' || found.lead_id || ':' || epoch_us(exported_at)::varchar as activity_id,
    placed.final_id as lead_id,
    case when stage_since > before_at and stage_since <= exported_at then stage_since else exported_at end as occurred_at,
    found.type,
    null::varchar as actor,
    null::varchar as outcome,
    before as from_value,
    value as to_value,
    null::varchar as reason,
    null::double as points,
    null::varchar as asset,
    case when stage_since > before_at and stage_since <= exported_at then null else before_at end as not_before
from found
join placed on placed.tool = found.tool and placed.lead_id = found.lead_id
where not exists (
    select 1 from dated
    where dated.tool = found.tool and dated.lead_id = found.lead_id and dated.type = found.type
        and dated.occurred_at > found.before_at and dated.occurred_at <= found.exported_at
)
order by activity_id;
