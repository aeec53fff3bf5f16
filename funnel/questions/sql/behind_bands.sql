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

months as (
    select min(starts_at) as starts_at, max(ends_at) as ends_at
    from months_between($from_month, $to_month, $as_of)
),

chosen as (
    select lead_no, created_at, days_later(created_at, $day) as judged_at
    from in_scope('leads', $scope, $as_of)
    cross join months
    where created_at >= months.starts_at and created_at < months.ends_at
        and us_between(created_at, $as_of) >= ($day + $window_days) * 86400000000
),

firsts as (
    select lead_no, entered_at as reached_at, is_assumed
    from stage_spells
    where rank >= (select rank from stages where stage = $to_stage)
        and former_rank < (select rank from stages where stage = $to_stage)
        and entered_at < $as_of
),

judged as (
    select
        chosen.lead_no,
        scores.score as then_score,
        case when us_between(judged_at, reached_at) < $window_days * 86400000000 then reached_at end
            as converted_at
    from chosen
    left join firsts using (lead_no)
    asof left join score_spells as scores
        on chosen.lead_no = scores.lead_no and chosen.judged_at > scores.from_at
    where reached_at is null or (reached_at >= judged_at and not is_assumed)
),

banded as (
    select judged.*, bands.band
    from judged
    left join bands
        on judged.then_score >= bands.from_score
        and (bands.to_score is null or judged.then_score < bands.to_score)
    where bands.band is not distinct from $band
)

select lead_id, company, stage, owner, score, then_score, converted_at, opted_out, record_url
from banded
join lead_cards('banded', $as_of) as cards using (lead_no)
order by converted_at is null, then_score desc nulls last, lead_id;
