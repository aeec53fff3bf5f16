-- lead_known: which of the columns that the rules ask for are not empty, as exported; masked ones too, as a mask
-- changes no number.
-- grain: lead_no, name
set variable known_columns = (
    select coalesce(list(distinct name), [])
    from (select name from handoff_parts where kind = 'known' union all select name from information_columns)
);

create table lead_known as
with

own_columns as (
    unpivot (
        select
            lead_no,
            -- one column at least
            columns(lambda name: name = 'lead_id' or list_contains(getvariable('known_columns'), name))::varchar
        from export_leads
        semi join leads using (lead_no)
    )
    on columns(* exclude (lead_no))
    into name name value value
)

select lead_no, name
from own_columns
where list_contains(getvariable('known_columns'), name)
union
select lead_no, dimension
from export_lead_values
semi join leads using (lead_no)
where value is not null and list_contains(getvariable('known_columns'), dimension)
order by lead_no, name;

-- handoff_parts_met: since when leads meet what the items of the hand-off ask for besides a score.
-- grain: item, lead_no
--   parts   how many of its types and columns
--   met_at  since when all of these
create table handoff_parts_met as
with

firsts as (
    select lead_no, type, min(occurred_at) as met_at
    from activities
    where type in (select name::activity_key from handoff_parts where kind = 'did')
    group by lead_no, type
),

parts as (
    select handoff_parts.item, firsts.lead_no, firsts.met_at
    from handoff_parts
    join firsts on handoff_parts.name = firsts.type
    where handoff_parts.kind = 'did'
    union all
    select handoff_parts.item, known.lead_no, leads.created_at
    from handoff_parts
    join lead_known as known using (name)
    join leads using (lead_no)
    where handoff_parts.kind = 'known'
)

select item, lead_no, count(*) as parts, max(met_at) as met_at
from parts
group by item, lead_no
order by item, lead_no;

-- since when a lead meets what was agreed for the hand-off, were every score of it so many points higher, and by which
-- item of it. Whatever the instant that is looked at: what is met once stays met.
-- grain: lead_no, of the leads that ever meet one
--   qualified_at  from then on everything that the item lists holds
--   qualified_by  any_of[0] …; of several at one instant the first that the rules list
create macro qualified_with(shift) as table
with

needed as (
    select item, position, score + shift as score, (score is not null)::integer + count(handoff_parts.name) as parts
    from handoff_items
    left join handoff_parts using (item)
    group by item, position, score
),

parts as (
    select needed.item, records.lead_no, 1 as parts, min(records.happened_at) as met_at
    from score_records as records
    join needed on records.score >= needed.score
    group by needed.item, records.lead_no
    union all
    select item, lead_no, parts, met_at
    from handoff_parts_met
),

met as (
    select needed.item, needed.position, parts.lead_no, max(parts.met_at) as met_at
    from parts
    join needed using (item)
    group by needed.item, needed.position, needed.parts, parts.lead_no
    having sum(parts.parts) = needed.parts
)

select lead_no, leads.created_at, min(met_at) as qualified_at, arg_min(item, (met_at, position)) as qualified_by
from met
join leads using (lead_no)
group by lead_no, leads.created_at;

-- qualified: the same under the rules as they are.
create table qualified as
select lead_no, created_at, qualified_at, qualified_by
from qualified_with(0)
order by qualified_at, lead_no;

-- handoffs: every dated entry to mql, and the first reach of mql where that passed it by; and what became of it.
-- grain: lead_no, seq (of the spell)
--   is_entry     an entry to mql itself
--   is_first     the first reach of mql, explicit or implied
--   owner        who owned the lead right after it; owned_at = from when on somebody did, null = never
--   score        just before it
--   is_beyond    it is an entry to sql or beyond
--   decision     by the first spell after it in sql or beyond (accepted), below mql or off the path (rejected);
--                null = neither in the data
--   handed_by, decided_by, reason  as the stage change says
create table handoffs as
with

arrivals as (
    select
        lead_no, seq, spells.created_at, event_no, pass, entered_at as reached_at,
        rank = mql_rank as is_entry,
        former_rank < mql_rank as is_first,
        coalesce(rank >= sql_rank, false) as is_beyond
    from stage_spells as spells
    cross join rule_settings
    where not is_assumed and rank >= mql_rank and (rank = mql_rank or former_rank < mql_rank)
),

deciders as (
    select
        arrivals.lead_no,
        arrivals.seq,
        min(spells.seq) as decided_seq
    from arrivals
    join stage_spells as spells on arrivals.lead_no = spells.lead_no and arrivals.seq < spells.seq
    cross join rule_settings
    where spells.rank is null or spells.rank < mql_rank or spells.rank >= sql_rank
    group by arrivals.lead_no, arrivals.seq
),

notes as (
    select event_no, actor, reason from export_activities where type = 'stage_change'
),

attributes as (
    select lead_no, sum(points) as points from score_attributes_met group by lead_no
),

taken as (
    select arrivals.lead_no, arrivals.seq, min(changes.occurred_at) as owned_at
    from arrivals
    join export_activities as changes
        on arrivals.lead_no = changes.lead_no and changes.occurred_at > arrivals.reached_at
    where changes.type = 'owner_change' and changes.to_value is not null
    group by arrivals.lead_no, arrivals.seq
)

select
    arrivals.lead_no,
    arrivals.seq,
    arrivals.created_at,
    arrivals.pass,
    arrivals.reached_at,
    arrivals.is_entry,
    arrivals.is_first,
    arrivals.is_beyond,
    owners.owner,
    case when owners.owner is null then taken.owned_at else arrivals.reached_at end as owned_at,
    -- at the instant of creation the attribute points count already
    coalesce(scores.score, case when scoring_source = 'rules' then 0 end) + case
        when arrivals.reached_at = arrivals.created_at and scoring_source = 'rules'
            then coalesce(attributes.points, 0)
        else 0
    end as score,
    given.actor as handed_by,
    case when decided.rank >= sql_rank then 'accepted' when decided.seq is not null then 'rejected' end as decision,
    decided.entered_at as decided_at,
    taking.actor as decided_by,
    taking.reason as reason
from arrivals
cross join rule_settings
left join deciders using (lead_no, seq)
left join stage_spells as decided
    on arrivals.lead_no = decided.lead_no and deciders.decided_seq = decided.seq
left join notes as given on arrivals.event_no = given.event_no
left join notes as taking on decided.event_no = taking.event_no
left join attributes on arrivals.lead_no = attributes.lead_no
left join taken on arrivals.lead_no = taken.lead_no and arrivals.seq = taken.seq
left join owner_spells as owners
    on arrivals.lead_no = owners.lead_no
    and owners.from_at <= arrivals.reached_at
    and (owners.to_at is null or owners.to_at > arrivals.reached_at)
left join score_spells as scores
    on arrivals.lead_no = scores.lead_no
    and scores.from_at < arrivals.reached_at
    and (scores.to_at is null or scores.to_at >= arrivals.reached_at)
order by reached_at, lead_no, seq;

-- behaviours_met: since when a lead meets each grade of behaviour but the first, which asks for nothing.
-- grain: lead_no, position of the grade
create table behaviours_met as
with

acts as (
    select
        activities.lead_no,
        grades.position,
        grades.times,
        activities.occurred_at,
        row_number() over (partition by activities.lead_no, grades.position order by activities.event_no) as nth
    from behaviour_types as types
    join behaviour_grades as grades using (behaviour)
    join activities on types.type = activities.type
)

select lead_no, position, occurred_at as met_at
from acts
where nth = times
order by lead_no, position;

-- lead_information: the last grade of information whose condition a lead meets, as exported.
-- grain: lead_no, of the leads that meet more than the first, which asks for nothing
create table lead_information as
with

needed as (
    select information, position, count(*) as columns
    from information_columns
    join information_grades using (information)
    group by information, position
),

met as (
    select lead_known.lead_no, needed.position
    from information_columns
    join needed using (information)
    join lead_known using (name)
    group by lead_known.lead_no, needed.position, needed.columns
    having count(*) = needed.columns
)

select lead_no, max(position) as position
from met
group by lead_no
order by lead_no;
