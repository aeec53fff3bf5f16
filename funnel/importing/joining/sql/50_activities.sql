-- One part of the activities, as it is served. Most parts are served as they are.
-- in: the part; moved, mails, losers, people(tool, person, name), links(activity_id, lead_id, tool).
--     variables: part, part_before (where it was), tool, is_base, has_lists (several ids in one cell)
-- out: whether it has to be written again, how many rows more it gets, its rows


-- answer: is_moved
-- Whether a part has an activity whose lead or people are called otherwise here, or that names no lead or several.
select exists (
    select 1
    from read_parquet(getvariable('part'))
    where lead_id is null or lead_id in (select ref from moved where tool = getvariable('tool'))
        or getvariable('has_lists') and contains(lead_id, ';')
        or actor in (select person from people where tool = getvariable('tool'))
        or type = 'owner_change' and (to_value in (select person from people where tool = getvariable('tool'))
            or from_value in (select person from people where tool = getvariable('tool')))
) as is_moved;


-- answer: part_linked
-- How many rows more a part is served with: one activity of several leads is a row for each.
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


-- answer: part_out
-- A part of the activities with its leads and people as they are called here; one activity of several leads is a row for each.
with

staying as (
    select * from read_parquet(getvariable('part'), file_row_number = true)
    where file_row_number not in (select place from losers where path = getvariable('part_before'))
),

linked as (
    select staying.* exclude (lead_id), coalesce(staying.lead_id, links.lead_id) as lead_id, links.lead_id is not null as is_of_several
    from staying
    left join links
        on staying.lead_id is null and staying.lead_email is null and links.tool = getvariable('tool')
        and links.activity_id = regexp_replace(staying.activity_id, '^[^:]*:[^:]*:', '')
    where not (getvariable('has_lists') and contains(coalesce(staying.lead_id, ''), ';'))
    union all by name
    select * exclude (lead_id), unnest(list_distinct(string_split(lead_id, ';'))) as lead_id, true as is_of_several
    from staying
    where getvariable('has_lists') and contains(lead_id, ';')
),

known as (
    select person, name from people where tool = getvariable('tool')
)

select
    case when is_of_several then activity_id || '@' || trimmed(linked.lead_id) else activity_id end as activity_id,
    coalesce(moved.final_id, case when getvariable('is_base') then trimmed(linked.lead_id) else getvariable('tool') || ':' || trimmed(linked.lead_id) end,
        own_mails.final_id, mails.final_id, 'unlinked:' || md5(coalesce(lead_email, activity_id))) as lead_id,
    occurred_at,
    type,
    coalesce(actors.name, actor) as actor,
    outcome,
    coalesce(old_people.name, from_value) as from_value,
    coalesce(new_people.name, to_value) as to_value,
    reason, points, asset, not_before
from linked
left join moved on moved.tool = getvariable('tool') and moved.ref = trimmed(linked.lead_id)
left join mails as own_mails on linked.lead_id is null and own_mails.tool = getvariable('tool') and own_mails.mail_key = linked.lead_email
left join mails on linked.lead_id is null and mails.tool = '' and mails.mail_key = linked.lead_email
left join known as actors on actors.person = actor
left join known as old_people on type = 'owner_change' and old_people.person = from_value
left join known as new_people on type = 'owner_change' and new_people.person = to_value
order by file_row_number, activity_id;
