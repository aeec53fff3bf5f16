-- handoff_agreement: does marketing hand over what was agreed, and what becomes of the rest?
-- grain: month × kind (as_agreed, before_agreed, outside, held_back), zeros shown; no rows where nothing is agreed
-- columns:
--   month    DATE     month of the hand-off (held_back: of qualifying), its first day
--   kind     VARCHAR  as_agreed = met the condition when it was handed off · before_agreed = met it only later ·
--                     outside = never met it · held_back = met it and is not handed off by $as_of
--   leads    BIGINT   leads of the kind; a hand-off whose date is not known is in none
--   sql      BIGINT   of these, reached sql by $as_of
--   rate     DOUBLE   sql / leads, 0…1
--   ci_low   DOUBLE   Wilson 95 % interval of the rate
--   ci_high  DOUBLE   the same
with

months as (
    select * from months_between($from_month, $to_month, $as_of)
    where exists (select 1 from handoff_items)
),

kinds (position, kind) as (
    values (0, 'as_agreed'), (1, 'before_agreed'), (2, 'outside'), (3, 'held_back')
),

grouped as (
    select
        lead_no,
        reached_at as happened_at,
        case
            when qualified_at is null then 'outside'
            when qualified_at <= reached_at then 'as_agreed'
            else 'before_agreed'
        end as kind
    from handoffs_in_scope(null, $scope, $as_of) as handoffs
    left join (select lead_no, qualified_at from qualified where qualified_at < $as_of) as met using (lead_no)
    where is_first
    union all
    select lead_no, qualified_at, 'held_back'
    from in_scope('qualified', besides_owner($scope), $as_of) as met
    join stages_at($as_of) as spells using (lead_no)
    join owners_at($as_of) as owners using (lead_no)
    cross join settings
    where qualified_at < $as_of and spells.top_rank < settings.mql_rank and is_owner_in_scope(owners.owner, $scope)
),

counts as (
    select
        months.month,
        grouped.kind,
        count(*) as leads,
        count(*) filter (where spells.top_rank >= settings.sql_rank) as sql
    from grouped
    join months on grouped.happened_at >= months.starts_at and grouped.happened_at < months.ends_at
    join stages_at($as_of) as spells using (lead_no)
    cross join settings
    group by months.month, grouped.kind
)

select
    months.month,
    kinds.kind,
    coalesce(counts.leads, 0) as leads,
    coalesce(counts.sql, 0) as sql,
    rate(counts.sql, counts.leads) as rate,
    wilson_low(counts.sql, counts.leads) as ci_low,
    wilson_high(counts.sql, counts.leads) as ci_high
from months
cross join kinds
left join counts using (month, kind)
order by months.month, kinds.position;
