-- clock_starts: every event that starts a clock of a policy.
-- grain: policy, lead_no, started_at, event_no, seq
--   event_no  the activity that starts it (-1 = none), seq = the stage spell that starts it (null = none)
create type policy_key as enum (select policy from policies order by position);

create temp table policy_leads as
with

facts as (
    select lead_no, dimension, value from lead_values
    union all
    select lead_no, 'owner', owner from leads
    where 'owner' not in (select distinct dimension from lead_values)
),

needed as (
    select policy, count(distinct dimension) as conditions from policy_conditions group by policy
)

select policy, lead_no
from policy_conditions
join facts using (dimension, value)
join needed using (policy)
group by policy, lead_no, conditions
having count(distinct dimension) = conditions
union all
select policy, lead_no
from policies
cross join leads
where policy not in (select policy from needed);

create temp table clock_starts as
with

starts as (
    select policy, lead_no, leads.created_at as started_at, -1 as event_no, null::integer as seq
    from policies
    cross join leads
    where start_kind = 'created'
        and lead_no not in (
            select lead_no
            from stage_spells
            where kind in ('lost', 'dormant')
                and entered_at <= created_at
                and (left_at is null or left_at > created_at)
        )
    union all
    select policy, lead_no, entered_at, event_no, seq
    from policies
    join stage_spells on policies.start_stage = stage_spells.stage
    where start_kind = 'stage' and not is_assumed
    union all
    select policy, lead_no, from_at, -1, null
    from policies
    join score_steps
        on score_steps.score >= policies.start_score
        and coalesce(score_steps.before, '-inf'::double) < policies.start_score
    where start_kind = 'score' and is_event
    union all
    select policy, lead_no, occurred_at, event_no, null
    from policies
    join policy_starts using (policy)
    join activities using (type)
    where start_kind = 'activity'
)

select starts.*
from starts
semi join policy_leads using (policy, lead_no);

-- clock_stop_events: every event that can stop a clock of a policy.
-- grain: policy, lead_no, event_no of an activity (seq null) or seq of a stage spell
create temp view clock_stop_events as
    select
        policy,
        lead_no,
        occurred_at as stopped_at,
        true as is_activity,
        event_no,
        null::integer as seq
    from policies
    join policy_stops using (policy)
    join activities on policy_stops.kind = 'activity' and policy_stops.name = activities.type
    where is_contact or not connected_only
    union all
    select policy, lead_no, entered_at, false, -1, seq
    from policy_stops
    join stage_spells on policy_stops.kind = 'stage' and policy_stops.name = stage_spells.stage
    where not is_assumed;

-- clock_stops: the same by instant.
-- grain: policy, lead_no, stopped_at
--   events       how many at that instant; is_activity = one of them is an activity
create temp table clock_stops as
select policy, lead_no, stopped_at, count(*) as events, bool_or(is_activity) as is_activity
from clock_stop_events
group by policy, lead_no, stopped_at;

-- clock_beginnings: every start that really starts a clock, those of a cadence's later clocks too.
-- grain: policy, lead_no, started_at, event_no, seq
create temp view clock_beginnings as
    with

    cadence_starts as (
        -- each stop starts the next clock while the lead stays in the start stage
        select
            clock_starts.policy,
            clock_starts.lead_no,
            clock_stops.stopped_at as started_at,
            clock_starts.event_no,
            clock_starts.seq
        from clock_starts
        join policies using (policy)
        join stage_spells using (lead_no, seq)
        join clock_stops using (policy, lead_no)
        where policies.is_cadence
            and clock_stops.stopped_at > stage_spells.entered_at
            and (stage_spells.left_at is null or clock_stops.stopped_at < stage_spells.left_at)
        union all
        select * from clock_starts
    )

    -- no clock starts where a spell in a stop stage covers the start
    select cadence_starts.*
    from cadence_starts
    anti join (
        select policy_stops.policy, lead_no, entered_at, left_at, is_assumed
        from policy_stops
        join stage_spells on policy_stops.kind = 'stage' and policy_stops.name = stage_spells.stage
    ) as covers
        on cadence_starts.policy = covers.policy
        and cadence_starts.lead_no = covers.lead_no
        and (covers.entered_at < cadence_starts.started_at or covers.is_assumed)
        and (covers.left_at is null or covers.left_at > cadence_starts.started_at)
        and cadence_starts.seq is null;

-- clock_lengths: when clocks are due, and the business time gone by at their start, deadline and end. The table or
-- view of that name has clock_no, policy, started_at, stopped_at, closed_at and what else is carried along.
create temp macro clock_lengths(name) as table
with

ends as (
    select clocks.*, policies.due_kind, policies.due_amount
    from query_table(name) as clocks
    join policies using (policy)
),

started as (
    select
        ends.*,
        coalesce(stopped_at, closed_at) as ended_at,
        before.us_before + least(
            epoch_us(started_at) - epoch_us(before.opens_at),
            epoch_us(before.closes_at) - epoch_us(before.opens_at)
        ) as started_us
    from ends
    asof left join business_windows as before on ends.started_at >= before.opens_at
),

aimed as (
    select
        started.*,
        started_us + (due_amount * 3600000000)::bigint as aim_us,
        next_window.business_day_no + due_amount::integer as aim_day_no
    from started
    asof left join business_windows as next_window on started.started_at < next_window.closes_at
),

business_days as (
    select business_day_no, max(closes_at) as closes_at
    from business_windows
    group by business_day_no
),

due as (
    select
        aimed.*,
        case due_kind
            when 'elapsed_hours'
                then make_timestamptz(epoch_us(started_at) + (due_amount * 3600000000)::bigint)
            when 'business_days' then business_days.closes_at
            else greatest(
                started_at,
                make_timestamptz(epoch_us(aim_window.opens_at) + aim_us - aim_window.us_before)
            )
        end as due_at
    from aimed
    left join business_days on aimed.aim_day_no = business_days.business_day_no
    asof left join business_windows as aim_window on aimed.aim_us > aim_window.us_before
)

select
    due.* exclude (started_us),
    case when due_kind = 'elapsed_hours' then epoch_us(started_at) else started_us end as started_us,
    case
        when due_kind = 'elapsed_hours' then epoch_us(due_at)
        else due_window.us_before + least(
            epoch_us(due_at) - epoch_us(due_window.opens_at),
            epoch_us(due_window.closes_at) - epoch_us(due_window.opens_at)
        )
    end as due_us,
    case
        when due_kind = 'elapsed_hours' then epoch_us(ended_at)
        else end_window.us_before + least(
            epoch_us(ended_at) - epoch_us(end_window.opens_at),
            epoch_us(end_window.closes_at) - epoch_us(end_window.opens_at)
        )
    end as ended_us
from due
asof left join business_windows as due_window on due.due_at >= due_window.opens_at
asof left join business_windows as end_window on due.ended_at >= end_window.opens_at;
