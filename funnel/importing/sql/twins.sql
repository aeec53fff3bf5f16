-- Activities that came more than once, in one file or in several: the newest import's says what holds; of rows that say
-- that, the oldest stays. tables: kept_events(path, seq). variables: event_parts
create or replace temp table twin_hashes as
    select hash(activity_id) as twin from read_parquet(getvariable('event_parts')) group by hash(activity_id) having count(*) > 1;
