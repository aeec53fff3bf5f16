-- quarantined_rows: the rows of the exports that were refused, with all their reasons.
-- grain: file, row number; those counted under $reason, all without one
-- columns:
--   file        VARCHAR  the file within the data directory
--   row_number  BIGINT   its row, from 1
--   reason      VARCHAR  the reason that it is counted under
--   reasons     VARCHAR  all of them, comma-separated
--   lead_id     VARCHAR  as read
--   values      VARCHAR  the row as read, a JSON object of texts; null where the rules mask personal data
select
    quarantine.file,
    quarantine.row_number,
    quarantine.reason,
    array_to_string(quarantine.reasons, ',') as reasons,
    quarantine.lead_id,
    case when not settings.personal_masked then quarantine.values end as values
from quarantine
cross join settings
where $reason is null or quarantine.reason = $reason
order by quarantine.file, quarantine.row_number;
