-- behind_funnel: the leads created in the months that have reached $stage, of one segment.
-- grain: one row per lead, those that have reached $reached before the others, the newest first
-- columns:
--   lead_id        VARCHAR  lead
--   company        VARCHAR  its company
--   stage          VARCHAR  stage key at $as_of
--   owner          VARCHAR  who looks after it at $as_of
--   score          DOUBLE   score at $as_of
--   created_at     TIMESTAMP WITH TIME ZONE  when it was acquired
--   opted_out      BOOLEAN  must not be contacted
--   record_url     VARCHAR  the record in the SFA
--   reached_stage  VARCHAR  $reached, else $stage, where the lead has reached it; null = not
with

reached as (
    select
        lead_no,
        case
            when top_rank >= (select rank from stages where stage = coalesce($reached, $stage))
                then coalesce($reached, $stage)
        end as reached_stage
    from reaches_of($min_age_days, $from_month, $to_month, $by, $scope, $as_of)
    where segment is not distinct from $segment
        and top_rank >= (select rank from stages where stage = $stage)
)

select lead_id, company, stage, owner, score, created_at, opted_out, record_url, reached_stage
from lead_cards('reached', $as_of)
join reached using (lead_no)
order by reached_stage nulls last, created_at desc, lead_id;
