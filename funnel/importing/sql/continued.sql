-- Rows that only go on with the record above them (kintone's tables).
select count(*) as rows
from (select * from texts union all by name select null::varchar as record_start where false)
where getvariable('has_record_start') and trimmed(record_start) is distinct from '*';
