-- business_spans: when the team works around $as_of: the spans of its local day, those of the next, and the day before's.
-- grain: span, in order of time
-- columns:
--   local_date  DATE  the day
--   day         VARCHAR  today, next (the first business day after) or before (the last one before)
--   opens_at    TIMESTAMP WITH TIME ZONE  opening
--   closes_at   TIMESTAMP WITH TIME ZONE  closing
with

days as (
    select
        local_date($as_of) as today,
        (select min(local_date) from business_windows where local_date > local_date($as_of)) as next,
        (select max(local_date) from business_windows where local_date < local_date($as_of)) as before
)

select
    business_windows.local_date,
    case business_windows.local_date when days.today then 'today' when days.next then 'next' else 'before' end as day,
    business_windows.opens_at,
    business_windows.closes_at
from business_windows
join days on business_windows.local_date in (days.today, days.next, days.before)
order by business_windows.opens_at;
