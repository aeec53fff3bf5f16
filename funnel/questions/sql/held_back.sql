-- held_back: open leads that have reached the threshold of mql and were never at mql or beyond.
-- grain: one row per lead; by score descending, lead_id
-- columns:
--   lead_id             VARCHAR  lead
--   company             VARCHAR  its company
--   stage               VARCHAR  stage key at $as_of
--   owner               VARCHAR  who looks after it at $as_of
--   score               DOUBLE   score at $as_of
--   last_activity_at    TIMESTAMP WITH TIME ZONE  the lead's own last act; null = none
--   last_activity_type  VARCHAR  its type
--   opted_out           BOOLEAN  must not be contacted
--   record_url          VARCHAR  the record in the SFA
with

held as (
    select spells.lead_no
    from in_scope('stage_spells', $scope, $as_of) as spells
    join scores_at($as_of) as scores using (lead_no)
    cross join settings
    where spells.kind = 'path'
        and spells.entered_at < $as_of and (spells.left_at is null or spells.left_at >= $as_of)
        and spells.top_rank < settings.mql_rank
        and scores.score >= settings.threshold_mql
),

signs as (
    select lead_no, max(occurred_at) as last_activity_at, arg_max(type, event_no)::varchar as last_activity_type
    from activities
    semi join held using (lead_no)
    where side = 'lead' and occurred_at < $as_of
    group by lead_no
)

select lead_id, company, stage, owner, score, last_activity_at, last_activity_type, opted_out, record_url
from held
join lead_cards('held', $as_of) as cards using (lead_no)
left join signs using (lead_no)
order by score desc, lead_id;
