-- in: kept_costs(path, seq). variable: cost_parts
-- out: costs.parquet


-- answer: costs_out
-- costs.parquet: what a channel and campaign cost in a month. Of each day (a month's figure stands on its first) the
-- newest import's figure counts.
with

days as (
    select month as day, channel, campaign, arg_max(cost, seq) as cost
    from read_parquet(getvariable('cost_parts'), filename = '—path')
    join kept_costs on kept_costs.path = "—path"
    group by all
)

select date_trunc('month', day)::date as month, channel, campaign, sum(cost order by day) as cost
from days
group by all
order by month, channel, campaign nulls last;
