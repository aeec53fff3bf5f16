-- touches: how many acts of ours does it take, to an opportunity and to an appointment?
-- grain: span; one whose milestone the rules do not map is left out
-- columns:
--   span    VARCHAR  creation_to_opportunity = from creation until before the opportunity is reached ·
--                    mql_to_appointment = from the reach of mql, up to and with the first act there that brought one
--   leads   BIGINT   leads whose span ends in the months
--   median  DOUBLE   acts of ours per lead, median
--   p90     DOUBLE   the same, 90 % of the leads have at most so many
with

months as (
    select min(starts_at) as starts_at, max(ends_at) as ends_at
    from months_between($from_month, $to_month, $as_of)
),

spans (position, span, is_known) as (
    select 0, 'creation_to_opportunity', opportunity_rank is not null from settings
    union all
    select 1, 'mql_to_appointment', mql_rank is not null from settings
),

reached as (
    select kpi, lead_no, happened_at from counted_events($scope, $as_of) where kpi in ('mql', 'opportunity')
),

appointments as (
    select lead_no, occurred_at
    from activities
    where side = 'us' and outcome = 'appointment' and occurred_at < $as_of
),

ends as (
    select 'creation_to_opportunity' as span, lead_no, leads.created_at as from_at, happened_at as to_at,
        false as is_end_in
    from reached
    join leads using (lead_no)
    where kpi = 'opportunity'
    union all
    select 'mql_to_appointment', lead_no, happened_at, min(occurred_at), true
    from reached
    join appointments using (lead_no)
    where kpi = 'mql' and occurred_at >= happened_at
    group by lead_no, happened_at
),

counts as (
    select ends.span, ends.lead_no, count(touches.lead_no) as touches
    from ends
    cross join months
    left join touches
        on ends.lead_no = touches.lead_no
        and touches.occurred_at >= ends.from_at
        and (touches.occurred_at < ends.to_at or (ends.is_end_in and touches.occurred_at = ends.to_at))
    where ends.to_at >= months.starts_at and ends.to_at < months.ends_at
    group by ends.span, ends.lead_no
)

select
    spans.span,
    count(counts.lead_no) as leads,
    quantile_cont(counts.touches, 0.5)::double as median,
    quantile_cont(counts.touches, 0.9)::double as p90
from spans
left join counts using (span)
where spans.is_known
group by spans.span, spans.position
order by spans.position;
