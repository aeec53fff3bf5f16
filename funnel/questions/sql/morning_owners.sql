-- morning_owners: how much of the morning list is whose, at $as_of.
-- grain: owner (null = nobody); the fullest list first, then by name
-- columns:
--   owner      VARCHAR  who looks after the leads at $as_of
--   clocks     BIGINT   overdue, due today, at risk or undeterminable: the rows of overdue
--   overdue    BIGINT   of these, overdue
--   due_today  BIGINT   of these, due later today
--   at_risk    BIGINT   of these, with little of their time left
select
    owner,
    count(*) as clocks,
    count(*) filter (where state = 'overdue') as overdue,
    count(*) filter (where state = 'due_today') as due_today,
    count(*) filter (where state = 'at_risk') as at_risk
from open_clocks_at($scope, $as_of)
left join owners_at($as_of) as owners using (lead_no)
where state in ('overdue', 'due_today', 'at_risk', 'undeterminable')
group by owner
order by clocks desc, owner nulls last;
