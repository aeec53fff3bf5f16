-- A part of the activities with its leads as they are called here; one activity of several leads is a row for each.
-- tables: links(activity_id, lead_id), moved, mails, losers. variables: part, tool, is_base
with

staying as (
    select * from read_parquet(getvariable('part'), file_row_number = true)
    where file_row_number not in (select place from losers where path = getvariable('part'))
),

linked as (
    select
        staying.* exclude (activity_id, lead_id),
        case when links.lead_id is null then staying.activity_id else staying.activity_id || '@' || links.lead_id end as activity_id,
        coalesce(staying.lead_id, links.lead_id) as lead_id
    from staying
    left join links
        on staying.lead_id is null and staying.lead_email is null and links.tool = getvariable('tool')
        and links.activity_id = regexp_replace(staying.activity_id, '^[^:]*:[^:]*:', '')
)

select
    activity_id,
    coalesce(moved.final_id, case when getvariable('is_base') then linked.lead_id else getvariable('tool') || ':' || linked.lead_id end,
        mails.final_id, 'unlinked:' || md5(coalesce(lead_email, activity_id))) as lead_id,
    occurred_at, type, actor, outcome, from_value, to_value, reason, points, asset, not_before
from linked
left join moved on moved.tool = getvariable('tool') and moved.ref = linked.lead_id
left join mails on linked.lead_id is null and mails.mail_key = linked.lead_email
order by file_row_number, activity_id;
