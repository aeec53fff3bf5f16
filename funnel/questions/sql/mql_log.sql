-- mql_log: every dated entry to mql: who handed it over, on what grounds, and what sales decided.
-- grain: one row per entry, without months all; by reached_at, lead_id, pass
-- columns:
--   lead_id        VARCHAR  lead
--   pass           INTEGER  1 at first; one more with each re-entry to mql or beyond
--   reached_at     TIMESTAMP WITH TIME ZONE  the entry
--   score          DOUBLE   just before it; null = unscored
--   qualified_at   TIMESTAMP WITH TIME ZONE  since when the lead meets what was agreed; null = not yet
--   qualified_by   VARCHAR  the item that it met first, any_of[0] …
--   handed_by      VARCHAR  who changed the stage
--   channel        VARCHAR  channel as exported
--   decision       VARCHAR  accepted (on to sql or beyond), rejected (below mql or off the path), open
--   decided_at     TIMESTAMP WITH TIME ZONE  when; null = open
--   decided_by     VARCHAR  who changed the stage then
--   reason         VARCHAR  what that change gives as a reason
--   rules_version  VARCHAR  version in force on the day of the entry
with

chosen as (
    select *
    from handoffs_in_scope(null, $scope, $as_of)
    where is_entry and (
        $from_month is null
        or (
            reached_at >= local_midnight($from_month)
            and reached_at < local_midnight($to_month::timestamp + interval 1 month)
        )
    )
),

dated as (
    select
        chosen.lead_no,
        chosen.seq,
        coalesce(
            arg_max(versions.version, (versions.effective_from, versions.version))
                filter (where versions.effective_from <= local_date(chosen.reached_at)),
            arg_min(versions.version, (versions.effective_from, versions.version))
        ) as rules_version
    from chosen
    cross join rule_versions as versions
    group by chosen.lead_no, chosen.seq
)

select
    leads.lead_id,
    chosen.pass,
    chosen.reached_at,
    chosen.score,
    qualified.qualified_at,
    qualified.qualified_by,
    chosen.handed_by,
    leads.channel,
    chosen.decision,
    chosen.decided_at,
    chosen.decided_by,
    chosen.reason,
    dated.rules_version
from chosen
join dated using (lead_no, seq)
join leads using (lead_no)
left join qualified on chosen.lead_no = qualified.lead_no and qualified.qualified_at < $as_of
order by chosen.reached_at, leads.lead_id, chosen.pass, chosen.seq;
