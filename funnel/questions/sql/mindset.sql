-- mindset: how warm are the leads that marketing still has, at the end of each month?
-- grain: month × mindset, zeros shown; of the month that $as_of cuts, as of then
-- Leads in an open stage that were never handed off by then; unscored ones are left out.
-- columns:
--   month    DATE     month, its first day
--   mindset  VARCHAR  by the thresholds of the rules: awareness < interest <= interest < consideration <= consideration
--                     < mql <= ready
--   leads    BIGINT   leads
with

months as (
    select month, least(ends_at, $as_of) as judged_at
    from months_between($from_month, $to_month, $as_of)
),

mindsets (position, mindset) as (
    values (0, 'awareness'), (1, 'interest'), (2, 'consideration'), (3, 'ready')
),

standing as (
    select
        months.month,
        case
            when scores.score < settings.threshold_interest then 'awareness'
            when scores.score < settings.threshold_consideration then 'interest'
            when scores.score < settings.threshold_mql then 'consideration'
            else 'ready'
        end as mindset
    from months
    join nurtured_spells($scope, $as_of) as spells
        on spells.created_at < months.judged_at
        and spells.entered_at < months.judged_at
        and (spells.left_at is null or spells.left_at >= months.judged_at)
    join score_spells as scores
        on spells.lead_no = scores.lead_no
        and scores.from_at < months.judged_at
        and (scores.to_at is null or scores.to_at >= months.judged_at)
    cross join settings
    where scores.score is not null
),

counts as (
    select month, mindset, count(*) as leads
    from standing
    group by month, mindset
)

select months.month, mindsets.mindset, coalesce(counts.leads, 0) as leads
from months
cross join mindsets
left join counts using (month, mindset)
order by months.month, mindsets.position;
