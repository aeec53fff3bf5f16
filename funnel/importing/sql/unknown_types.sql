-- Words for types of activities that nothing knows, with how often they come.
select word, count(*) as rows
from converted
where flaws & 128 <> 0 and word is not null
group by word
order by rows desc, word
limit 20;
