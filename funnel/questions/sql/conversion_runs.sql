-- conversion_runs: has conversion moved? The mature months of $from_month to $to_month before and from a break on.
-- grain: one row per version of the rules that began within the months, the newest first; then the last three months
-- columns:
--   kind              VARCHAR  revision: the months from that in which a version of the rules began; recent: the last three
--                              mature months with anyone, against all before
--   began_on          DATE     day on which the version began; null = recent
--   first_month       DATE     first month of the run after the break that has anyone; null = none
--   last_month        DATE     its last month that has anyone
--   base_before       BIGINT   leads that first entered $from_stage in the mature months before
--   converted_before  BIGINT   of these, on to $to_stage or beyond within $window_days
--   rate_before       DOUBLE   converted_before / base_before, 0…1
--   base_after        BIGINT   the same of the mature months from the break on
--   converted_after   BIGINT   the same
--   rate_after        DOUBLE   converted_after / base_after, 0…1
--   small             BOOLEAN  either base below 20
--   verdict           VARCHAR  rate_after against rate_before: higher, lower, or unclear where Newcombe's 95 % interval of the
--                              difference holds 0; null where small
with

arrivals as (
    select * from conversion_entries($from_stage, $to_stage, null, $scope, $as_of) where kind = 'entered'
),

cohorts as (
    select month, entered, converted
    from cohorts_of('arrivals', $window_days, $from_month, $to_month, $as_of)
    where is_mature
),

breaks as (
    select 'revision' as kind, effective_from as began_on, date_trunc('month', effective_from)::date as starts_on
    from (select distinct effective_from from rule_versions) as versions
    where effective_from > (select min(effective_from) from rule_versions)
        and effective_from > $from_month
        and effective_from < $to_month + interval 1 month
    union all
    select 'recent', null, min(month)
    from (select month from cohorts order by month desc limit 3) as newest
),

runs as (
    select
        breaks.kind,
        breaks.began_on,
        min(month) filter (where month >= starts_on) as first_month,
        max(month) filter (where month >= starts_on) as last_month,
        coalesce(sum(entered) filter (where month < starts_on), 0)::bigint as base_before,
        coalesce(sum(converted) filter (where month < starts_on), 0)::bigint as converted_before,
        coalesce(sum(entered) filter (where month >= starts_on), 0)::bigint as base_after,
        coalesce(sum(converted) filter (where month >= starts_on), 0)::bigint as converted_after
    from breaks
    left join cohorts on true
    group by breaks.kind, breaks.began_on, breaks.starts_on
)

select
    kind,
    began_on,
    first_month,
    last_month,
    base_before,
    converted_before,
    rate(converted_before, base_before) as rate_before,
    base_after,
    converted_after,
    rate(converted_after, base_after) as rate_after,
    is_small(base_before) or is_small(base_after) as small,
    change_verdict(converted_before, base_before, converted_after, base_after) as verdict
from runs
order by kind desc, began_on desc;
