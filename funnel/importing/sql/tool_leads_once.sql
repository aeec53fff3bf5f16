-- The same where no lead was exported twice: each column as it stands.
create or replace temp table tool_leads as
    select tool, lead_id, exported_at as seen_at, columns(lambda c: c not in (
        'tool', 'lead_id', 'seq', 'exported_at', 'given', 'merged_ids', 'merged_into', 'converted', 'converted_at', 'updated_at', '—path'
    ) and not starts_with(c, 'entered:'))
    from snapshots
    where merged_into is null;
