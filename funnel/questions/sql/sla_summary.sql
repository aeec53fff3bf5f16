-- sla_summary: how well each agreed deadline is kept, as of $as_of; with months only clocks due in them.
-- grain: policy (in the order of the rules) × segment; segments of $by, where owner means the clock's
-- A clock that is undeterminable, because a range that an event happened in leaves its state open, counts in clocks and
-- in nothing else: in no state, not in the attainment, not in the hours.
-- columns:
--   policy          VARCHAR  policy key
--   segment         VARCHAR  value of the dimension $by; null without one
--   clocks          BIGINT   clocks
--   met             BIGINT   stopped in time
--   late            BIGINT   stopped after the deadline
--   missed          BIGINT   closed after the deadline without a stop
--   overdue         BIGINT   open, after the deadline
--   due_today       BIGINT   open, due on the local day of $as_of
--   at_risk         BIGINT   open, little of the time left
--   pending         BIGINT   open
--   exempt          BIGINT   closed before the deadline
--   attainment      DOUBLE   met / (met + late + missed + overdue) of the clocks due before $as_of, 0…1
--   ci_low          DOUBLE   Wilson 95 % interval of the attainment
--   ci_high         DOUBLE   the same
--   median_hours    DOUBLE   elapsed hours of the stopped clocks, median
--   p90_hours       DOUBLE   the same, 90 % of them are below
--   attained        BIGINT   met, of judged: a clock that is stopped before a deadline after $as_of is met, and not judged yet
--   judged          BIGINT   clocks due before $as_of that are met, late, missed or overdue: the base of the attainment
--   small           BOOLEAN  judged below 20
--   target          DOUBLE   of the version in force on the last day of the months, without months at $as_of
--   target_verdict  VARCHAR  reached or missed where the whole interval is, else unclear, as with fewer than 20; null without
--                            a target or a base
with

segments as (
    select lead_no, value as segment, position as segment_position
    from values_at([$by], $as_of)
    where $by is not null and $by <> 'owner'
),

-- the segment of owner is the clock's own
chosen as (
    select
        policy,
        state,
        elapsed_hours,
        case when $by = 'owner' then owner else segment end as segment,
        segment_position,
        is_judged,
        stopped_at is not null and state <> 'undeterminable' as is_measured
    from due_clocks($from_month, $to_month, $scope, $as_of)
    left join segments using (lead_no)
),

counts as (
    select
        policy,
        segment,
        segment_position,
        count(*) as clocks,
        count(*) filter (where state = 'met') as met,
        count(*) filter (where state = 'late') as late,
        count(*) filter (where state = 'missed') as missed,
        count(*) filter (where state = 'overdue') as overdue,
        count(*) filter (where state = 'due_today') as due_today,
        count(*) filter (where state = 'at_risk') as at_risk,
        count(*) filter (where state = 'pending') as pending,
        count(*) filter (where state = 'exempt') as exempt,
        count(*) filter (where is_judged and state = 'met') as kept,
        count(*) filter (where is_judged) as judged,
        quantile_cont(elapsed_hours, 0.5) filter (where is_measured) as median_hours,
        quantile_cont(elapsed_hours, 0.9) filter (where is_measured) as p90_hours
    from chosen
    group by policy, segment, segment_position
),

listed as (
    select null::varchar as segment, null::integer as segment_position
    where $by is null
    union
    select segment, segment_position from counts
)

select
    policies.policy,
    listed.segment,
    coalesce(clocks, 0) as clocks,
    coalesce(met, 0) as met,
    coalesce(late, 0) as late,
    coalesce(missed, 0) as missed,
    coalesce(overdue, 0) as overdue,
    coalesce(due_today, 0) as due_today,
    coalesce(counts.at_risk, 0) as at_risk,
    coalesce(pending, 0) as pending,
    coalesce(exempt, 0) as exempt,
    rate(kept, judged) as attainment,
    wilson_low(kept, judged) as ci_low,
    wilson_high(kept, judged) as ci_high,
    median_hours,
    p90_hours,
    coalesce(kept, 0) as attained,
    coalesce(judged, 0) as judged,
    is_small(coalesce(judged, 0)) as small,
    targets.target,
    target_verdict(wilson_low(kept, judged), wilson_high(kept, judged), judged, targets.target) as target_verdict
from policies
cross join listed
left join counts
    on policies.policy = counts.policy::varchar and listed.segment is not distinct from counts.segment
left join targets_on(
    coalesce(last_day($to_month::date), local_date($as_of - interval 1 microsecond))
) as targets on policies.policy = targets.kpi
order by policies.position, listed.segment_position nulls last, listed.segment nulls last;
