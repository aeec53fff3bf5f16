-- behind_conversion: the leads of one cohort: those whose first entry to $from_stage lies in $month.
-- grain: one row per lead; those that went on first, then by entry, lead_id
-- columns:
--   lead_id       VARCHAR  lead
--   company       VARCHAR  its company
--   stage         VARCHAR  stage key at $as_of
--   owner         VARCHAR  who looks after it at $as_of
--   score         DOUBLE   score at $as_of
--   entered_at    TIMESTAMP WITH TIME ZONE  first entry to $from_stage
--   converted_at  TIMESTAMP WITH TIME ZONE  on to $to_stage or beyond within $window_days; null = not
--   opted_out     BOOLEAN  must not be contacted
--   record_url    VARCHAR  the record in the SFA
with

months as (
    select * from months_between($month, $month, $as_of)
),

cohort as (
    select
        lead_no,
        entered_at,
        case when us_between(entered_at, converted_at) < window_us($window_days) then converted_at end as converted_at
    from conversion_entries($from_stage, $to_stage, $by, $scope, $as_of) as entries
    join months on entries.entered_at >= months.starts_at and entries.entered_at < months.ends_at
    where kind = 'entered' and entries.segment is not distinct from $segment
)

select lead_id, company, stage, owner, score, entered_at, converted_at, opted_out, record_url
from cohort
join lead_cards('cohort', $as_of) as cards using (lead_no)
order by converted_at is null, entered_at, lead_id;
