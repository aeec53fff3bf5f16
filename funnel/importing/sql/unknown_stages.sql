-- Stage words that the rules do not know, with how often they come. tables: rule_words(word)
select word, count(*) as rows
from (
    select stage as word from final_leads where stage is not null
    union all
    select to_value from read_parquet(getvariable('activity_parts')) where type = 'stage_change' and to_value is not null
)
where folded(word) not in (select word from rule_words)
group by word
order by rows desc, word
limit 50;
