-- clock_ends: when and how each clock ended, every event at the instant at which it is recorded.
-- grain: policy, lead_no, started_at, event_no, seq
create temp view clock_ends as
    with

    numbered as (
        select
            row_number() over (order by policy, lead_no, started_at, event_no, seq) as clock_no,
            *
        from clock_beginnings
    ),

    self_stops as (
        -- the start itself is among the stops: it counts only if another event lies at its instant
        select clock_no
        from numbered
        join activities using (event_no)
        join policy_stops
            on numbered.policy = policy_stops.policy
            and policy_stops.kind = 'activity'
            and policy_stops.name = activities.type
        join policies on numbered.policy = policies.policy
        where numbered.seq is null and (activities.is_contact or not policies.connected_only)
        union
        select clock_no
        from numbered
        join stage_spells using (lead_no, seq)
        join policy_stops
            on numbered.policy = policy_stops.policy
            and policy_stops.kind = 'stage'
            and policy_stops.name = stage_spells.stage
    ),

    next_stops as (
        select
            numbered.clock_no,
            case
                when policies.is_cadence then later.stopped_at
                when at_start.events > (self_stops.clock_no is not null)::integer then numbered.started_at
                else later.stopped_at
            end as stopped_at
        from numbered
        join policies using (policy)
        left join self_stops using (clock_no)
        left join clock_stops as at_start
            on numbered.policy = at_start.policy
            and numbered.lead_no = at_start.lead_no
            and numbered.started_at = at_start.stopped_at
        asof left join clock_stops as later
            on numbered.policy = later.policy
            and numbered.lead_no = later.lead_no
            and numbered.started_at < later.stopped_at
    ),

    closes as (
        select
            numbered.clock_no,
            min(later.entered_at) as closed_at
        from numbered
        join policies using (policy)
        join stages as start_stages on policies.start_stage = start_stages.stage
        join stage_spells as later using (lead_no)
        where later.seq > numbered.seq
            and (later.kind in ('lost', 'dormant') or later.rank < start_stages.rank or policies.is_cadence)
            and later.entered_at >= numbered.started_at
        group by clock_no
        union all
        select numbered.clock_no, min(later.entered_at)
        from numbered
        join stage_spells as later using (lead_no)
        where numbered.seq is null
            and later.kind in ('lost', 'dormant')
            and not later.is_assumed
            and later.entered_at >= numbered.started_at
        group by clock_no
    )

    select
        numbered.clock_no,
        numbered.policy,
        numbered.lead_no,
        numbered.started_at,
        numbered.event_no,
        numbered.seq,
        case when closes.closed_at < next_stops.stopped_at then null else next_stops.stopped_at end
            as stopped_at,
        case
            when next_stops.stopped_at is null or closes.closed_at < next_stops.stopped_at
                then closes.closed_at
        end as closed_at
    from numbered
    join next_stops using (clock_no)
    left join closes using (clock_no);

-- clocks: one row per start: when it was due, when and how it ended.
-- grain: policy, lead_no, started_at, event_no
--   stopped_at          the stop, null where none or where it closed before
--   closed_at           lost, dormant or back before any stop (a cadence: left the stage)
--   standing_to         when it ended; null = open at the end of the data, or it rests on a range
--   owner               just before the stop or close; null also where it is still open
--   range_no            the clock in clock_extremes; null = it rests on no range
--   started_us, due_us, ended_us  business time gone by then, microseconds (elapsed policies: wall time)
-- Clocks of like length side by side, as the spells.
create table clocks as
select
    measured.policy::policy_key as policy,
    measured.lead_no,
    leads.created_at,
    measured.started_at,
    measured.due_at,
    measured.stopped_at,
    measured.closed_at,
    measured.ended_at,
    case when unsure_starts.range_no is null then measured.ended_at end as standing_to,
    owner_spells.owner,
    measured.started_us,
    measured.due_us,
    measured.ended_us,
    coalesce(clock_stops.is_activity, false) as is_stopped_by_activity,
    unsure_starts.range_no
from clock_lengths('clock_ends') as measured
join leads using (lead_no)
left join clock_stops
    on measured.policy = clock_stops.policy
    and measured.lead_no = clock_stops.lead_no
    and measured.stopped_at = clock_stops.stopped_at
left join unsure_starts
    on measured.policy = unsure_starts.policy
    and measured.lead_no = unsure_starts.lead_no
    and measured.started_at = unsure_starts.started_at
    and measured.event_no = unsure_starts.event_no
    and measured.seq is not distinct from unsure_starts.seq
asof left join owner_spells
    on measured.lead_no = owner_spells.lead_no and measured.ended_at > owner_spells.from_at
order by
    floor(log2(greatest(1, epoch_us(standing_to) - epoch_us(measured.started_at))) / 2) nulls last,
    measured.started_at,
    measured.policy,
    measured.lead_no;
