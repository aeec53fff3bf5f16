-- what_if_leads: which leads would have been an MQL under other rules and are not, the other way round, or at another time?
-- grain: one row per lead that moves and whose date, as it is or would be, lies in the months; by move (in, out, earlier,
-- later), then_at (out: qualified_at), lead_id
-- $elsewhere: who qualifies under the other version, as its own layer says; null with a $shift
-- columns:
--   move           VARCHAR  in = qualifies only under the other rules · out = only under the rules as they are ·
--                           earlier, later = under both
--   lead_id        VARCHAR  lead
--   company        VARCHAR  its company
--   stage          VARCHAR  stage key at $as_of
--   owner          VARCHAR  who looks after it at $as_of
--   score          DOUBLE   score at $as_of
--   qualified_at   TIMESTAMP WITH TIME ZONE  since when it meets the hand-off as it is; null = not
--   qualified_by   VARCHAR  the item of it, any_of[0] …
--   then_at        TIMESTAMP WITH TIME ZONE  the same under the other rules
--   then_by        VARCHAR  the same, an item of these
--   handed_off_at  TIMESTAMP WITH TIME ZONE  first reach of mql by $as_of; null = not, or not known when
--   sql            BOOLEAN  reached sql by $as_of
with

months as (
    select min(starts_at) as starts_at, max(ends_at) as ends_at
    from months_between($from_month, $to_month, $as_of)
),

moves (position, move) as (
    values (0, 'in'), (1, 'out'), (2, 'earlier'), (3, 'later')
),

moved as (
    select moved.*
    from moved_leads($elsewhere, $shift::double, $scope, $as_of) as moved
    cross join months
    where (qualified_at >= months.starts_at and qualified_at < months.ends_at)
        or (then_at >= months.starts_at and then_at < months.ends_at)
),

handed as (
    select lead_no, entered_at as handed_off_at
    from stage_spells
    cross join settings
    where entered_at < $as_of and not is_assumed
        and rank >= settings.mql_rank and former_rank < settings.mql_rank
)

select
    moved.move,
    leads.lead_id,
    leads.company,
    spells.stage::varchar as stage,
    owners.owner,
    scores.score,
    moved.qualified_at,
    moved.qualified_by,
    moved.then_at,
    moved.then_by,
    handed.handed_off_at,
    spells.top_rank >= settings.sql_rank as sql
from moved
join moves using (move)
join leads using (lead_no)
join stages_at($as_of) as spells using (lead_no)
cross join settings
left join owners_at($as_of) as owners using (lead_no)
left join scores_at($as_of) as scores using (lead_no)
left join handed using (lead_no)
order by moves.position, coalesce(moved.then_at, moved.qualified_at), leads.lead_id;
