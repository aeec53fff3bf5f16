-- morning: what waits for someone at $as_of, in one row.
-- grain: one row
-- columns:
--   overdue            BIGINT  open clocks past their deadline
--   due_today          BIGINT  open clocks due later today
--   due_by_noon        BIGINT  of these, by noon
--   due_by_closing     BIGINT  of these, by the end of today's business hours
--   at_risk            BIGINT  open clocks with little of their time left
--   longest_late       DOUBLE  business hours past the deadline, the longest
--   unassigned         BIGINT  open leads without an owner
--   unassigned_days    DOUBLE  days since creation, the oldest of them
--   falling            BIGINT  leads about to fall silent
--   falling_this_week  BIGINT  of these, within seven days
--   hot_untouched      BIGINT  open leads in the highest band on which nobody of ours has ever acted
--   overdue_before     BIGINT  clocks that were open and past their deadline at $before
with

standing_clocks as (
    select * from open_clocks_at($scope, $as_of)
),

standing as (
    select
        count(*) filter (where state = 'overdue') as overdue,
        count(*) filter (where state = 'due_today') as due_today,
        count(*) filter (where state = 'due_today' and due_at <= local_date($as_of)::timestamptz + interval 12 hour)
            as due_by_noon,
        count(*) filter (
            where state = 'due_today'
                and due_at <= (select max(closes_at) from business_windows where local_date = local_date($as_of))
        ) as due_by_closing,
        count(*) filter (where state = 'at_risk') as at_risk
    from standing_clocks
),

latest as (
    -- in business hours whatever the policy counts in, so that delays can be compared
    select
        max(
            business_us($as_of) - us_before
            - least(epoch_us(due_at) - epoch_us(opens_at), epoch_us(closes_at) - epoch_us(opens_at))
        ) / 3600000000 as longest_late
    from (select due_at from standing_clocks where state = 'overdue') as overdue
    asof join business_windows on overdue.due_at >= business_windows.opens_at
),

before as (
    select count(*) as overdue_before
    from open_clocks_at($scope, $before)
    where state = 'overdue'
),

open_leads as (
    select lead_no, created_at
    from in_scope('stage_spells', $scope, $as_of)
    where kind = 'path' and entered_at < $as_of and (left_at is null or left_at >= $as_of)
),

unowned as (
    select count(*) as unassigned, max(days_between(created_at, $as_of)) as unassigned_days
    from unassigned_at($scope, $as_of)
),

hot as (
    select count(*) as hot_untouched
    from open_leads
    join bands_at($as_of) as bands using (lead_no)
    where bands.position = (select max(position) from bands)
        and lead_no not in (select lead_no from touches where touch_no = 1 and occurred_at < $as_of)
),

falling as (
    select
        count(*) as falling,
        count(*) filter (where silences.silent_at < days_later($as_of, 7)) as falling_this_week
    from in_scope('silences', $scope, $as_of) as silences
    join stages_at($as_of) as spells using (lead_no)
    where silences.reset_at < $as_of
        and silences.warned_at <= $as_of
        and silences.silent_at >= $as_of
        and (silences.ended_at is null or silences.ended_at >= $as_of)
        and spells.stage::varchar not in (select stage from excluded_stages)
)

select
    overdue,
    due_today,
    due_by_noon,
    due_by_closing,
    at_risk,
    longest_late::double as longest_late,
    unassigned,
    unassigned_days,
    falling,
    falling_this_week,
    hot_untouched,
    overdue_before
from standing
cross join latest
cross join before
cross join unowned
cross join hot
cross join falling;
