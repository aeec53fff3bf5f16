-- threshold_curve: if MQL meant a score of at least so many points, how many would there be and how many go on?
-- grain: threshold: 0, $step, … up to the highest score that a lead ever had (no more than the first 10,000)
-- A lead crosses a threshold when its score first reaches it; what it had before all changes counts from creation. At
-- one instant the crossing comes before the reach of $to_stage.
-- columns:
--   threshold      DOUBLE  points
--   crossed        BIGINT  leads that crossed it in the months, before they had reached $to_stage
--   mature         BIGINT  of these, those whose $window_days are over
--   converted      BIGINT  of the mature, reached $to_stage within $window_days
--   rate           DOUBLE  converted / mature, 0…1
--   ci_low         DOUBLE  Wilson 95 % interval of the rate
--   ci_high        DOUBLE  the same
--   captured_rate  DOUBLE  of the leads that reached $to_stage in the months, the share that had crossed by then
--   per_month      DOUBLE  crossed / months, a running one whole
--   calls_per_day  DOUBLE  calls that the crossed need per day with opening hours in the months, up to and with the day
--                          of $as_of; null where the rules say no calls per MQL
with

months as (
    select * from span_of_months($from_month, $to_month, $as_of)
),

highest as (
    select max(max_score) as score
    from in_scope('score_spells', $scope, $as_of)
    where from_at < $as_of and (to_at is null or to_at >= $as_of)
),

thresholds as (
    select step, round(step * $step, 9) as threshold
    from generate_series(0, (select coalesce(steps_reached(score, $step, 9999), -1) from highest)) as steps (step)
),

-- every rise to a score that the lead never had: the thresholds from first_step to last_step are crossed at it
rises as (
    select
        coalesce(steps_reached(records.former_score, $step, 9999), -1) + 1 as first_step,
        steps_reached(records.score, $step, 9999) as last_step,
        records.happened_at >= months.starts_at and records.happened_at < months.ends_at as is_crossed,
        us_between(records.happened_at, $as_of) >= window_us($window_days) as is_mature,
        us_between(records.happened_at, reaches.reached_at) < window_us($window_days) as is_converted,
        reaches.reached_at >= months.starts_at and reaches.reached_at < months.ends_at as is_captured
    from in_scope('score_records', $scope, $as_of) as records
    cross join months
    left join first_reaches($to_stage, $as_of) as reaches using (lead_no)
    where records.happened_at < $as_of
        and (reaches.reached_at is null or (not reaches.is_assumed and records.happened_at <= reaches.reached_at))
),

counted as (
    select
        first_step,
        last_step,
        count(*) filter (where is_crossed) as crossed,
        count(*) filter (where is_crossed and is_mature) as mature,
        count(*) filter (where is_crossed and is_mature and is_converted) as converted,
        count(*) filter (where is_captured) as captured
    from rises
    where last_step >= first_step
    group by first_step, last_step
),

-- one more from the first threshold on, one less after the last
changes as (
    select first_step as step, crossed, mature, converted, captured from counted
    union all
    select last_step + 1, -crossed, -mature, -converted, -captured from counted
),

changed as (
    select step, sum(crossed) as crossed, sum(mature) as mature, sum(converted) as converted,
        sum(captured) as captured
    from changes
    group by step
),

curve as (
    select
        thresholds.threshold,
        coalesce(sum(changed.crossed) over so_far, 0)::bigint as crossed,
        coalesce(sum(changed.mature) over so_far, 0)::bigint as mature,
        coalesce(sum(changed.converted) over so_far, 0)::bigint as converted,
        coalesce(sum(changed.captured) over so_far, 0)::bigint as captured
    from thresholds
    left join changed using (step)
    window so_far as (order by thresholds.step)
),

arrived as (
    select count(*) as leads
    from in_scope('leads', $scope, $as_of)
    join first_reaches($to_stage, $as_of) as reaches using (lead_no)
    cross join months
    where not reaches.is_assumed
        and reaches.reached_at >= months.starts_at and reaches.reached_at < months.ends_at
),

open_days as (
    select count(distinct windows.local_date) as days
    from business_windows as windows
    cross join months
    where windows.opens_at >= months.starts_at and windows.opens_at < months.ends_at
        and windows.local_date <= local_date($as_of)
)

select
    curve.threshold,
    curve.crossed,
    curve.mature,
    curve.converted,
    rate(curve.converted, curve.mature) as rate,
    wilson_low(curve.converted, curve.mature) as ci_low,
    wilson_high(curve.converted, curve.mature) as ci_high,
    rate(curve.captured, arrived.leads) as captured_rate,
    rate(curve.crossed, months.months) as per_month,
    rate(curve.crossed * settings.calls_per_mql, open_days.days) as calls_per_day
from curve
cross join arrived
cross join months
cross join open_days
cross join settings
order by curve.threshold;
