-- Who is still there after a while, by Kaplan and Meier: whoever has not left yet is known to have stayed so long.

-- of `stays`, a step of the query with line, us (how long, microseconds) and is_end (left then; else not seen to leave)
-- grain: line, us, of the lengths after which somebody left
--   staying  the share still there from then on
--   spread   Greenwood's sum; null once nobody is left
create macro survival_of(stays) as table
with

lengths as (
    select line, us, count(*) as leads, count(*) filter (where is_end) as ended
    from query_table(stays)
    group by line, us
),

falls as (
    select
        line,
        us,
        ended,
        sum(leads) over (partition by line order by us desc)::bigint as at_risk
    from lengths
)

select
    line,
    us,
    product(1 - ended / at_risk) over lines as staying,
    case
        when min(at_risk - ended) over lines > 0
            then sum(ended / (at_risk * nullif(at_risk - ended, 0)::double)) over lines
    end as spread
from falls
where ended > 0
window lines as (partition by line order by us);

-- the length after which no more than half are left, in days; a line that never gets there has no row
create macro survival_medians(stays) as table
select line, min(us) / 86400000000 as median_days
from survival_of(stays)
where staying <= 0.5 + 1e-9
group by line;
