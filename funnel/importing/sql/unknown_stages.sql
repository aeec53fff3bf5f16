-- Stage words that the rules do not know, with how often they come. tables: rule_words(word)
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
