-- delays: where does the time go, from meeting the agreed condition to the first conversation?
-- grain: step, in order; over leads whose hand-off (the first reach of mql) lies in the months and is dated
-- columns:
--   step          VARCHAR  qualified_to_handoff · handoff_to_owner · owner_to_attempt · attempt_to_contact
--   leads         BIGINT   leads that have both ends by $as_of, the first not after the second
--   median_hours  DOUBLE   wall-clock hours between them, median
--   p90_hours     DOUBLE   the same, 90 % are below
with

months as (
    select min(starts_at) as starts_at, max(ends_at) as ends_at
    from months_between($from_month, $to_month, $as_of)
),

handed as (
    select lead_no, reached_at, owned_at
    from handoffs_in_scope(null, $scope, $as_of)
    cross join months
    where is_first and reached_at >= months.starts_at and reached_at < months.ends_at
),

acts as (
    select
        lead_no,
        min(occurred_at) as attempted_at,
        min(occurred_at) filter (where is_contact) as contacted_at
    from activities
    join handed using (lead_no)
    where side = 'us' and occurred_at >= reached_at and occurred_at < $as_of
    group by lead_no
),

lives as (
    select
        handed.lead_no,
        case when qualified.qualified_at < $as_of then qualified.qualified_at end as qualified_at,
        handed.reached_at,
        handed.owned_at,
        acts.attempted_at,
        acts.contacted_at
    from handed
    left join acts using (lead_no)
    left join qualified using (lead_no)
),

steps as (
    select 0 as position, 'qualified_to_handoff' as step, qualified_at as from_at, reached_at as to_at from lives
    union all
    select 1, 'handoff_to_owner', reached_at, owned_at from lives
    union all
    select 2, 'owner_to_attempt', owned_at, attempted_at from lives
    union all
    select 3, 'attempt_to_contact', attempted_at, contacted_at from lives
),

listed (position, step) as (
    values (0, 'qualified_to_handoff'), (1, 'handoff_to_owner'), (2, 'owner_to_attempt'), (3, 'attempt_to_contact')
)

select
    listed.step,
    count(steps.step) as leads,
    quantile_cont(us_between(steps.from_at, steps.to_at) / 3600000000, 0.5) as median_hours,
    quantile_cont(us_between(steps.from_at, steps.to_at) / 3600000000, 0.9) as p90_hours
from listed
left join steps on listed.step = steps.step and steps.from_at <= steps.to_at
group by listed.step, listed.position
order by listed.position;
