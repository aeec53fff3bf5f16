-- lead_scores: the running score of one lead up to $as_of.
-- grain: from_at, in order of time
-- columns:
--   from_at  TIMESTAMP WITH TIME ZONE  from when on; the first one from the creation
--   score    DOUBLE  points; null = unscored
select
    greatest(scores.from_at, leads.created_at) as from_at,
    arg_max(struct_pack(score := scores.score), scores.from_at).score as score
from score_spells as scores
join leads using (lead_no)
where leads.lead_id = $lead_id and leads.created_at < $as_of and scores.from_at < $as_of
group by all
order by from_at;
