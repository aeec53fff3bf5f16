-- target_spans: the targets of every version while it was in force; before the first version its targets hold.
-- grain: version × key of a figure; [from_on, to_on), null = no bound
create table target_spans as
with

spans as (
    select
        effective_from,
        case
            when effective_from > min(effective_from) over () then effective_from
        end as from_on,
        lead(effective_from) over (order by effective_from) as to_on
    from (select distinct effective_from from rule_versions) as versions
)

select kpi, target, from_on, to_on
from version_targets
join spans using (effective_from);

-- the targets of the version in force on a day
create macro targets_on(day) as table
select kpi, target
from target_spans
where (from_on is null or from_on <= day) and (to_on is null or to_on > day);
