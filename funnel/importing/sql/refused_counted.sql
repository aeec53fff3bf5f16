-- How many rows are not taken, each under the first of its reasons.
with

first_reasons as (
    select arg_min(reason, position) as reason, flaws, rows
    from (select flaws, count(*) as rows from verdicts where not is_duplicate group by flaws)
    join refusals() on (flaws & bit) <> 0
    group by flaws, rows
)

select reason, sum(rows)::bigint as rows from first_reasons group by reason order by reason;
