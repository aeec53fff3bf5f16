-- What tool_leads knows more: merged records go, ids of owners become names; then `placed` grows tool by tool.
delete from tool_leads
using survivors
where survivors.tool = tool_leads.tool and survivors.gone = tool_leads.lead_id
    and exists (select 1 from tool_leads as others where others.tool = survivors.tool and others.lead_id = survivors.lead_id);

update tool_leads set owner = people.name from people where people.person = tool_leads.owner and people.name is not null;

-- ---------------------------------------------------------------- which leads of two tools are one: `placed` grows tool by tool

create or replace temp table placed (final_id varchar, tool varchar, lead_id varchar, crm_id varchar, other_id varchar, mail_key varchar, joined_by varchar);
create or replace temp table ambiguous (tool varchar, lead_id varchar);
