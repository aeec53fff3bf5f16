-- Whether two of the accepted leads have one id (or nearly: ids are compared by their hashes).
select exists (
    select 1 from read_parquet(getvariable('batch_file')) group by hash(lead_id) having count(*) > 1
) as is_twice;
