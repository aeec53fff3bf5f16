-- overdue_ranges: the delays of the morning list that rest on events of which only a range is known, as of $as_of.
-- grain: policy, lead_id, due_at, in this order; only such clocks
-- columns:
--   policy            VARCHAR  policy key
--   lead_id           VARCHAR  lead
--   due_at            TIMESTAMP WITH TIME ZONE  the deadline as recorded
--   least_late_hours  DOUBLE   the least that late_hours can be
--   most_late_hours   DOUBLE   the most
select
    clocks.policy::varchar as policy,
    leads.lead_id,
    clocks.due_at,
    min(clocks.least_late_hours) as least_late_hours,
    max(clocks.most_late_hours) as most_late_hours
from open_clocks_at($scope, $as_of) as clocks
join leads using (lead_no)
where clocks.state in ('overdue', 'due_today', 'at_risk', 'undeterminable')
    and clocks.most_late_hours is not null
group by clocks.policy, leads.lead_id, clocks.due_at
order by clocks.policy, leads.lead_id, clocks.due_at;
