-- From everything that is kept of leads to one row per person: merged records followed, tools joined.
-- tables: kept_leads(path, seq, tool, exported_at, given), tools(tool, priority, wins), kept_merges (one row per file).
-- variables: lead_parts, merge_parts (never empty: a file without rows stands in)

create or replace temp view snapshots as
    select kept_leads.tool, seq, exported_at, given, parts.*
    from read_parquet(getvariable('lead_parts'), union_by_name = true, filename = '—path') as parts
    join kept_leads on kept_leads.path = "—path";

-- ---------------------------------------------------------------- which record went into which

create or replace temp table merges as
    with said as (
        select tool, lead_id, merged_ids from snapshots where merged_ids is not null
        union all
        select tool, merged_into, lead_id from snapshots where merged_into is not null
        union all
        select kept_merges.tool, lead_id, merged_ids
        from read_parquet(getvariable('merge_parts'), union_by_name = true, filename = '—path')
        join kept_merges on kept_merges.path = "—path"
        where merged_ids is not null
    )
    select tool, min(lead_id) as lead_id, gone
    from (select tool, lead_id, unnest(string_split(merged_ids, ';')) as gone from said)
    where gone <> lead_id
    group by tool, gone;

create or replace temp table survivors as
    with recursive steps as (
        select tool, gone, lead_id, 1 as step from merges
        union all
        select steps.tool, steps.gone, merges.lead_id, step + 1
        from steps
        join merges on merges.tool = steps.tool and merges.gone = steps.lead_id
        where step < 20 and merges.lead_id <> steps.gone
    )
    select tool, gone, arg_max(lead_id, step) as lead_id from steps group by tool, gone;
