-- stage_spells: which stage a lead was in, and how it left it.
-- grain: lead_no, seq (0, 1, 2 … in order of time)
--   entered_at, left_at  [from, to); left_at null = never left in the data
--   is_assumed           neither a stage_change nor stage_since dates it (and it is not the first path stage)
--   is_undated           assumed, or the first path stage until stage_since: has no duration
--   pass                 1, and one more with each re-entry to mql or beyond
--   is_first             on the path, and the lead's first spell in this stage
--   former_rank          highest rank entered before, -1 = none
--   top_rank             highest rank entered so far, this spell included
--   entered_ranks        every rank entered so far, as bits
--   entered_us           business time gone by when it was entered, microseconds
create type stage_key as enum (select stage from stages order by position);

-- Spells of like length side by side: those that cover an instant are then found without reading most of the others.
create table stage_spells as
with

first_stage as (
    select stage from stages where rank = 0
),

changes as (
    select lead_no, occurred_at, event_no, change_no, from_stage, to_stage
    from stage_changes
    semi join leads using (lead_no)
),

first_changes as (
    select
        lead_no,
        min(occurred_at) as occurred_at,
        arg_min(coalesce(from_stage, ''), change_no) as from_stage
    from changes
    group by lead_no
),

unchanged as (
    select
        leads.lead_no,
        leads.created_at,
        coalesce(leads.stage, first_stage.stage) as stage,
        case when coalesce(leads.stage, first_stage.stage) <> first_stage.stage then leads.stage_since end
            as stage_since,
        first_stage.stage as first_stage
    from leads
    cross join first_stage
    anti join first_changes using (lead_no)
),

entries as (
    -- before the first change
    select
        leads.lead_no,
        leads.created_at as entered_at,
        -1 as event_no,
        -1 as change_no,
        coalesce(nullif(first_changes.from_stage, ''), first_stage.stage) as stage,
        coalesce(nullif(first_changes.from_stage, ''), first_stage.stage) <> first_stage.stage as is_assumed,
        false as is_until_since
    from first_changes
    join leads using (lead_no)
    cross join first_stage
    where leads.created_at < first_changes.occurred_at
    union all
    select lead_no, occurred_at, event_no, change_no, to_stage, false, false
    from changes
    union all
    -- no change at all: the stage of the export, since stage_since where the tool knows it
    select lead_no, created_at, -1, -1, first_stage, false, true
    from unchanged
    where created_at < stage_since
    union all
    select
        lead_no,
        coalesce(stage_since, created_at),
        0,
        0,
        stage,
        stage_since is null and stage <> first_stage,
        false
    from unchanged
),

moves as (
    select *
    from entries
    qualify stage is distinct from
        lag(stage) over (partition by lead_no order by entered_at, change_no)
),

ranked as (
    select
        moves.*,
        stages.rank,
        stages.kind,
        coalesce(stages.rank >= rule_settings.mql_rank, false) as is_handed_off
    from moves
    join stages using (stage)
    cross join rule_settings
),

sequenced as (
    select
        *,
        is_handed_off and not coalesce(lag(is_handed_off) over lives, false) as starts_pass,
        lead(entered_at) over lives as left_at,
        lead(stage) over lives as next_stage,
        lead(rank) over lives as next_rank,
        lead(kind) over lives as next_kind,
        row_number() over lives - 1 as seq
    from ranked
    window lives as (partition by lead_no order by entered_at, change_no)
)

select
    lead_no,
    seq::integer as seq,
    leads.created_at,
    sequenced.stage::stage_key as stage,
    rank::utinyint as rank,
    kind,
    entered_at,
    left_at,
    event_no,
    next_stage::stage_key as next_stage,
    case
        when next_kind is null then null
        when next_kind = 'lost' then 'lost'
        when next_kind = 'dormant' then 'dormant'
        when kind in ('lost', 'dormant') then 'recycled'
        when next_kind = 'won' then 'won'
        when next_rank > rank then 'forward'
        else 'back'
    end as exit_kind,
    greatest(1, count(*) filter (where starts_pass) over so_far)::integer as pass,
    coalesce((bit_or(1::bigint << rank) over before >> rank) % 2 = 0, rank is not null) as is_first,
    coalesce(max(rank) over before, -1)::tinyint as former_rank,
    coalesce(max(rank) over so_far, 0)::utinyint as top_rank,
    coalesce(bit_or(case when rank is not null then 1::bigint << rank end) over so_far, 0) as entered_ranks,
    is_assumed,
    is_assumed or is_until_since as is_undated,
    windows.us_before + least(
        epoch_us(entered_at) - epoch_us(windows.opens_at),
        epoch_us(windows.closes_at) - epoch_us(windows.opens_at)
    ) as entered_us
from sequenced
join leads using (lead_no)
asof left join business_windows as windows on sequenced.entered_at >= windows.opens_at
window
    so_far as (partition by lead_no order by seq rows between unbounded preceding and current row),
    before as (partition by lead_no order by seq rows between unbounded preceding and 1 preceding)
order by
    floor(log2(greatest(1, epoch_us(left_at) - epoch_us(entered_at))) / 2) nulls last,
    entered_at,
    lead_no,
    seq;

-- stage_ranges: the spells of which only a range is known for the entry or the exit; empty where all is dated.
-- The order of a lead's stage changes is known: none happened before the earliest instant of the one before it.
-- grain: lead_no, seq
--   entered_from  the earliest instant of the entry; the latest is stage_spells.entered_at
--   left_from     the earliest instant of the exit, null = never left
--   entered_us    business time gone by at entered_from, microseconds
create table stage_ranges as
with

entries as (
    select
        lead_no,
        seq,
        entered_at,
        left_at,
        max(coalesce(event_ranges.not_before, entered_at)) over (partition by lead_no order by seq)
            as entered_from
    from stage_spells
    semi join event_ranges using (lead_no)
    left join event_ranges using (lead_no, event_no)
),

spans as (
    select *, lead(entered_from) over (partition by lead_no order by seq) as left_from
    from entries
)

select
    lead_no,
    seq,
    entered_from,
    left_from,
    windows.us_before + least(
        epoch_us(entered_from) - epoch_us(windows.opens_at),
        epoch_us(windows.closes_at) - epoch_us(windows.opens_at)
    ) as entered_us
from spans
asof left join business_windows as windows on spans.entered_from >= windows.opens_at
where entered_from < entered_at or left_from < left_at
order by lead_no, seq;
