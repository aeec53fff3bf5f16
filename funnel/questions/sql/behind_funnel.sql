-- behind_funnel: the leads created in the months that have reached $stage, of one segment.
-- grain: one row per lead, the newest first
-- columns:
--   lead_id     VARCHAR  lead
--   company     VARCHAR  its company
--   stage       VARCHAR  stage key at $as_of
--   owner       VARCHAR  who looks after it at $as_of
--   score       DOUBLE   score at $as_of
--   created_at  TIMESTAMP WITH TIME ZONE  when it was acquired
--   opted_out   BOOLEAN  must not be contacted
--   record_url  VARCHAR  the record in the SFA
with

months as (
    select min(starts_at) as starts_at, max(ends_at) as ends_at
    from months_between($from_month, $to_month, $as_of)
),

reached as (
    select chosen.lead_no
    from in_scope_by('leads', $by, $scope, $as_of) as chosen
    cross join months
    join stages_at($as_of) as spells using (lead_no)
    where chosen.created_at >= months.starts_at and chosen.created_at < months.ends_at
        and us_between(chosen.created_at, $as_of) >= $min_age_days * 86400000000
        and chosen.segment is not distinct from $segment
        and spells.top_rank >= (select rank from stages where stage = $stage)
)

select lead_id, company, stage, owner, score, created_at, opted_out, record_url
from lead_cards('reached', $as_of)
order by created_at desc, lead_id;
