-- quality_files: how many rows of each file were read, loaded and refused; whatever the instant.
-- grain: one row per file, in the order of DATA.md
-- columns:
--   file         VARCHAR  the file; the parts of a folder together
--   rows_read    BIGINT   rows in it
--   loaded       BIGINT   of these, in the numbers
--   quarantined  BIGINT   of these, refused
select
    file,
    rows_read,
    rows_loaded as loaded,
    rows_quarantined as quarantined
from file_counts
order by array_position(['leads.parquet', 'activities.parquet', 'costs.parquet'], file);
