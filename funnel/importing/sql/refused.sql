-- The rows that are not taken, by their place in the file, with all their reasons.
select record, list(reason order by position) as reasons
from verdicts
join refusals() on (flaws & bit) <> 0
where not is_duplicate
group by record
order by record;
