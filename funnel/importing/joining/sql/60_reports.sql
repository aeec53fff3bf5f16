-- What is said of the whole.
-- in: placed, ambiguous, merges, conflicts, final_leads, rule_words(word, stage). variable: activity_parts (as they are served)
-- out: small answers: joins, conflicts, how far back things go, words for stages, activities that wait for their lead


-- answer: joins_counted
-- How the leads of each tool were placed.
select
    tool,
    count(*) as leads,
    count(*) filter (where joined_by = 'crm_id') as joined_by_id,
    count(*) filter (where joined_by = 'email') as joined_by_mail,
    (select count(*) from ambiguous where ambiguous.tool = placed.tool) as ambiguous,
    (select count(*) from merges where merges.tool = placed.tool) as merged
from placed
group by tool
order by tool;


-- answer: conflicts_counted
-- In how many leads two tools differ, by column.
select target, count(*) as leads from conflicts group by target order by leads desc, target;


-- answer: histories
-- How far back each kind of thing goes, and how many of it there are.
select type, count(*) as rows, min(occurred_at) as first_at, max(occurred_at) as last_at
from read_parquet(getvariable('activity_parts'))
group by type
order by type;


-- answer: unknown_stages
-- Stage words that the rules do not know, with how often they come.
with

words as (
    select stage as word, count(*) as rows from final_leads where stage is not null group by stage
    union all
    select to_value, count(*) from read_parquet(getvariable('activity_parts'))
    where type = 'stage_change' and to_value is not null
    group by to_value
)

select word, sum(rows)::bigint as rows
from words
where folded(word) not in (select word from rule_words)
group by word
order by rows desc, word
limit 50;


-- answer: waiting
-- Activities whose lead is in no file yet.
select count(*) as rows
from read_parquet(getvariable('activity_parts'))
where lead_id not in (select lead_id from final_leads);
