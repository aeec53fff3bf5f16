-- lead_time: how long do leads need from creation to opportunity and to won?
-- grain: month of creation × opportunity, won; none of a milestone that the rules map to no stage
-- columns:
--   month        DATE     month of creation, its first day
--   to_stage     VARCHAR  opportunity, won
--   leads        BIGINT   leads created in the month
--   reached      BIGINT   of these, ever in that stage or beyond by $as_of
--   median_days  DOUBLE   days from creation by which half have reached it, by Kaplan-Meier: who has not counts as long as
--                         $as_of has seen it; a reach without a date is left out; null = not yet half
--   p90_days     DOUBLE   days of those that have reached it, 90 % of them are below
with

months as (
    select * from months_between($from_month, $to_month, $as_of)
),

ends as (
    select 0 as position, 'opportunity' as to_stage, opportunity_rank as rank
    from settings
    where opportunity_rank is not null
    union all
    select 1, 'won', rank
    from stages
    where kind = 'won'
),

created as (
    select months.month, leads.lead_no, leads.created_at
    from months
    join in_scope('leads', $scope, $as_of) as leads
        on leads.created_at >= months.starts_at and leads.created_at < months.ends_at
),

reaches as (
    select
        created.month,
        ends.position,
        created.created_at,
        spells.lead_no is not null or ends.rank = 0 as is_reached,
        spells.is_assumed,
        spells.entered_at as reached_at
    from created
    cross join ends
    left join stage_spells as spells
        on created.lead_no = spells.lead_no
        and spells.rank >= ends.rank
        and spells.former_rank < ends.rank
        and spells.entered_at < $as_of
),

stays as (
    -- a line per month and stage
    select
        {'month': month, 'position': position} as line,
        greatest(0, us_between(created_at, coalesce(reached_at, $as_of))) as us,
        reached_at is not null as is_end
    from reaches
    where not coalesce(is_assumed, false)
),

counted as (
    select
        month,
        position,
        count(*) as leads,
        count(*) filter (where is_reached) as reached,
        quantile_cont(greatest(0, days_between(created_at, reached_at)), 0.9)
            filter (where reached_at is not null and not is_assumed) as p90_days
    from reaches
    group by month, position
)

select
    months.month,
    ends.to_stage,
    coalesce(counted.leads, 0) as leads,
    coalesce(counted.reached, 0) as reached,
    medians.median_days,
    counted.p90_days
from months
cross join ends
left join counted using (month, position)
left join survival_medians('stays') as medians
    on medians.line = {'month': months.month, 'position': ends.position}
order by months.month, ends.position;
