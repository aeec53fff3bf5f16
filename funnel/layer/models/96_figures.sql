-- The figures of kpis, of whatever periods: kpis, before_after and staged_targets read the same counts.

-- costs: what is booked, by month, of the rows that the filters let through: by channel, its group and campaign, which
-- are a cost's own; any other filter leaves them unknown
create macro costs_in_scope(by_dimension, scope) as table
with

cost_rows as (
    select row_number() over () as cost_no, costs.*, channel_group
    from costs
    left join channel_group_channels using (channel)
),

allowed as (
    select unnest(scope['dimensions']::varchar[]) as dimension, unnest(scope['values']::varchar[]) as value
),

chosen_costs as (
    select cost_no
    from cost_rows
    where len(scope['filtered']) = 0
    union all
    select cost_no
    from cost_rows
    join allowed
        on case allowed.dimension
            when 'channel' then cost_rows.channel
            when 'channel_group' then cost_rows.channel_group
            when 'campaign' then cost_rows.campaign
        end is not distinct from allowed.value
        and allowed.dimension in ('channel', 'channel_group', 'campaign')
    where len(scope['filtered']) > 0
    group by cost_no
    having count(*) = len(scope['filtered'])
)

select
    month,
    case by_dimension
        when 'channel' then channel
        when 'channel_group' then channel_group
        when 'campaign' then campaign
    end as segment,
    cost
from cost_rows
semi join chosen_costs using (cost_no);

-- the milestones that are counted; rank null = the rules map it to no stage
create macro counted_milestones() as table
select position, kpi, rank
from (
    select 0 as position, 'leads' as kpi, 0 as rank
    union all
    select 1, 'mql', mql_rank from settings
    union all
    select 2, 'sql', sql_rank from settings
    union all
    select 3, 'opportunity', opportunity_rank from settings
    union all
    select 4, 'won', max(rank) from stages where kind = 'won'
) as milestones;

-- the conversions, with their stages; null where the rules map none, or not in this order
create macro conversion_steps() as table
with

ends as (
    select stage as won_stage, rank as won_rank from stages where kind = 'won'
)

select
    0 as position,
    'mql_to_sql' as kpi,
    case when mql_rank < sql_rank then mql_stage end as from_stage,
    case when mql_rank < sql_rank then sql_stage end as to_stage
from settings
union all
select
    1,
    'sql_to_won',
    case when sql_rank < won_rank then sql_stage end,
    case when sql_rank < won_rank then won_stage end
from settings
cross join ends;

-- the costs, with what each is divided by
create macro cost_names() as table
select position, kpi, counted
from (
    values
        (0, 'cpl', 'leads'), (1, 'cost_per_mql', 'mql'), (2, 'cost_per_sql', 'sql'), (3, 'cpa', 'won')
) as names (position, kpi, counted);

-- the rows of kpis in their order: counts, conversions, attainment of each policy with a target, share of silent, costs
create macro kpi_names() as table
select 0 as part_no, position, kpi from counted_milestones()
union all
select 1, position, kpi from conversion_steps()
union all
select 2, position, policy from policies where policy in (select kpi from targets)
union all
select 3, 0, 'dormant_share'
union all
select 4, position, kpi from cost_names();

-- conversions of the leads that first entered in a month: all that entered, and those that went on in time
-- `cohort_months` is a step of the query with period, month
create macro kpi_cohorts(cohort_months, window_days, scope, as_of) as table
with

walked as (
    select 'mql_to_sql' as kpi, from_at, converted_at
    from journeys((select mql_stage from settings), (select sql_stage from settings), null, scope, as_of)
    union all
    select 'sql_to_won', from_at, converted_at
    from journeys(
        (select sql_stage from settings), (select stage from stages where kind = 'won'), null, scope, as_of
    )
)

select
    steps.kpi,
    cohort_months.period,
    cohort_months.month,
    count(walked.from_at) as base,
    count(*) filter (
        where us_between(walked.from_at, walked.converted_at) < window_us(window_days)
    ) as part
from conversion_steps() as steps
cross join query_table(cohort_months) as cohort_months
left join walked
    on steps.kpi = walked.kpi
    and walked.from_at >= local_midnight(cohort_months.month)
    and walked.from_at < local_midnight(cohort_months.month + interval 1 month)
where steps.from_stage is not null
group by steps.kpi, cohort_months.period, cohort_months.month;

-- attainment of every policy: of the clocks due in the period, and that were to be judged, those met
-- `periods` is a step of the query with period, starts_at, ends_at
create macro kpi_attainments(periods, scope, as_of) as table
with

judged as (
    select policy, due_at, state
    from ended_clocks_at(scope, as_of)
    union all
    select policy, due_at, state
    from unended_clocks_at(scope, as_of)
    where not is_ended
)

select
    periods.period,
    policies.policy as kpi,
    count(*) filter (where clocks.state in ('met', 'late', 'missed', 'overdue')) as base,
    count(*) filter (where clocks.state = 'met') as part
from query_table(periods) as periods
cross join policies
left join (
    select policy::varchar as policy, due_at, state
    from judged
    where due_at >= (select min(starts_at) from query_table(periods))
        and due_at < (select max(ends_at) from query_table(periods))
) as clocks
    on policies.policy = clocks.policy
    and clocks.due_at >= periods.starts_at
    and clocks.due_at < periods.ends_at
group by periods.period, policies.policy;

-- at the period's end: leads in a stage that counts, and the silent of them; a period without any has no row
create macro kpi_silent(periods, scope, as_of) as table
with

awake as (
    select periods.period, count(*) as base
    from query_table(periods) as periods
    join in_scope('stage_spells', scope, as_of) as spells
        on spells.entered_at < periods.ends_at
        and (spells.left_at is null or spells.left_at >= periods.ends_at)
        and spells.created_at < periods.ends_at
    where spells.stage not in (select stage::stage_key from excluded_stages)
    group by periods.period
),

silent as (
    select periods.period, count(*) as part
    from query_table(periods) as periods
    join in_scope('silent_spells', scope, as_of) as spells
        on spells.from_at < periods.ends_at
        and (spells.to_at is null or spells.to_at >= periods.ends_at)
    group by periods.period
)

select awake.period, awake.base, coalesce(silent.part, 0) as part
from awake
left join silent using (period);

-- every figure of every period
-- `periods` is a step of the query with period, month, starts_at, ends_at, whole_ends_at (to where counts go that are
-- divided by what is booked by whole months) and is_whole (costs are known); `cohort_months` one with period, month: the
-- month that the conversions stand for
--   part_no, position  as kpi_names
--   value, base, part  part / base = value of a rate
--   cost               cost / base = value of a cost
create macro kpi_figures(periods, cohort_months, window_days, scope, as_of) as table
with

counts as (
    select
        periods.period,
        kpi,
        count(*) filter (where happened_at < periods.ends_at) as value,
        count(*) as whole_value
    from counted_events(scope, as_of)
    join query_table(periods) as periods
        on happened_at >= periods.starts_at and happened_at < periods.whole_ends_at
    group by periods.period, kpi
),

cohorts as (
    select * from kpi_cohorts(cohort_months, window_days, scope, as_of)
),

spent as (
    select periods.period, sum(cost)::double as cost
    from query_table(periods) as periods
    join costs_in_scope(null, scope) as booked using (month)
    group by periods.period
)

select 0 as part_no, names.position, names.kpi, periods.period, periods.month,
    (case when names.rank is not null then coalesce(counts.value, 0) end)::double as value,
    null::bigint as base, null::bigint as part, null::double as cost
from counted_milestones() as names
cross join query_table(periods) as periods
left join counts on names.kpi = counts.kpi and periods.period = counts.period
union all
select 1, names.position, names.kpi, periods.period, cohorts.month, rate(part, cohorts.base), cohorts.base, part, null
from conversion_steps() as names
cross join query_table(periods) as periods
left join cohorts on names.kpi = cohorts.kpi and periods.period = cohorts.period
union all
select 2, policies.position, policies.policy, periods.period, periods.month, rate(part, base), base, part, null
from policies
cross join query_table(periods) as periods
join kpi_attainments(periods, scope, as_of) as attainments
    on policies.policy = attainments.kpi and periods.period = attainments.period
where policies.policy in (select kpi from targets)
union all
select 3, 0, 'dormant_share', periods.period, periods.month, rate(coalesce(part, 0), base), coalesce(base, 0),
    coalesce(part, 0), null
from query_table(periods) as periods
left join kpi_silent(periods, scope, as_of) as silent using (period)
union all
select 4, names.position, names.kpi, periods.period, periods.month,
    case when periods.is_whole then rate(spent.cost, counts.whole_value) end,
    coalesce(counts.whole_value, 0), null,
    case when periods.is_whole then spent.cost end
from cost_names() as names
cross join query_table(periods) as periods
left join spent using (period)
left join counts on names.counted = counts.kpi and periods.period = counts.period;

-- Student's t at 0.975 for 2 to 22 degrees of freedom: the root of Abramowitz and Stegun's closed form of its
-- distribution for whole degrees (26.7.3, 26.7.4) at 0.95
create macro t_quantile(degrees) as [
    4.302652729749459::double, 3.182446305283706, 2.776445105197791, 2.570581835636313, 2.446911851144966,
    2.364624251592783, 2.306004135204166, 2.262157162798205, 2.228138851986274, 2.200985160091639,
    2.178812829667228, 2.160368656462789, 2.144786687917803, 2.131449545559774, 2.119905299221254,
    2.109815577833315, 2.100922040241036, 2.093024054408311, 2.085963447265862, 2.07961384472768,
    2.073873067904023
][degrees - 1];
