-- next_steps: what is there to bring down at $as_of: deadlines past, leads over their limits, leads that are nobody's?
-- grain: task × policy or stage, in the order of the rules; only where something is
-- columns:
--   task     VARCHAR  overdue, over_limit or unassigned
--   name     VARCHAR  overdue: policy key; over_limit: stage key of the path; null = unassigned
--   count    BIGINT   open clocks past their deadline, or leads
--   of_task  BIGINT   the same of the whole task
with

found as (
    select 0 as task_no, 'overdue' as task, policy::varchar as name, count(*) as count
    from open_clocks_at($scope, $as_of)
    where state = 'overdue'
    group by policy
    union all
    select 1, 'over_limit', stage::varchar, count(*)
    from ages_at(null, $scope, $as_of)
    where age > max_age
    group by stage
    union all
    select 2, 'unassigned', null, count(*)
    from unassigned_at($scope, $as_of)
    having count(*) > 0
),

placed as (
    select
        found.task_no,
        found.task,
        found.name,
        found.count,
        case when found.task = 'overdue' then policies.position else stages.position end as position
    from found
    left join policies on found.name = policies.policy
    left join stages on found.name = stages.stage
    where found.task <> 'over_limit' or stages.kind = 'path'
)

select
    task,
    name,
    count,
    (sum(count) over (partition by task))::bigint as of_task
from placed
order by task_no, position;
