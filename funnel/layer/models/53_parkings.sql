-- parkings: every time that a lead was put aside, and when it came back.
-- grain: lead_no, seq (of the spell)
--   kind         lost, dormant = a dated entry off the path · rejected = from mql or beyond to a path stage below it
--   parked_at    the entry; band_before = the band of the score just before it
--   back_at      the first entry after it to mql or beyond, sql_at and won_at to these or beyond; null = none in the data
--   reason       as the stage change says
create table parkings as
with

stays as (
    select
        lead_no, seq, created_at, event_no, entered_at, is_assumed, kind, rank,
        lag(rank) over (partition by lead_no order by seq) as rank_before
    from stage_spells
),

entries as (
    select
        lead_no, seq, created_at, event_no, entered_at as parked_at,
        case when kind = 'path' then 'rejected' else kind end as kind
    from stays
    cross join rule_settings
    where not is_assumed
        and (kind in ('lost', 'dormant') or (kind = 'path' and rank < mql_rank and rank_before >= mql_rank))
),

returns as (
    select
        entries.lead_no,
        entries.seq,
        min(stays.entered_at) as back_at,
        min(stays.entered_at) filter (where stays.rank >= sql_rank) as sql_at,
        min(stays.entered_at) filter (where stays.kind = 'won') as won_at
    from entries
    join stays on entries.lead_no = stays.lead_no and entries.seq < stays.seq
    cross join rule_settings
    where stays.rank >= mql_rank
    group by entries.lead_no, entries.seq
),

attributes as (
    select lead_no, sum(points) as points from score_attributes_met group by lead_no
),

scored as (
    select
        entries.*,
        -- at the instant of creation the attribute points count already
        coalesce(scores.score, case when scoring_source = 'rules' then 0 end) + case
            when entries.parked_at = entries.created_at and scoring_source = 'rules'
                then coalesce(attributes.points, 0)
            else 0
        end as score_before
    from entries
    cross join rule_settings
    left join attributes using (lead_no)
    left join score_spells as scores
        on entries.lead_no = scores.lead_no
        and scores.from_at < entries.parked_at
        and (scores.to_at is null or scores.to_at >= entries.parked_at)
)

select
    scored.lead_no,
    scored.seq,
    scored.created_at,
    scored.kind,
    scored.parked_at,
    bands.band::band_key as band_before,
    returns.back_at,
    returns.sql_at,
    returns.won_at,
    notes.reason
from scored
left join returns using (lead_no, seq)
left join bands
    on scored.score_before >= bands.from_score
    and (bands.to_score is null or scored.score_before < bands.to_score)
left join (
    select event_no, reason from export_activities where type = 'stage_change'
) as notes using (event_no)
order by parked_at, lead_no, seq;
