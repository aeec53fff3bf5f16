-- What scores are worth, and what mails, papers and seminars do: the populations that several questions share.

-- the months of a question as one span
--   months  how many of them have begun; a running one whole
create macro span_of_months(from_month, to_month, as_of) as table
select min(starts_at) as starts_at, max(ends_at) as ends_at, count(*) as months
from months_between(from_month, to_month, as_of);

-- which multiple of step a score reaches: the k-th where step × k <= score, the last that is asked for where that is
-- beyond; none (-1) below 0
create macro steps_reached(score, step, last) as
    least(greatest(floor(round(score / step, 9)), -1), last)::bigint;

-- nurtured: the spells in which a lead is in an open stage and was never handed off
create macro nurtured_spells(scope, as_of) as table
select spells.*
from in_scope('stage_spells', scope, as_of) as spells
cross join settings
where spells.kind = 'path' and spells.top_rank < settings.mql_rank;
