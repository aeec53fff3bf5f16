-- Which lead of which tool is which lead here, how it was joined, and where the tools differ.
select placed.final_id as lead_id, placed.tool, placed.lead_id as tool_lead_id, joined_by,
    ambiguous.lead_id is not null as is_ambiguous, targets as conflicts
from placed
left join ambiguous on ambiguous.tool = placed.tool and ambiguous.lead_id = placed.lead_id
left join (select lead_id, list(target order by target) as targets from conflicts group by lead_id) as differing
    on differing.lead_id = placed.final_id
order by placed.final_id, placed.tool, placed.lead_id;
