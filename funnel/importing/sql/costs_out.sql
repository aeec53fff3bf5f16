-- costs.parquet: of a month, channel and campaign the newest import's figure
select month, channel, campaign, arg_max(cost, seq) as cost
from read_parquet(getvariable('cost_parts'), filename = '—path')
join kept_costs on kept_costs.path = "—path"
group by all
order by month, channel, campaign nulls last;
