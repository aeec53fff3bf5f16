-- Whether two accepted rows have one key (or nearly: keys are compared by their hashes).
select exists (select 1 from converted where flaws = 0 group by hash(key) having count(*) > 1) as is_twice;
