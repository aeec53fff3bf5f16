-- newest: how far the data reaches (METRICS.md 0), excluded leads in; one row, nulls where there is no lead.
create or replace table newest as
    with

    credible as (
        select
            min(created_at) as first_lead_at,
            make_timestamptz(quantile_cont(epoch_us(created_at), 0.99)::bigint) + to_microseconds(366 * 86400000000) as until_at
        from export_leads
    ),

    others as (
        select max(seen_at) as newest_at
        from (
            select created_at as seen_at from export_leads
            union all
            select max(occurred_at) from export_activities, credible where side <> 'us' and occurred_at <= until_at
        ), credible
        where seen_at <= until_at
    ),

    ours as (
        select max(occurred_at) as newest_at
        from export_activities, others
        where side = 'us' and occurred_at <= others.newest_at + to_microseconds(86400000000)
    )

    select greatest(others.newest_at, ours.newest_at) as newest_at, first_lead_at
    from others, ours, credible;

-- where every lead stands in the end, whatever T: by its last change, else as exported
create or replace temp table last_standings as
    with

    last_stages as (
        select lead_no, arg_max(to_stage, change_no) as stage from stage_changes group by lead_no
    ),

    last_owners as (
        select lead_no, arg_max_null(to_value, event_no) as owner, true as is_changed from export_activities
        where type = 'owner_change' group by lead_no
    ),

    touched as (
        select distinct lead_no from export_activities where side = 'us'
    )

    select
        lead_no,
        lead_id,
        created_at,
        stage_text,
        export_leads.stage as exported_stage,
        last_stages.stage as changed_to,
        coalesce(last_stages.stage, export_leads.stage, first_stage) as stage,
        case when is_changed then last_owners.owner else export_leads.owner end as owner,
        touched.lead_no is not null as is_touched
    from export_leads
    cross join (select stage as first_stage from stages where rank = 0)
    left join last_stages using (lead_no)
    left join last_owners using (lead_no)
    left join touched using (lead_no);

-- what the rows with a finding are: lead_no null where only the count matters. rows = how many of the lead's
create or replace temp table found as
    with

    first_rules as (
        select min(effective_from)::timestamp::timestamptz as in_force_at from rule_versions
    ),

    standings as (
        select last_standings.*, rank, kind from last_standings left join stages using (stage)
    ),

    bursts as (
        -- what stands at midnight is of tools that keep days only
        select epoch_us(created_at) // 1000000 as second, true as of_leads from export_leads
        where not is_midnight(created_at)
        group by second having count(*) >= 50
        union all
        select epoch_us(occurred_at) // 1000000, false from export_activities
        where type = 'stage_change' and not is_midnight(occurred_at)
        group by 1 having count(*) >= 50
    ),

    are_leads_by_day as (
        select 2 * count(*) filter (is_midnight(created_at)) >= count(*) as are from export_leads
    ),

    day_types as (
        select type
        from export_activities
        group by type
        having 2 * count(*) filter (is_midnight(occurred_at)) >= count(*)
    ),

    silent_types as (
        select type
        from export_activities
        join activity_types using (type)
        where (export_activities.side = 'us' and not connects_any)
            or type in (select activity_connects.type from activity_connects)
        group by type
        having 2 * count(*) filter (outcome is null) >= count(*)
    ),

    same_instants as (
        select lead_no, occurred_at, count(*) as changes
        from export_activities
        where type = 'stage_change'
        group by lead_no, occurred_at
        having count(*) > 1
    )

    select 'before_creation' as finding, lead_no, count(*) as rows
    from export_activities join export_leads using (lead_no)
    where occurred_at < created_at
    group by lead_no

    union all
    select 'future', lead_no, count(*)
    from export_activities, newest
    where occurred_at > newest_at + to_microseconds(86400000000)
    group by lead_no

    union all
    select 'stage_mismatch', lead_no, 1 from standings where changed_to <> exported_stage

    union all
    select 'no_history', lead_no, 1
    from standings join stages on stages.stage = exported_stage
    where changed_to is null and coalesce(stages.rank, 1) > 0

    union all
    select 'import_burst', lead_no, count(*)
    from (
        select lead_no from export_leads join bursts on of_leads and second = epoch_us(created_at) // 1000000
        where not is_midnight(created_at)
        union all
        select lead_no from export_activities
        join bursts on not of_leads and second = epoch_us(occurred_at) // 1000000
        where type = 'stage_change' and not is_midnight(occurred_at)
    )
    group by lead_no

    union all
    select 'midnight', lead_no, count(*)
    from (
        select lead_no from export_leads, are_leads_by_day where are and is_midnight(created_at)
        union all
        select lead_no from export_activities join day_types using (type) where is_midnight(occurred_at)
    )
    group by lead_no

    union all
    select 'no_owner', lead_no, 1 from standings where owner is null and kind = 'path'

    union all
    select 'no_touch', lead_no, 1 from standings, rule_settings where not is_touched and rank >= mql_rank

    union all
    select 'same_instant', lead_no, sum(changes)::bigint from same_instants group by lead_no

    union all
    select 'no_outcome', lead_no, count(*)
    from export_activities join silent_types using (type)
    where outcome is null
    group by lead_no

    union all
    select 'unreadable_cell', lead_no, sum(cells)::bigint
    from (
        select lead_no, bit_count(unreadable_cells) as cells from export_leads where unreadable_cells > 0
        union all
        select lead_no, cells from unreadable_points
    )
    group by lead_no

    union all
    select 'unknown_stage', lead_no, 1 from standings where stage_text is not null and exported_stage is null

    union all
    select 'before_rules', lead_no, count(*)
    from (
        select lead_no from export_leads, first_rules where created_at < in_force_at
        union all
        select lead_no from export_activities, first_rules where occurred_at < in_force_at
    )
    group by lead_no;

-- findings: what is loaded and counted, but bends numbers. grain: one row per finding that occurs
-- stale_export looks at the clock on the wall and is not among them
create or replace table findings as
    select position, finding, sum(rows)::bigint as rows, count(*) as leads
    from found
    join (values
        (1, 'before_creation'),
        (2, 'future'),
        (3, 'stage_mismatch'),
        (4, 'no_history'),
        (5, 'import_burst'),
        (6, 'midnight'),
        (7, 'no_owner'),
        (8, 'no_touch'),
        (9, 'same_instant'),
        (10, 'no_outcome'),
        (11, 'unreadable_cell'),
        (12, 'unknown_stage'),
        (13, 'before_rules')
    ) as listed (position, finding) using (finding)
    group by position, finding
    order by position;

create or replace table finding_leads as
    select finding, lead_id
    from found
    join findings using (finding)
    join export_leads using (lead_no)
    order by findings.position, lead_id;
