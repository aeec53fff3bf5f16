-- kpis: the figures of the month $to_month against the month before, the same month a year earlier and the target.
-- grain: one row per figure: counts, conversions, attainment of each policy with a target, share of silent, costs
-- columns:
--   kpi       VARCHAR  key of the figure
--   month     DATE     the month it stands for; conversions: the newest mature one, null = none yet
--   value     DOUBLE   count, rate 0…1, or cost in the currency of the rules
--   base      BIGINT   what the rate or the cost is reckoned on; null for counts
--   ci_low    DOUBLE   Wilson 95 % interval of a rate
--   ci_high   DOUBLE   the same
--   previous  DOUBLE   the month before; while the month is not over its same days, of a cost the whole month
--   target    DOUBLE   target of the version of the rules in force on the last day of month
--   reached   BOOLEAN  target met; null while the month is not over
--   small     BOOLEAN  base below 20
--   previous_base   BIGINT   the base of previous
--   last_year       DOUBLE   as previous, a year before month; null before the first month of the data
--   last_year_base  BIGINT   the base of last_year
--   verdict         VARCHAR  of a rate against previous: higher, lower, or unclear where Newcombe's 95 % interval of the
--                            difference holds 0; null where a base is below 20
--   numerator       BIGINT   what the rate counts, of base; null for counts and costs
--   cost            DOUBLE   what the cost is, in all, of base; null for counts and rates
--   target_verdict  VARCHAR  reached or missed, of a rate where the whole interval is, else unclear, as with a base below
--                            20; null where reached is, and of a count or a cost under a filter: its target is the whole
--                            company's
with

month as (
    -- $to_month, where it has begun
    select
        month,
        starts_at,
        ends_at,
        least(ends_at, $as_of) as seen_to,
        ends_at <= $as_of as is_over,
        (month - interval 1 month)::date as previous_month,
        case
            when month - interval 1 year >= date_trunc('month', settings.first_lead_at::timestamp)
                then (month - interval 1 year)::date
        end as last_year_month
    from months_between($to_month, $to_month, $as_of)
    cross join settings
),

-- of a month that is not over the same days of the others; what is booked by whole months goes to whole_ends_at
periods as (
    select 'now' as period, month, starts_at, seen_to as ends_at, seen_to as whole_ends_at
    from month
    union all
    select
        earlier.period,
        earlier.month,
        local_midnight(earlier.month),
        case
            when month.is_over then local_midnight(earlier.month + interval 1 month)
            else least(
                local_midnight(earlier.month + interval 1 month),
                (earlier.month::timestamp + ($as_of::timestamp - month.month::timestamp))::timestamptz
            )
        end,
        local_midnight(earlier.month + interval 1 month)
    from month
    cross join (
        select 'previous' as period, previous_month as month from month
        union all
        select 'last_year', last_year_month from month where last_year_month is not null
    ) as earlier
),

path_ends as (
    select max(rank) as won_rank from stages where kind = 'won'
),

counts as (
    select
        periods.period,
        kpi,
        count(*) filter (where happened_at < periods.ends_at) as value,
        count(*) as whole_value
    from counted_events($scope, $as_of)
    join periods on happened_at >= periods.starts_at and happened_at < periods.whole_ends_at
    group by periods.period, kpi
),

-- conversions
steps as (
    select 'mql_to_sql' as kpi, mql_stage as from_stage, sql_stage as to_stage
    from settings
    where mql_rank < sql_rank
    union all
    select 'sql_to_won', sql_stage, (select stage from stages where kind = 'won')
    from settings
    cross join path_ends
    where sql_rank < won_rank
),

mature as (
    select max(months.month) as month
    from settings
    cross join months_between(
        date_trunc('month', settings.first_lead_at::timestamp)::date, $to_month, $as_of
    ) as months
    where days_later(months.ends_at, $window_days) <= $as_of
),

cohort_months as (
    select 'now' as period, month from mature where month is not null
    union all
    select 'previous', (month - interval 1 month)::date from mature where month is not null
    union all
    select 'last_year', (mature.month - interval 1 year)::date
    from mature
    cross join settings
    where mature.month - interval 1 year >= date_trunc('month', settings.first_lead_at::timestamp)
),

walked as (
    select 'mql_to_sql' as kpi, from_at, converted_at
    from journeys((select mql_stage from settings), (select sql_stage from settings), null, $scope, $as_of)
    union all
    select 'sql_to_won', from_at, converted_at
    from journeys(
        (select sql_stage from settings), (select stage from stages where kind = 'won'), null, $scope, $as_of
    )
),

cohorts as (
    select
        steps.kpi,
        cohort_months.period,
        cohort_months.month,
        count(walked.from_at) as base,
        count(*) filter (
            where us_between(walked.from_at, walked.converted_at) < window_us($window_days)
        ) as part
    from steps
    cross join cohort_months
    left join walked
        on steps.kpi = walked.kpi
        and walked.from_at >= local_midnight(cohort_months.month)
        and walked.from_at < local_midnight(cohort_months.month + interval 1 month)
    group by steps.kpi, cohort_months.period, cohort_months.month
),

-- attainment of the clocks due in the period
judged as (
    select policy, due_at, state
    from ended_clocks_at($scope, $as_of)
    union all
    select policy, due_at, state
    from unended_clocks_at($scope, $as_of)
    where not is_ended
),

attainments as (
    select
        periods.period,
        policies.policy as kpi,
        count(*) filter (where clocks.state in ('met', 'late', 'missed', 'overdue')) as base,
        count(*) filter (where clocks.state = 'met') as part
    from periods
    cross join policies
    left join (
        select policy::varchar as policy, due_at, state
        from judged
        where due_at >= (select min(starts_at) from periods)
            and due_at < (select max(ends_at) from periods)
    ) as clocks
        on policies.policy = clocks.policy
        and clocks.due_at >= periods.starts_at
        and clocks.due_at < periods.ends_at
    group by periods.period, policies.policy
),

-- silent leads at the period's end
awake as (
    select periods.period, count(*) as base
    from periods
    join in_scope('stage_spells', $scope, $as_of) as spells
        on spells.entered_at < periods.ends_at
        and (spells.left_at is null or spells.left_at >= periods.ends_at)
        and spells.created_at < periods.ends_at
    where spells.stage not in (select stage::stage_key from excluded_stages)
    group by periods.period
),

silent as (
    select periods.period, count(*) as part
    from periods
    join in_scope('silent_spells', $scope, $as_of) as spells
        on spells.from_at < periods.ends_at
        and (spells.to_at is null or spells.to_at >= periods.ends_at)
    group by periods.period
),

-- costs: by channel, its group and campaign; any other filter leaves them unknown
cost_rows as (
    select row_number() over () as cost_no, costs.*, channel_group
    from costs
    left join channel_group_channels using (channel)
),

allowed as (
    select unnest($scope['dimensions']::varchar[]) as dimension, unnest($scope['values']::varchar[]) as value
),

chosen_costs as (
    select cost_no
    from cost_rows
    where len($scope['filtered']) = 0
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
    where len($scope['filtered']) > 0
    group by cost_no
    having count(*) = len($scope['filtered'])
),

spent as (
    select periods.period, sum(cost)::double as cost
    from periods
    join cost_rows using (month)
    semi join chosen_costs using (cost_no)
    group by periods.period
),

cost_names (kpi, counted) as (
    values ('cpl', 'leads'), ('cost_per_mql', 'mql'), ('cost_per_sql', 'sql'), ('cpa', 'won')
),

figures as (
    select 0 as part_no, position, kpi, period, month, value::double as value, null::bigint as base,
        null::bigint as part, null::double as cost
    from (
        select position, names.kpi, periods.period, periods.month,
            case when milestones.rank is not null then coalesce(counts.value, 0) end as value
        from (values (0, 'leads'), (1, 'mql'), (2, 'sql'), (3, 'opportunity'), (4, 'won')) as names (position, kpi)
        cross join periods
        join (
            select 'leads' as kpi, 0 as rank
            union all
            select 'mql', mql_rank from settings
            union all
            select 'sql', sql_rank from settings
            union all
            select 'opportunity', opportunity_rank from settings
            union all
            select 'won', won_rank from path_ends
        ) as milestones on names.kpi = milestones.kpi
        left join counts on names.kpi = counts.kpi and periods.period = counts.period
    ) as counted
    union all
    select 1, position, names.kpi, periods.period, cohorts.month, rate(part, cohorts.base), cohorts.base, part,
        null
    from (values (0, 'mql_to_sql'), (1, 'sql_to_won')) as names (position, kpi)
    cross join periods
    left join cohorts on names.kpi = cohorts.kpi and periods.period = cohorts.period
    union all
    select 2, policies.position, policies.policy, periods.period, periods.month, rate(part, base), base, part, null
    from policies
    cross join periods
    join attainments on policies.policy = attainments.kpi and periods.period = attainments.period
    where policies.policy in (select kpi from targets)
    union all
    select 3, 0, 'dormant_share', periods.period, periods.month,
        rate(coalesce(silent.part, 0), awake.base), coalesce(awake.base, 0), coalesce(silent.part, 0), null
    from periods
    left join awake using (period)
    left join silent using (period)
    union all
    select 4, row_number() over (partition by periods.period) - 1, cost_names.kpi, periods.period, periods.month,
        case when month.is_over or periods.period <> 'now' then rate(spent.cost, counts.whole_value) end,
        coalesce(counts.whole_value, 0), null,
        case when month.is_over or periods.period <> 'now' then spent.cost end
    from cost_names
    cross join periods
    cross join month
    left join spent using (period)
    left join counts on cost_names.counted = counts.kpi and periods.period = counts.period
),

compared as (
    select
        figures.part_no,
        figures.position,
        figures.kpi,
        figures.month,
        figures.value,
        figures.base,
        figures.part,
        figures.cost,
        wilson_low(figures.part, figures.base) as ci_low,
        wilson_high(figures.part, figures.base) as ci_high,
        before.value as previous,
        before.base as previous_base,
        change_verdict(before.part, before.base, figures.part, figures.base) as verdict,
        last_year.value as last_year,
        last_year.base as last_year_base,
        target_spans.target,
        case
            when figures.part_no <> 1 and not month.is_over then null
            when figures.part_no >= 3 then figures.value <= target_spans.target
            else figures.value >= target_spans.target
        end as reached
    from figures
    cross join month
    left join figures as before
        on figures.kpi = before.kpi and figures.part_no = before.part_no and before.period = 'previous'
    left join figures as last_year
        on figures.kpi = last_year.kpi and figures.part_no = last_year.part_no and last_year.period = 'last_year'
    left join target_spans
        on figures.kpi = target_spans.kpi and figures.month is not null
        and (target_spans.from_on is null or target_spans.from_on <= last_day(figures.month))
        and (target_spans.to_on is null or target_spans.to_on > last_day(figures.month))
    where figures.period = 'now'
)

select
    kpi,
    month,
    value,
    base,
    ci_low,
    ci_high,
    previous,
    target,
    reached,
    coalesce(is_small(base), false) as small,
    previous_base,
    last_year,
    last_year_base,
    verdict,
    part as numerator,
    cost,
    case
        when reached is null then null
        when part_no = 3 then target_verdict(-ci_high, -ci_low, base, -target)
        when part is not null then target_verdict(ci_low, ci_high, base, target)
        when len($scope['filtered']) > 0 then null
        when coalesce(is_small(base), false) then 'unclear'
        when reached then 'reached'
        else 'missed'
    end as target_verdict
from compared
order by part_no, position;
