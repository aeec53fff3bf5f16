-- data_quality: what was read, what was refused and why, and what bends which numbers; whatever the instant.
-- grain: one row per file count, per reason that occurs, per finding that occurs, in the order of DATA.md
-- columns:
--   part   VARCHAR  file, reason or finding
--   name   VARCHAR  the file and its count, the reason's key, the finding's key
--   rows   BIGINT   rows of the exports, or events, behind it
--   leads  BIGINT   distinct leads behind them; null for files
--   bends  VARCHAR  the questions whose numbers it bends, comma-separated; null where none is
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
        count(distinct lead_id) as leads,
        bends
    from quarantine
    join (values
        (1, 'missing_key', 'funnel,conversion,flow'),
        (2, 'missing_time', 'funnel,conversion,flow'),
        (3, 'unreadable_value', 'funnel,conversion,flow'),
        (4, 'out_of_range', 'funnel,conversion,flow'),
        (5, 'unknown_lead', 'conversion,flow,sla_summary,score_distribution,dormant_pool'),
        (6, 'unknown_type', 'sla_summary,response_times,score_distribution,dormant_pool'),
        (7, 'unknown_stage', 'conversion,flow,stage_aging,sla_summary'),
        (8, 'duplicate_key', 'funnel,conversion,flow'),
        (9, 'duplicate_row', null)
    ) as listed (position, reason, bends) using (reason)
    group by position, reason, bends
)

select part, name, rows, leads, bends
from (
    select * from files
    union all
    select * from reasons
    union all
    select 3, position, 'finding', finding, rows, leads, bends from findings
)
order by part_no, position;
