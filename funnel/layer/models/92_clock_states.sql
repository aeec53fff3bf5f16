-- How clocks stood at an instant. An event at or after it is not seen.
--   state          of a clock that is over: met, late, exempt, missed; of an open one: overdue, due_today, at_risk,
--                  pending; undeterminable where the extremes of its ranges disagree (41_clock_ranges), or where it
--                  may not have started yet
--   elapsed_hours  start to stop, close or as_of: business hours, wall hours for elapsed policies
--   late_hours     due to the same end, 0 where not late
--   due_from, due_to, least_… and most_…  the same over the extremes; null where the clock rests on no range
-- What is not an extreme is reckoned from the instants as recorded.

create macro open_state(as_of, due_at, now_us, started_us, due_us, at_risk) as case
    when as_of > due_at then 'overdue'
    when local_date(due_at) = local_date(as_of) then 'due_today'
    when due_us - now_us <= at_risk * (due_us - started_us) then 'at_risk'
    else 'pending'
end;
create macro ended_state(due_at, stopped_at, closed_at) as case
    when stopped_at <= due_at then 'met'
    when stopped_at > due_at then 'late'
    when closed_at <= due_at then 'exempt'
    else 'missed'
end;

-- the place of a bucket of response_times
create macro response_bucket(hours) as case
    when hours <= 1 then 0
    when hours <= 4 then 1
    when hours <= 8 then 2
    when hours <= 24 then 3
    when hours <= 48 then 4
    else 5
end;

-- the clocks that rest on a range, as far as any extreme of theirs had started before as_of
--   is_open                 open in some extreme
--   is_stopped_by_activity  in every extreme
create macro range_states_at(as_of) as table
with

seen as (
    select
        clocks.* exclude (is_void),
        coalesce(ended_at < as_of, false) as is_ended,
        is_void or started_at >= as_of as is_void,
        policies.at_risk,
        case when policies.due_kind = 'elapsed_hours' then epoch_us(as_of) else business_us(as_of) end as now_us
    from clock_extremes as clocks
    join (
        select policy::policy_key as policy, due_kind, at_risk from policies
    ) as policies using (policy)
),

judged as (
    select
        *,
        case
            when is_ended then ended_state(due_at, stopped_at, closed_at)
            else open_state(as_of, due_at, now_us, started_us, due_us, at_risk)
        end as state,
        (if(is_ended, ended_us, now_us) - started_us) / 3600000000 as elapsed_hours,
        greatest(0, if(is_ended, ended_us, now_us) - due_us) / 3600000000 as late_hours
    from seen
)

select
    range_no,
    case
        when bool_or(is_void) or min(state) < max(state) then 'undeterminable'
        else min(state)
    end as state,
    bool_or(not is_void and not is_ended) as is_open,
    bool_and(not is_void and is_ended and is_stopped_by_activity) as is_stopped_by_activity,
    min(due_at) filter (where not is_void) as due_from,
    max(due_at) filter (where not is_void) as due_to,
    min(elapsed_hours) filter (where not is_void) as least_elapsed_hours,
    max(elapsed_hours) filter (where not is_void) as most_elapsed_hours,
    min(late_hours) filter (where not is_void) as least_late_hours,
    max(late_hours) filter (where not is_void) as most_late_hours
from judged
group by range_no
having not bool_and(is_void);

-- the clocks that as_of has not seen end, and those that rest on a range whether they end or not
--   is_ended  the recorded stop or close is seen
--   is_open   open, or perhaps
create macro unended_clocks_at(scope, as_of) as table
with

seen as (
    select
        clocks.* exclude (is_stopped_by_activity),
        ranges.* exclude (range_no, is_stopped_by_activity),
        coalesce(clocks.ended_at < as_of, false) as is_ended,
        policies.at_risk,
        case when policies.due_kind = 'elapsed_hours' then epoch_us(as_of) else business_us(as_of) end as now_us
    from in_scope('clocks', scope, as_of) as clocks
    join (
        select policy::policy_key as policy, due_kind, at_risk from policies
    ) as policies using (policy)
    left join range_states_at(as_of) as ranges using (range_no)
    where (clocks.standing_to is null or clocks.standing_to >= as_of)
        and if(clocks.range_no is null, clocks.started_at < as_of, ranges.range_no is not null)
)

select
    policy,
    lead_no,
    started_at,
    due_at,
    coalesce(state, open_state(as_of, due_at, now_us, started_us, due_us, at_risk)) as state,
    greatest(0, if(is_ended, ended_us, now_us) - started_us) / 3600000000 as elapsed_hours,
    greatest(0, if(is_ended, ended_us, now_us) - due_us) / 3600000000 as late_hours,
    is_ended,
    coalesce(is_open, true) as is_open,
    due_from,
    due_to,
    least_elapsed_hours,
    most_elapsed_hours,
    least_late_hours,
    most_late_hours
from seen;

-- the clocks that were open at as_of, or may have been
create macro open_clocks_at(scope, as_of) as table
select * exclude (is_ended, is_open)
from unended_clocks_at(scope, as_of)
where is_open;

-- the clocks that as_of has seen start and end
--   owner                   just before the stop or close
--   is_stopped_by_activity  in every extreme
create macro ended_clocks_at(scope, as_of) as table
select
    policy,
    lead_no,
    started_at,
    due_at,
    case when stopped_at < as_of then stopped_at end as stopped_at,
    case when closed_at < as_of then closed_at end as closed_at,
    owner,
    if(range_no is null, clocks.is_stopped_by_activity, ranges.is_stopped_by_activity) as is_stopped_by_activity,
    coalesce(ranges.state, ended_state(due_at, stopped_at, closed_at)) as state,
    (ended_us - started_us) / 3600000000 as elapsed_hours,
    case when ended_at > due_at then (ended_us - due_us) / 3600000000 else 0 end as late_hours,
    due_from,
    due_to,
    least_elapsed_hours,
    most_elapsed_hours,
    least_late_hours,
    most_late_hours
from in_scope('clocks', scope, as_of) as clocks
left join range_states_at(as_of) as ranges using (range_no)
where started_at < as_of and ended_at < as_of;

-- every clock that had started before as_of, or may have; owner of an open one: at as_of
create macro clocks_at(scope, as_of) as table
select * from ended_clocks_at(scope, as_of)
union all
select
    policy,
    lead_no,
    started_at,
    due_at,
    null,
    null,
    owners.owner,
    false,
    state,
    elapsed_hours,
    late_hours,
    due_from,
    due_to,
    least_elapsed_hours,
    most_elapsed_hours,
    least_late_hours,
    most_late_hours
from unended_clocks_at(scope, as_of)
left join owners_at(as_of) as owners using (lead_no)
where not is_ended;
