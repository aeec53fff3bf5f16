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

here as (
    select lead_no, created_at
    from in_scope('stage_spells', $scope, $as_of)
    where entered_at < $as_of and (left_at is null or left_at >= $as_of) and stage::varchar = $stage
),

handoffs as (
    select lead_no, entered_at as handed_off_at
    from stage_spells
    where $at = 'mql' and entered_at < $as_of and not is_assumed
        and rank >= (select mql_rank from settings) and former_rank < (select mql_rank from settings)
),

attributes as (
    select lead_no, sum(points) as points
    from score_attributes_met
    where $at in ('mql', 'created')
    group by lead_no
),

scored as (
    select here.lead_no, scores.score
    from here
    left join scores_at($as_of) as scores using (lead_no)
    where $at = 'now'
    union all
    select
        here.lead_no,
        scores.score + case
            when handoffs.handed_off_at = here.created_at and scoring_source = 'rules'
                then coalesce(attributes.points, 0)
            else 0
        end
    from here
    join handoffs using (lead_no)
    cross join settings
    left join attributes using (lead_no)
    asof left join score_spells as scores
        on here.lead_no = scores.lead_no and handoffs.handed_off_at > scores.from_at
    where $at = 'mql'
    union all
    select here.lead_no, coalesce(attributes.points, 0)
    from here
    cross join settings
    left join attributes using (lead_no)
    where $at = 'created' and scoring_source = 'rules'
    union all
    select here.lead_no, scores.score
    from here
    cross join settings
    asof left join score_spells as scores
        on here.lead_no = scores.lead_no and here.created_at >= scores.from_at
    where $at = 'created' and scoring_source = 'exported'
),

chosen as (
    select lead_no, score as then_score
    from scored
    where floor(score / $bin) * $bin is not distinct from $bin_from
)

select lead_id, company, stage, owner, score, then_score::double as then_score, opted_out, record_url
from chosen
join lead_cards('chosen', $as_of) as cards using (lead_no)
order by then_score desc nulls last, lead_id;
