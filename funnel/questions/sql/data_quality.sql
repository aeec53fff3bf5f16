-- data_quality: what was read, what was refused and why, and what bends which numbers; whatever the instant.
-- grain: one row per file count, per reason that occurs, per finding that occurs, in the order of DATA.md
-- columns:
--   part   VARCHAR  file, reason or finding
--   name   VARCHAR  the file and its count, the reason's key, the finding's key
--   rows   BIGINT   rows of the exports, or events, behind it
--   leads  BIGINT   distinct leads behind them; null for files
--   bends  VARCHAR  the questions whose numbers it bends, comma-separated; all = every one; null where none is
with

files as (
    select
        1 as part_no,
        array_position(['leads.parquet', 'activities.parquet', 'costs.parquet'], file) * 10 + count_no as position,
        'file' as part,
        file || ' ' || name as name,
        rows,
        null::bigint as leads,
        null::varchar as bends
    from (
        select file, 1 as count_no, 'rows_read' as name, rows_read as rows from file_counts
        union all
        select file, 2, 'loaded', rows_loaded from file_counts
        union all
        select file, 3, 'quarantined', rows_quarantined from file_counts
    )
),

reasons as (
    select
        2 as part_no,
        position,
        'reason' as part,
        reason as name,
        count(*) as rows,
        count(distinct lead_id) as leads
    from quarantine
    join (values
        (1, 'missing_key'),
        (2, 'missing_time'),
        (3, 'unreadable_value'),
        (4, 'out_of_range'),
        (5, 'unknown_lead'),
        (6, 'unknown_type'),
        (7, 'unknown_stage'),
        (8, 'duplicate_key'),
        (9, 'duplicate_row')
    ) as listed (position, reason) using (reason)
    group by position, reason
),

-- of the questions that are there, those that read one of the kinds of facts
asked as (
    select distinct question, position from kinds_read where list_contains($questions, question)
),

readers as (
    select distinct part, name, question, kinds_read.position
    from kinds_bent
    join kinds_read on kinds_bent.kind in ('everything', kinds_read.kind)
    where list_contains($questions, question)
),

bent as (
    select
        part,
        name,
        case
            when count(*) = (select count(*) from asked) then 'all'
            else string_agg(question, ',' order by position)
        end as bends
    from readers
    group by part, name
),

found as (
    select * from reasons
    union all
    select 3, position, 'finding', finding, rows, leads from findings
)

select part, name, rows, leads, bends
from (
    select * from files
    union all
    select part_no, found.position, found.part, found.name, rows, leads, bends
    from found
    left join bent using (part, name)
)
order by part_no, position;
