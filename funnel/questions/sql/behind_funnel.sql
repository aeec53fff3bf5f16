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

reached as (
    select lead_no
    from reaches_of($min_age_days, $from_month, $to_month, $by, $scope, $as_of)
    where segment is not distinct from $segment
        and top_rank >= (select rank from stages where stage = $stage)
)

select lead_id, company, stage, owner, score, created_at, opted_out, record_url
from lead_cards('reached', $as_of)
order by created_at desc, lead_id;
