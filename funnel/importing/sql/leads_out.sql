-- leads.parquet: the contract's columns, then those that the mappings keep, under the names they have in the files
-- ("extra:—" only stands in where none is kept)
select columns('(?s)^(?:extra:(—.+|[^—].*)|([a-z_]+))$') as '\1\2' from final_leads order by lead_id;
