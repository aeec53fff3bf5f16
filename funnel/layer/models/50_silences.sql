-- silences: a lead's quiet times, long enough to be warned of, between two resets.
-- grain: lead_no, reset_at
--   reset_at, reset_type  the last reset; type null = its creation
--   warned_at, silent_at  reset + warn_days, reset + days
--   ended_at              the next reset; null = none in the data
--   ended_by              lead (the lead's own act is among the next resets) or us
--   stage_before, band_before  just before silent_at
create type band_key as enum (select band from bands order by position);

create table silences as
with

resets as (
    select lead_no, created_at as reset_at, -1 as event_no, null as type, false as by_lead
    from leads
    union all
    select activities.lead_no, occurred_at, event_no, type, side = 'lead'
    from activities
    join leads using (lead_no)
    where occurred_at >= created_at
        and type not in (select type from dormancy_ignored)
        and (
            (side = 'lead' and 'lead' in (select reset from dormancy_resets))
            or (side = 'us' and 'us' in (select reset from dormancy_resets))
            or (is_contact and 'contact' in (select reset from dormancy_resets))
        )
),

instants as (
    select
        lead_no,
        reset_at,
        arg_max(struct_pack(type := type), event_no).type as type,
        bool_or(by_lead) as by_lead
    from resets
    group by lead_no, reset_at
),

gaps as (
    select
        lead_no,
        reset_at,
        type as reset_type,
        make_timestamptz(epoch_us(reset_at) + (warn_days * 86400000000)::bigint) as warned_at,
        make_timestamptz(epoch_us(reset_at) + (dormancy_days * 86400000000)::bigint) as silent_at,
        lead(reset_at) over lives as ended_at,
        case lead(by_lead) over lives when true then 'lead' when false then 'us' end as ended_by
    from instants
    cross join rule_settings
    window lives as (partition by lead_no order by reset_at)
),

quiet as (
    select * from gaps where ended_at is null or ended_at >= warned_at
)

select
    lead_no,
    leads.created_at,
    reset_at,
    reset_type,
    warned_at,
    silent_at,
    ended_at,
    ended_by,
    spells.stage as stage_before,
    bands.band::band_key as band_before
from quiet
join leads using (lead_no)
left join stage_spells as spells
    on quiet.lead_no = spells.lead_no
    and spells.entered_at < quiet.silent_at
    and (spells.left_at is null or spells.left_at >= quiet.silent_at)
left join score_spells as scores
    on quiet.lead_no = scores.lead_no
    and scores.from_at < quiet.silent_at
    and (scores.to_at is null or scores.to_at >= quiet.silent_at)
left join bands
    on scores.score >= bands.from_score and (bands.to_score is null or scores.score < bands.to_score)
order by reset_at, lead_no;

-- silent_spells: when a lead was in the pool: silent, and in a stage that counts.
-- grain: lead_no, from_at
--   from_at, to_at  [from, to); to_at null = still in it at the end of the data
--   left_by         lead, us (a reset woke it) or otherwise (its stage became excluded)
--   stage_before, band_before  of the silence
--   opted_out       the lead must not be contacted
create table silent_spells as
with

stays as (
    select
        lead_no,
        entered_at,
        left_at,
        stage::varchar in (select stage from excluded_stages) as is_excluded
    from stage_spells
    where left_at is null or left_at > entered_at
),

edges as (
    select *
    from stays
    qualify is_excluded is distinct from
        lag(is_excluded) over (partition by lead_no order by entered_at)
),

counted as (
    select
        lead_no,
        entered_at as from_at,
        lead(entered_at) over (partition by lead_no order by entered_at) as to_at,
        is_excluded
    from edges
)

select
    lead_no,
    silences.created_at,
    silences.reset_at,
    silences.reset_type,
    greatest(silences.silent_at, counted.from_at) as from_at,
    nullif(
        least(coalesce(silences.ended_at, 'infinity'), coalesce(counted.to_at, 'infinity')),
        'infinity'::timestamptz
    ) as to_at,
    case
        when silences.ended_at <= coalesce(counted.to_at, 'infinity') then silences.ended_by
        when counted.to_at is not null then 'otherwise'
    end as left_by,
    silences.stage_before,
    silences.band_before,
    coalesce(leads.opted_out, false) as opted_out
from silences
join counted using (lead_no)
join leads using (lead_no)
where not counted.is_excluded
    and greatest(silences.silent_at, counted.from_at)
        < least(coalesce(silences.ended_at, 'infinity'), coalesce(counted.to_at, 'infinity'))
order by from_at, lead_no;
