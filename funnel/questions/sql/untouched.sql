-- untouched: open leads in the highest score band on which nobody of ours has ever acted.
-- grain: one row per lead; by score descending, lead_id
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

hot as (
    select spells.lead_no
    from in_scope('stage_spells', $scope, $as_of) as spells
    join bands_at($as_of) as banded using (lead_no)
    where spells.kind = 'path'
        and spells.entered_at < $as_of and (spells.left_at is null or spells.left_at >= $as_of)
        and banded.position = (select max(position) from bands)
),

touched as (
    select lead_no from touches where touch_no = 1 and occurred_at < $as_of
)

select lead_id, company, stage, owner, score, created_at, opted_out, record_url
from hot
join lead_cards('hot', $as_of) as cards using (lead_no)
where hot.lead_no not in (select touched.lead_no from touched)
order by score desc, lead_id;
