-- The rows that are not taken, by their place in the file, with all their reasons; of very many the first, and of those
-- that are left out on purpose only what room is left. variables: most_refused, on_purpose (reasons)
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
