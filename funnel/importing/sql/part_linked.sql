-- How many rows more a part is served with: one activity of several leads is a row for each.
-- tables: links(activity_id, lead_id, tool), losers. variables: part, part_before (where it was), tool, has_lists
with

staying as (
    select * from read_parquet(getvariable('part'), file_row_number = true)
    where file_row_number not in (select place from losers where path = getvariable('part_before'))
)

select
    coalesce(sum(len(list_distinct(string_split(lead_id, ';'))) - 1) filter (where getvariable('has_lists') and contains(lead_id, ';')), 0)
    + (
        select count(*) - count(distinct file_row_number)
        from staying
        join links on links.tool = getvariable('tool') and links.activity_id = regexp_replace(staying.activity_id, '^[^:]*:[^:]*:', '')
        where staying.lead_id is null and staying.lead_email is null
    ) as more
from staying;
