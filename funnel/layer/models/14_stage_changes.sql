-- stage_changes: the stage changes of the accepted leads, in the order in which they led from stage to stage.
-- grain: one row per stage change
--   change_no  by lead_no, occurred_at, then as the changes of one instant follow
--              each other: again and again the first (by id) that starts in the stage the lead is in just then, else
--              the first of the rest. Before any change a lead is in the first path stage.
create or replace temp table stage_changes as
    with recursive

    changes as (
        select lead_no, occurred_at, event_no, from_stage, to_stage
        from export_activities
        where type = 'stage_change'
    ),

    instants as (
        select
            lead_no,
            occurred_at,
            count(*) > 1 as is_shared,
            list(struct_pack(event_no, occurred_at, from_stage, to_stage) order by event_no) as changes
        from changes
        semi join (
            select lead_no from changes group by lead_no, occurred_at having count(*) > 1
        ) as shared using (lead_no)
        group by lead_no, occurred_at
    ),

    -- where several changes share an instant, what stage they leave the lead in decides on the next such instant
    numbered as (
        select
            *,
            case when not is_shared then changes[1].to_stage end as stage_after,
            row_number() over lives - row_number() over (partition by lead_no, is_shared order by occurred_at) as run
        from instants
        window lives as (partition by lead_no order by occurred_at)
    ),

    preceded as (
        select *, lag(stage_after) over (partition by lead_no order by occurred_at) as stage_before
        from numbered
    ),

    runs as (
        select
            lead_no,
            coalesce(arg_min(coalesce(stage_before, ''), occurred_at), '') as stage_before,
            flatten(list(changes order by occurred_at)) as changes
        from preceded
        where is_shared
        group by lead_no, run
    ),

    steps as (
        select
            lead_no,
            0 as step,
            coalesce(nullif(stage_before, ''), first_stage.stage) as stage,
            null::bigint as event_no,
            list_transform(changes, lambda change: change.event_no) as numbers,
            changes as others
        from runs
        cross join (select stage from stages where rank = 0) as first_stage
        union all
        select
            lead_no,
            step + 1,
            next.to_stage,
            next.event_no,
            numbers,
            list_filter(others, lambda change: change.event_no <> next.event_no)
        from (
            select
                *,
                coalesce(
                    list_filter(
                        others,
                        lambda change: change.occurred_at = others[1].occurred_at and change.from_stage = stage
                    )[1],
                    others[1]
                ) as next
            from steps
            where len(others) > 0
        )
    ),

    placed as (
        select event_no, numbers[step] as change_no from steps where step > 0
    )

    select lead_no, occurred_at, event_no, coalesce(change_no, event_no) as change_no, from_stage, to_stage
    from changes
    left join placed using (event_no);
