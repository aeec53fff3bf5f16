-- Of the rows of one key the newest is taken, else the first; one that says the same is a duplicate, any other is refused.
create or replace temp table verdicts as
    with

    twins as (
        select hash(key) as twin
        from read_parquet(getvariable('numbered_file'))
        where flaws = 0
        group by hash(key)
        having count(*) > 1
    ),

    rows_by_key as (
        select record, key, newer, md5(row(*columns(lambda name: name not in ('record', 'flaws', 'key', 'newer', 'word')))::varchar) as content
        from read_parquet(getvariable('numbered_file'))
        where flaws = 0 and hash(key) in (select twin from twins)
    ),

    ranked as (
        select *,
            row_number() over by_key as place,
            first_value(content) over by_key as taken
        from rows_by_key
        window by_key as (partition by key order by newer desc nulls last, record rows between unbounded preceding and unbounded following)
    )

    select record, flaws, false as is_duplicate from read_parquet(getvariable('numbered_file')) where flaws <> 0
    union all
    select record, case when content = taken then 0 else 1024 end::smallint, content = taken
    from ranked
    where place > 1;
