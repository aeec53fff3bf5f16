-- Activities that are not served, since another one tells the same, and changes that only a comparison of exports tells.
-- in: kept_events(path, seq, tool), placed, moved, tools, snapshots, people, path_places(stage, place).
--     variables: event_parts, base, has_several_parts, has_columns_and_history, has_twins, has_several_tools: what can be twice at
--     all; where it cannot, nothing is read
-- out: losers(path, place), the rows that are not served; stage_tellers(final_id, tool, from_at), whose word on a lead's
--     stages counts; the changes that were seen between two exports


-- step: twins
-- Activities that came more than once, in one file or in several: the newest import's says what holds; of rows that say
-- that, the oldest stays.
create or replace temp table twin_hashes as
    select hash(activity_id) as twin
    from read_parquet(getvariable('event_parts'))
    where getvariable('has_several_parts')
    group by hash(activity_id)
    having count(*) > 1;


-- answer: twins_counted
-- How many ids (nearly: hashes of ids) come more than once.
select count(*) as twins from twin_hashes;


-- step: told_again
-- Stage entries from the columns of a lead file that a history tells too, and more exactly: a column knows the minute or
-- only the day, so that beside the history's own times it would be a move there and back that never was. Of a day the
-- history also tells it by a later stage.
create or replace temp table told_again as
    with

    changes as (
        select
            kept_events.tool, path, file_row_number as place, ends_with(path, '.entered.parquet') as is_column,
            coalesce(moved.final_id, placed.final_id, parts.lead_id) as final_id,
            occurred_at, to_value as stage, path_places.place::int as rank
        from read_parquet(getvariable('event_parts'), union_by_name = true, filename = '—path', file_row_number = true) as parts
        join kept_events on kept_events.path = "—path"
        left join moved on moved.tool = kept_events.tool and moved.ref = parts.lead_id
        left join placed on placed.tool = kept_events.tool and placed.lead_id = parts.lead_id
        left join path_places on path_places.stage = folded(parts.to_value)
        where type = 'stage_change' and to_value is not null and getvariable('has_columns_and_history')
    ),

    entries as (
        select *, occurred_at = date_trunc('day', occurred_at) as is_day
        from changes
        where is_column and occurred_at = date_trunc('minute', occurred_at)
    )

    select distinct entries.path, entries.place
    from entries
    join changes as told
        on told.tool = entries.tool and told.final_id = entries.final_id and not told.is_column
        and told.occurred_at >= entries.occurred_at
        and told.occurred_at < entries.occurred_at + case when is_day then interval 1 day else interval 1 minute end
        and (folded(told.stage) = folded(entries.stage) or told.rank = entries.rank or is_day and told.rank >= entries.rank);


-- answer: told_counted
-- How many of them there are.
select count(*) as told from told_again;


-- step: losers
-- The rows that are not served: of twins all but one, and what a history tells more exactly.
create or replace temp table placed_twins as
    with

    twins as (
        select
            path, seq, file_row_number as place, activity_id,
            md5(row(activity_id, lead_id, epoch_us(occurred_at), type, actor, outcome, from_value, to_value, reason, points, asset,
                epoch_us(not_before), lead_email)::varchar) as content
        from read_parquet(getvariable('event_parts'), union_by_name = true, filename = '—path', file_row_number = true) as parts
        join kept_events on kept_events.path = "—path"
        where getvariable('has_twins') and hash(activity_id) in (select twin from twin_hashes)
    ),

    said as (
        select *, first_value(content) over (partition by activity_id order by seq desc, place desc
            rows between unbounded preceding and unbounded following) as holds
        from twins
    )

    select path, place, content, holds,
        row_number() over (partition by activity_id order by content <> holds, seq, place) as turn,
        count(*) filter (where content <> holds) over (partition by activity_id) as others_before
    from said;

create or replace temp table losers as
    select path, place, bool_or(is_same) as is_same
    from (
        select path, place, content = holds as is_same from placed_twins where turn > 1
        union all
        select path, place, true from told_again
    )
    group by path, place;


-- answer: losers_counted
-- Of each part: rows that are not served, those of them that another row stands for, and rows of it that stand for
-- other ones of former parts.
select
    path,
    sum(lost)::bigint as lost,
    sum(same)::bigint as duplicates,
    sum(updated)::bigint as updated
from (
    select path, 1 as lost, is_same::int as same, 0 as updated from losers
    union all
    select path, 0, 0, 1 from placed_twins where turn = 1 and others_before > 0
)
group by path;


-- step: tellers
-- Two tools that both date the stages of a lead: from the first change on that the tool with the last word on stages tells
-- of it, that tool alone is heard; before it the other (an MA knows a lead long before the CRM does).
create or replace temp table stages_told as
    select
        path,
        file_row_number as place,
        kept_events.tool,
        occurred_at,
        coalesce(moved.final_id, case when kept_events.tool = getvariable('base') then lead_id else kept_events.tool || ':' || lead_id end) as final_id
    from read_parquet(getvariable('event_parts'), union_by_name = true, filename = '—path', file_row_number = true) as parts
    join kept_events on kept_events.path = "—path"
    left join moved on moved.tool = kept_events.tool and moved.ref = parts.lead_id
    where type = 'stage_change' and getvariable('has_several_tools');

create or replace temp table stage_tellers as
    with

    heard as (
        select final_id, arg_min(tool, priority - case when list_contains(wins, 'stage') then 1000000 else 0 end) as tool
        from stages_told
        join tools using (tool)
        group by final_id
        having count(distinct tool) > 1
    )

    select final_id, tool, min(occurred_at) as from_at
    from heard
    join stages_told using (final_id, tool)
    group by final_id, tool;


-- step: overruled
-- The stage changes that are not heard, by the part they lie in: they are not served.
create or replace temp table overruled as
    select stages_told.path, stages_told.place
    from stages_told
    join stage_tellers using (final_id)
    anti join losers on losers.path = stages_told.path and losers.place = stages_told.place
    where stages_told.tool <> stage_tellers.tool and stages_told.occurred_at >= from_at;

insert into losers by name select path, place from overruled;


-- answer: overruled_counted
-- How many of each part.
select path, count(*) as rows from overruled group by path;


-- answer: compared
-- What changed between two exports of a tool that keeps no history: a change happened after the one and by the other.
-- Not where a dated change says it already; a date that the newer export gives (stage since) is taken.
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
    select tool, lead_id, seq, exported_at, 'score_change', regexp_replace(try_cast(score as double)::varchar, '\.0$', ''), null
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
