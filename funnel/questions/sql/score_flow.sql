-- score_flow: do leads warm up? Their band at the start of the months against that at the end.
-- grain: from_band × to_band, only where a lead is; leads that existed at the start. Without a first month the last alone
-- columns:
--   from_band  VARCHAR  band at the start; null = below the first, or unscored
--   to_band    VARCHAR  band at the end of the months, or at $as_of
--   leads      BIGINT   leads
with

months as (
    select starts_at, least(ends_at, $as_of) as ends_at
    from span_of_months($from_month, $to_month, $as_of)
),

standing as (
    select
        chosen.lead_no,
        before.score as score_before,
        after.score as score_after
    from in_scope('leads', $scope, $as_of) as chosen
    join months on chosen.created_at < months.starts_at
    left join score_spells as before
        on chosen.lead_no = before.lead_no
        and before.from_at < months.starts_at
        and (before.to_at is null or before.to_at >= months.starts_at)
    left join score_spells as after
        on chosen.lead_no = after.lead_no
        and after.from_at < months.ends_at
        and (after.to_at is null or after.to_at >= months.ends_at)
)

select from_bands.band as from_band, to_bands.band as to_band, count(*) as leads
from standing
left join bands as from_bands
    on score_before >= from_bands.from_score
    and (from_bands.to_score is null or score_before < from_bands.to_score)
left join bands as to_bands
    on score_after >= to_bands.from_score
    and (to_bands.to_score is null or score_after < to_bands.to_score)
group by from_bands.band, from_bands.position, to_bands.band, to_bands.position
order by from_bands.position nulls last, to_bands.position nulls last;
