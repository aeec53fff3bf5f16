-- dormant_leads: whom of the silent leads to wake first, as of $as_of.
-- grain: one row per silent lead; by wakeable, max_score descending (nulls last), lead_id
-- columns:
--   lead_id             VARCHAR  lead
--   company             VARCHAR  its company
--   stage               VARCHAR  stage key at $as_of
--   silent_days         DOUBLE   days since the last reset
--   last_activity_at    TIMESTAMP WITH TIME ZONE  the last reset; null = its creation
--   last_activity_type  VARCHAR  its type
--   score               DOUBLE   score at $as_of
--   max_score           DOUBLE   highest score ever
--   owner               VARCHAR  who looks after it at $as_of
--   opted_out           BOOLEAN  must not be contacted
--   wakeable            DOUBLE   of the earlier silences with the same stage and band, the share that ended
--                                within 90 days by the lead's own act, 0…1; null = fewer than 20
with

pool as (
    select * from silent_at(null, $scope, $as_of)
),

wakings as (
    select
        stage_before,
        band_before,
        count(*) as silences,
        count(*) filter (
            where ended_by = 'lead' and us_between(silent_at, ended_at) < 90 * 86400000000
        ) as woken
    from silences
    where us_between(silent_at, $as_of) >= 90 * 86400000000
        and (ended_at is null or ended_at > silent_at)
    group by stage_before, band_before
    having not is_small(count(*))
)

select
    leads.lead_id,
    leads.company,
    spells.stage::varchar as stage,
    days_between(pool.reset_at, $as_of) as silent_days,
    case when pool.reset_type is not null then pool.reset_at end as last_activity_at,
    pool.reset_type::varchar as last_activity_type,
    pool.score,
    pool.max_score,
    owners.owner,
    leads.opted_out,
    rate(wakings.woken, wakings.silences) as wakeable
from pool
join leads using (lead_no)
join stages_at($as_of) as spells using (lead_no)
left join owners_at($as_of) as owners using (lead_no)
left join wakings
    on pool.stage_before = wakings.stage_before
    and pool.band_before is not distinct from wakings.band_before
order by wakeable desc nulls last, pool.max_score desc nulls last, leads.lead_id;
