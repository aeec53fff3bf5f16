-- What tool_leads knows more: merged records go, ids of owners become names; then `placed` grows tool by tool.
delete from tool_leads
using survivors
where survivors.tool = tool_leads.tool and survivors.gone = tool_leads.lead_id
    and exists (select 1 from tool_leads as others where others.tool = survivors.tool and others.lead_id = survivors.lead_id);

-- deleted, and in no export since
delete from tool_leads
using (
    select tool, lead_id, max(gone_at) as gone_at
    from (
        select kept_merges.tool, lead_id, coalesce(gone_at, kept_merges.exported_at) as gone_at
        from read_parquet(getvariable('merge_parts'), union_by_name = true, filename = '—path')
        join kept_merges on kept_merges.path = "—path"
        where is_gone
    )
    group by all
) as gone
where gone.tool = tool_leads.tool and gone.lead_id = tool_leads.lead_id and tool_leads.seen_at < gone.gone_at;

update tool_leads set owner = people.name from people where people.tool = tool_leads.tool and people.person = tool_leads.owner;

-- ---------------------------------------------------------------- which leads of two tools are one: `placed` grows tool by tool

create or replace temp table placed (
    final_id varchar, tool varchar, lead_id varchar, id_key varchar, crm_id varchar, other_id varchar, mail_key varchar, joined_by varchar
);
create or replace temp table ambiguous (tool varchar, lead_id varchar);
