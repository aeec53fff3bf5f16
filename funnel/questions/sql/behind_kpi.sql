-- behind_kpi: the leads that a count of kpis counts: created, or first at or above a milestone, in $month.
-- grain: one row per lead, by that instant, lead_id
-- columns:
--   lead_id     VARCHAR  lead
--   company     VARCHAR  its company
--   stage       VARCHAR  stage key at $as_of
--   owner       VARCHAR  who looks after it at $as_of
--   score       DOUBLE   score at $as_of
--   reached_at  TIMESTAMP WITH TIME ZONE  when it counted
--   opted_out   BOOLEAN  must not be contacted
--   record_url  VARCHAR  the record in the SFA
with

months as (
    select * from months_between($month, $month, $as_of)
),

floors as (
    select case $kpi
        when 'mql' then mql_rank
        when 'sql' then sql_rank
        when 'opportunity' then opportunity_rank
        when 'won' then (select max(rank) from stages where kind = 'won')
    end as rank
    from settings
),

counted as (
    select lead_no, created_at as reached_at
    from in_scope('leads', $scope, $as_of)
    where $kpi = 'leads'
    union all
    select lead_no, entered_at
    from in_scope('stage_spells', $scope, $as_of) as spells
    cross join floors
    where spells.rank >= floors.rank and spells.former_rank < floors.rank
        and entered_at < $as_of and not is_assumed
),

arrivals as (
    select lead_no, reached_at
    from counted
    join months on counted.reached_at >= months.starts_at and counted.reached_at < months.ends_at
)

select lead_id, company, stage, owner, score, reached_at, opted_out, record_url
from arrivals
join lead_cards('arrivals', $as_of) as cards using (lead_no)
order by reached_at, lead_id;
