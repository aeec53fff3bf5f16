-- rejections: why did sales give leads back, and which of them became an sql all the same?
-- grain: reason × segment, of entries to mql that were rejected in the months; by leads descending, reason, segment
-- columns:
--   reason     VARCHAR  what the deciding change gives as a reason; null = none
--   segment    VARCHAR  value of the dimension $by (owner: right after the entry); null without one
--   leads      BIGINT   leads that were rejected, once per reason
--   later_sql  BIGINT   of these, entered sql or beyond within 180 days of the rejection
with

months as (
    select min(starts_at) as starts_at, max(ends_at) as ends_at
    from months_between($from_month, $to_month, $as_of)
),

rejected as (
    select row_number() over () as rejection_no, segment, segment_position, lead_no, decided_at, reason
    from handoffs_in_scope($by, $scope, $as_of)
    cross join months
    where is_entry and decision = 'rejected'
        and decided_at >= months.starts_at and decided_at < months.ends_at
),

returned as (
    select distinct rejection_no
    from rejected
    join stage_spells as spells using (lead_no)
    where spells.rank >= (select sql_rank from settings)
        and not spells.is_assumed
        and spells.entered_at < $as_of
        and spells.entered_at >= rejected.decided_at
        and us_between(rejected.decided_at, spells.entered_at) < window_us(180)
)

select
    reason,
    segment,
    count(distinct lead_no) as leads,
    count(distinct lead_no) filter (where returned.rejection_no is not null) as later_sql
from rejected
left join returned using (rejection_no)
group by reason, segment, segment_position
order by leads desc, reason nulls last, segment_position nulls last, segment nulls last;
