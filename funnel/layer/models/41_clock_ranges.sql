-- The clocks that rest on events of which only a range is known (event_ranges). Each is run in every extreme, by the
-- same rules as all others:
--   the start     at its earliest and at its latest instant, and where stops and stage changes lie between them also
--                 at and just after each of these
--   stage changes all at their earliest, all at their latest instant, or each as near to the start as its range lets
--                 it; their order is known, so after the entry that starts a clock none happened before it
--   activities    the same, independently of the stage changes
-- In an extreme in which a stop stage covers the start, or the lead had left the cadence's stage, there is no clock.
-- All of this is empty where every event is dated.

-- ranged_leads: the leads with a range that a clock can rest on.
create temp table ranged_leads as
select lead_no from stage_ranges
union
select lead_no from score_ranges
union
select event_ranges.lead_no
from event_ranges
join activities using (event_no)
where activities.type::varchar in (select type from policy_starts)
    or activities.type::varchar in (select name from policy_stops where kind = 'activity');

-- stage_times: every stage of these leads, with the earliest and the latest instant of its entry and exit.
-- grain: lead_no, seq
create temp table stage_times as
select
    lead_no,
    seq,
    stage,
    rank,
    kind,
    is_assumed,
    coalesce(entered_from, entered_at) as early_at,
    entered_at as late_at,
    coalesce(left_from, left_at) as left_early_at,
    left_at as left_late_at
from stage_spells
semi join ranged_leads using (lead_no)
left join stage_ranges using (lead_no, seq);

-- stop_times: everything that can stop a clock of a policy of these leads.
-- grain: as clock_stop_events
create temp table stop_times as
select
    stops.policy,
    stops.lead_no,
    stops.event_no,
    stops.seq,
    stops.is_activity,
    coalesce(stage_times.early_at, event_ranges.not_before, stops.stopped_at) as early_at,
    stops.stopped_at as late_at
from clock_stop_events as stops
semi join ranged_leads using (lead_no)
left join stage_times using (lead_no, seq)
left join event_ranges on stops.is_activity and stops.event_no = event_ranges.event_no;

-- ranged_starts: every start of a clock of these leads.
-- grain: range_no
--   started_from  the earliest instant; the latest is started_at
--   is_chained    a later clock of a cadence: started by the stop before
create temp table ranged_starts as
with

began as (
    select
        clock_beginnings.*,
        policies.start_kind,
        policies.is_cadence,
        stage_times.rank,
        stage_times.early_at,
        coalesce(clock_beginnings.started_at > stage_times.late_at, false) as is_chained
    from clock_beginnings
    semi join ranged_leads using (lead_no)
    join policies using (policy)
    left join stage_times using (lead_no, seq)
),

former_stops as (
    select policy, lead_no, late_at as started_at, min(early_at) as early_at
    from stop_times
    group by all
)

select
    row_number() over (order by policy, began.lead_no, started_at, began.event_no, seq) as range_no,
    policy,
    began.lead_no,
    started_at,
    began.event_no,
    seq,
    is_cadence,
    rank,
    is_chained,
    case
        when is_chained then greatest(began.early_at, former_stops.early_at)
        when seq is not null then began.early_at
        when start_kind = 'score' then coalesce(score_ranges.earliest_at, started_at)
        else coalesce(event_ranges.not_before, started_at)
    end as started_from
from began
left join former_stops using (policy, lead_no, started_at)
left join event_ranges on began.event_no = event_ranges.event_no
left join score_ranges on began.lead_no = score_ranges.lead_no and began.started_at = score_ranges.from_at;

-- clock_cases: the extremes of each clock; starts_at is the instant of the start in it.
-- grain: case_no
create temp table clock_cases as
with

between_times as (
    select range_no, unnest([early_at, late_at]) as happens_at
    from ranged_starts
    join stop_times using (policy, lead_no)
    where started_from < started_at
    union
    select range_no, unnest([early_at, late_at])
    from ranged_starts
    join stage_times using (lead_no)
    where started_from < started_at
),

instants as (
    select range_no, started_from as starts_at from ranged_starts
    union
    select range_no, started_at from ranged_starts
    union
    select range_no, make_timestamptz(epoch_us(happens_at) + later.us)
    from ranged_starts
    join between_times using (range_no)
    cross join (values (0), (1)) as later (us)
    where happens_at >= started_from and happens_at < started_at
),

sides (side) as (
    values ('late'), ('held'), ('early')
),

ranged_acts as (
    select distinct policy, lead_no from stop_times where is_activity and early_at < late_at
)

select
    row_number() over () as case_no,
    range_no,
    instants.starts_at,
    stage_sides.side as stage_side,
    act_sides.side as act_side
from ranged_starts
join instants using (range_no)
join sides as stage_sides
    on stage_sides.side = 'late'
    or (
        lead_no in (select lead_no from stage_ranges)
        and (stage_sides.side = 'held' or seq is null or is_chained)
    )
join sides as act_sides
    on act_sides.side = 'late' or (policy, lead_no) in (select (policy, lead_no) from ranged_acts);

create temp macro instant_of(side, earliest_at, latest_at, starts_at) as case side
    when 'early' then earliest_at
    when 'held' then least(latest_at, greatest(earliest_at, starts_at))
    else latest_at
end;

-- clock_outcomes: how each clock ends in each extreme, those that come out alike only once; a clock that comes out
-- alike in all of them rests on no range.
-- grain: clock_no
create temp table clock_outcomes as
with

cases as (
    select * from clock_cases join ranged_starts using (range_no)
),

stops as (
    select
        case_no,
        starts_at,
        is_cadence,
        stop_times.is_activity,
        instant_of(
            case when stop_times.is_activity then act_side else stage_side end,
            stop_times.early_at,
            stop_times.late_at,
            starts_at
        ) as stops_at
    from cases
    join stop_times using (policy, lead_no)
    where case
        when cases.seq is null then cases.event_no <> stop_times.event_no or not stop_times.is_activity
        when stop_times.is_activity then not is_chained or stop_times.late_at <> started_at
        else stop_times.seq <> cases.seq and stop_times.late_at >= started_at
    end
),

first_stops as (
    select case_no, min(stops_at) as stops_at, min(stops_at) filter (where is_activity) as answered_at
    from stops
    where stops_at > starts_at or (stops_at = starts_at and not is_cadence)
    group by case_no
),

closes as (
    select
        case_no,
        starts_at,
        instant_of(stage_side, later.early_at, later.late_at, starts_at) as closes_at
    from cases
    join stage_times as later using (lead_no)
    where case
        when cases.seq is null then later.kind in ('lost', 'dormant') and not later.is_assumed
        else later.seq > cases.seq
            and (later.kind in ('lost', 'dormant') or coalesce(later.rank < cases.rank, false) or is_cadence)
    end
),

first_closes as (
    select case_no, min(closes_at) as closes_at
    from closes
    where closes_at >= starts_at
    group by case_no
),

voids as (
    select distinct case_no
    from cases
    join stage_times using (lead_no)
    left join policy_stops
        on cases.policy = policy_stops.policy
        and policy_stops.kind = 'stage'
        and stage_times.stage::varchar = policy_stops.name
    where case
        when cases.seq is null
            then policy_stops.name is not null
                and (
                    stage_times.is_assumed
                    or instant_of(stage_side, early_at, late_at, starts_at) < starts_at
                )
                and (
                    left_late_at is null
                    or instant_of(stage_side, left_early_at, left_late_at, starts_at) > starts_at
                )
        else is_chained
            and stage_times.seq = cases.seq
            and left_late_at is not null
            and instant_of(stage_side, left_early_at, left_late_at, starts_at) <= starts_at
    end
),

ends as (
    select
        range_no,
        voids.case_no is not null as is_void,
        case when is_void then started_at else starts_at end as started_at,
        case when not is_void and not coalesce(closes_at < stops_at, false) then stops_at end as stopped_at,
        case when not is_void and coalesce(closes_at < stops_at, true) then closes_at end as closed_at,
        coalesce(stopped_at = answered_at, false) as is_stopped_by_activity
    from cases
    left join first_stops using (case_no)
    left join first_closes using (case_no)
    left join voids using (case_no)
),

outcomes as (
    select distinct * from ends
)

select
    row_number() over (
        order by range_no, outcomes.started_at, stopped_at, closed_at, is_void, is_stopped_by_activity
    ) as clock_no,
    policy,
    outcomes.*
from outcomes
join ranged_starts using (range_no)
qualify count(*) over (partition by range_no) > 1;

-- unsure_starts: the starts of the clocks that do not come out alike.
-- grain: range_no
create temp table unsure_starts as
select range_no::integer as range_no, policy, lead_no, started_at, event_no, seq
from ranged_starts
semi join clock_outcomes using (range_no);

-- clock_extremes: the clocks that rest on a range, as they would be in each extreme; empty where every event is dated.
-- grain: range_no (the clock: clocks.range_no), then one row per outcome; the columns of clocks
--   is_void  there is no clock in this extreme
create table clock_extremes as
select
    range_no::integer as range_no,
    is_void,
    policy::policy_key as policy,
    started_at,
    due_at,
    stopped_at,
    closed_at,
    ended_at,
    started_us,
    due_us,
    ended_us,
    is_stopped_by_activity
from clock_lengths('clock_outcomes')
order by range_no, clock_no;
