-- recycle_list: whom of the leads that were put aside to try again first, as of $as_of.
-- grain: one row per lead in a lost or dormant stage, or below mql after mql or beyond; by expected, max_score descending
-- (nulls last), lead_id
-- columns:
--   lead_id             VARCHAR  lead
--   company             VARCHAR  its company
--   kind                VARCHAR  how it was parked last: lost, dormant, rejected = from mql or beyond to before mql
--   stage               VARCHAR  stage key at $as_of
--   parked_at           TIMESTAMP WITH TIME ZONE  when; null = not known
--   days                DOUBLE   days since then
--   reason              VARCHAR  what the change that parked it gives as a reason; of a lost one else its lost_reason
--   last_activity_at    TIMESTAMP WITH TIME ZONE  last thing that happened; null = nothing ever
--   last_activity_type  VARCHAR  what it was, a change of stage, owner or score aside
--   score               DOUBLE   score at $as_of
--   max_score           DOUBLE   highest score ever
--   owner               VARCHAR  who looks after it at $as_of
--   opted_out           BOOLEAN  must not be contacted
--   chance              DOUBLE   of earlier parkings of the kind whose score was then in the lead's present band, the
--                                share won within the window, 0…1; null = fewer than 20
--   value               DOUBLE   its amount; else the median amount of all that were won
--   expected            DOUBLE   chance × value
with

standing as (
    select spells.lead_no, spells.stage, spells.kind, spells.is_assumed
    from in_scope('stage_spells', $scope, $as_of) as spells
    cross join settings
    where spells.entered_at < $as_of and (spells.left_at is null or spells.left_at >= $as_of)
        and (
            spells.kind in ('lost', 'dormant')
            or (spells.kind = 'path' and spells.rank < settings.mql_rank and spells.top_rank >= settings.mql_rank)
        )
),

last_parkings as (
    select lead_no, kind, parked_at, reason
    from parkings
    semi join standing using (lead_no)
    where parked_at < $as_of
    qualify row_number() over (partition by lead_no order by seq desc) = 1
),

listed as (
    select
        standing.lead_no,
        standing.stage,
        case when standing.kind = 'path' then last_parkings.kind else standing.kind end as kind,
        case when not standing.is_assumed then last_parkings.parked_at end as parked_at,
        case when not standing.is_assumed then last_parkings.reason end as reason
    from standing
    left join last_parkings using (lead_no)
),

chances as (
    select
        kind,
        band_before::varchar as band,
        count(*) as parkings,
        count(*) filter (where us_between(parked_at, won_at) < window_us($window_days)) as won
    from parkings
    where created_at < $as_of and us_between(parked_at, $as_of) >= window_us($window_days)
    group by kind, band_before
    having not is_small(count(*))
),

usual as (
    select quantile_cont(leads.amount, 0.5) as amount
    from leads
    join stages_at($as_of) as spells using (lead_no)
    where spells.top_rank >= (select max(rank) from stages where kind = 'won')
),

last_acts as (
    select lead_no, max(event_no) as event_no
    from activities
    semi join listed using (lead_no)
    where occurred_at < $as_of and type not in ('stage_change', 'owner_change', 'score_change')
    group by lead_no
)

select
    leads.lead_id,
    leads.company,
    listed.kind,
    listed.stage::varchar as stage,
    listed.parked_at,
    days_between(listed.parked_at, $as_of) as days,
    case when listed.kind = 'lost' then coalesce(listed.reason, leads.lost_reason) else listed.reason end as reason,
    acts.occurred_at as last_activity_at,
    acts.type::varchar as last_activity_type,
    bands.score,
    bands.max_score,
    owners.owner,
    leads.opted_out,
    rate(chances.won, chances.parkings) as chance,
    coalesce(leads.amount, usual.amount) as value,
    rate(chances.won, chances.parkings) * coalesce(leads.amount, usual.amount) as expected
from listed
join leads using (lead_no)
cross join usual
left join bands_at($as_of) as bands using (lead_no)
left join owners_at($as_of) as owners using (lead_no)
left join chances on listed.kind = chances.kind and bands.band is not distinct from chances.band
left join last_acts using (lead_no)
left join activities as acts on last_acts.event_no = acts.event_no
order by expected desc nulls last, bands.max_score desc nulls last, leads.lead_id;
