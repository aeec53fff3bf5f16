-- behind_scores: the leads of one bin of the score distribution (now, before mql, or at creation) in one stage.
-- grain: one row per lead; by that score descending, lead_id
-- columns:
--   lead_id     VARCHAR  lead
--   company     VARCHAR  its company
--   stage       VARCHAR  stage key at $as_of
--   owner       VARCHAR  who looks after it at $as_of
--   score       DOUBLE   score at $as_of
--   then_score  DOUBLE   the score of the distribution
--   opted_out   BOOLEAN  must not be contacted
--   record_url  VARCHAR  the record in the SFA
with

chosen as (
    select lead_no, score as then_score
    from scores_of($at, $scope, $as_of)
    where stage::varchar = $stage and score_bin(score, $bin) is not distinct from $bin_from
)

select lead_id, company, stage, owner, score, then_score::double as then_score, opted_out, record_url
from chosen
join lead_cards('chosen', $as_of) as cards using (lead_no)
order by then_score desc nulls last, lead_id;
