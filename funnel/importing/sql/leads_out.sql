-- leads.parquet: the contract's columns, then those that the mappings keep, under the names they have in the files
select columns('^(?:extra:)?([^—]+)$') as '\1' from final_leads order by lead_id;
