-- Whether two of the accepted activities have one id (or nearly: ids are compared by their hashes).
select exists (
    select 1 from read_parquet(getvariable('batch_file')) group by hash(activity_id) having count(*) > 1
) as is_twice;
