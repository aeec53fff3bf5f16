-- Which rows are taken: those without a flaw, of one key the newest; every other one is a duplicate or refused with its reasons.
-- in: converted (of whatever kind); where a key comes twice, its numbered copy (numbered_file). variables: batch_file (the rows
--     without a flaw), has_moves, most_refused, on_purpose (reasons)
-- out: the rows to keep; verdicts(record, flaws, is_duplicate) of all others, and those listed and counted.
-- Most files are clean: `clean` is written, `twice` asked, and nothing else is run. Where nothing comes twice the verdicts are
-- `flawed`; where something does, `numbered`, `verdicts` and `accepted` write the rows again.


-- answer: clean
-- The rows that nothing is wrong with.
select * exclude (key, newer, flaws) from converted where flaws = 0;


-- answer: clean_activities
-- The activities that nothing is wrong with; merges and deletions of leads are no activities.
select * exclude (key, newer, word, flaws)
from converted
where flaws = 0 and (not getvariable('has_moves') or type not in ('merge', 'delete'));


-- answer: twice
-- Whether two accepted rows have one key (or nearly: keys are compared by their hashes).
select exists (select 1 from converted where flaws = 0 group by hash(key) having count(*) > 1) as is_twice;


-- answer: twice_leads
-- Whether two of the accepted leads have one id (or nearly: ids are compared by their hashes).
select exists (
    select 1 from read_parquet(getvariable('batch_file')) group by hash(lead_id) having count(*) > 1
) as is_twice;


-- answer: twice_activities
-- Whether two of the accepted activities have one id (or nearly: ids are compared by their hashes).
select exists (
    select 1 from read_parquet(getvariable('batch_file')) group by hash(activity_id) having count(*) > 1
) as is_twice;


-- step: flawed
-- The rows that something is wrong with, by their place in the file, where no two accepted rows have one key.
create or replace temp table verdicts as
    select record, flaws, false as is_duplicate
    from (select row_number() over () as record, flaws from converted)
    where flaws <> 0;


-- answer: numbered
-- Every row with its place in the file (broken ones do not count).
select row_number() over () as record, * from converted;


-- step: verdicts
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


-- answer: accepted
-- What remains when the refused and the duplicate rows are left out.
select * exclude (record, key, newer, flaws)
from read_parquet(getvariable('numbered_file'))
anti join verdicts using (record)
order by record;


-- answer: accepted_activities
-- What remains of activities when the refused and the duplicate rows, merges and deletions are left out.
select * exclude (record, key, newer, word, flaws)
from read_parquet(getvariable('numbered_file'))
anti join verdicts using (record)
where not getvariable('has_moves') or type not in ('merge', 'delete')
order by record;


-- answer: duplicates
-- How many rows say what another row of their key says.
select count(*) as duplicates from verdicts where is_duplicate;


-- answer: duplicates_listed
-- Those rows, by their place in the file.
select record from verdicts where is_duplicate;


-- answer: refused
-- The rows that are not taken, by their place in the file, with all their reasons; of very many the first, and of those
-- that are left out on purpose only what room is left.
with

listed as (
    select record, flaws
    from verdicts
    where not is_duplicate
    order by (flaws & (select bit_or(bit) from refusals() where list_contains(getvariable('on_purpose'), reason))) = flaws, record
    limit getvariable('most_refused')
)

select record, list(reason order by position) as reasons
from listed
join refusals() on (flaws & bit) <> 0
group by record
order by record;


-- answer: refused_counted
-- How many rows are not taken, each under the first of its reasons.
with

first_reasons as (
    select arg_min(reason, position) as reason, flaws, rows
    from (select flaws, count(*) as rows from verdicts where not is_duplicate group by flaws)
    join refusals() on (flaws & bit) <> 0
    group by flaws, rows
)

select reason, sum(rows)::bigint as rows from first_reasons group by reason order by reason;
