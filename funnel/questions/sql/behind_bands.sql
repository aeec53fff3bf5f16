-- behind_bands: the leads of one band of score_bands, as they stood $day days after creation.
-- grain: one row per lead; the converted first, then by score, lead_id
-- columns:
--   lead_id       VARCHAR  lead
--   company       VARCHAR  its company
--   stage         VARCHAR  stage key at $as_of
--   owner         VARCHAR  who looks after it at $as_of
--   score         DOUBLE   score at $as_of
--   then_score    DOUBLE   score $day days after creation
--   converted_at  TIMESTAMP WITH TIME ZONE  reached $to_stage within $window_days after that day; null = not
--   opted_out     BOOLEAN  must not be contacted
--   record_url    VARCHAR  the record in the SFA
with

banded as (
    select lead_no, score as then_score, converted_at
    from leads_by_band($day, $to_stage, $window_days, $from_month, $to_month, $scope, $as_of)
    where band is not distinct from $band
)

select lead_id, company, stage, owner, score, then_score::double as then_score, converted_at, opted_out, record_url
from banded
join lead_cards('banded', $as_of) as cards using (lead_no)
order by converted_at is null, then_score desc nulls last, lead_id;
