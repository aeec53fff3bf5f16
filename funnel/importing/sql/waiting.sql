-- Activities whose lead is in no file yet.
select count(*) as rows
from read_parquet(getvariable('activity_parts'))
where lead_id not in (select lead_id from final_leads);
