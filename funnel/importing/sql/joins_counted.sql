-- How the leads of each tool were placed.
select
    tool,
    count(*) as leads,
    count(*) filter (where joined_by = 'crm_id') as joined_by_id,
    count(*) filter (where joined_by = 'email') as joined_by_mail,
    (select count(*) from ambiguous where ambiguous.tool = placed.tool) as ambiguous,
    (select count(*) from merges where merges.tool = placed.tool) as merged
from placed
group by tool
order by tool;
