-- engagement: how many leads do mails, papers and seminars reach, and how many answer?
-- grain: month × segment; the rules say under roles which types count
-- columns:
--   month          DATE     month, its first day
--   segment        VARCHAR  value of the dimension $by; null without one
--   mailed_leads   BIGINT   leads that got a mail in the month
--   opened_leads   BIGINT   of these, opened a mail within 14 days of one of them
--   open_rate      DOUBLE   opened_leads / mailed_leads, 0…1
--   open_ci_low    DOUBLE   Wilson 95 % interval of the rate
--   open_ci_high   DOUBLE   the same
--   clicked_leads  BIGINT   of the mailed, clicked within 14 days of one of them
--   click_rate     DOUBLE   clicked_leads / mailed_leads, 0…1
--   click_ci_low   DOUBLE   Wilson 95 % interval of the rate
--   click_ci_high  DOUBLE   the same
--   downloads      BIGINT   downloads in the month
--   attendees      BIGINT   leads that came to a seminar in the month
--   active_leads   BIGINT   leads that did anything of their own in the month
with

months as (
    select * from months_between($from_month, $to_month, $as_of)
),

acts as (
    select
        lead_no,
        occurred_at,
        role = 'mailed' as is_mailed,
        role = 'mailed' and opened_at < $as_of as is_opened,
        role = 'mailed' and clicked_at < $as_of as is_clicked,
        role = 'download' as is_download,
        role = 'attendance' as is_attendee,
        false as is_own
    from outreach
    where occurred_at < $as_of
    union all
    select lead_no, occurred_at, false, false, false, false, false, true
    from activities
    where side = 'lead' and occurred_at < $as_of
),

by_lead as (
    select
        months.month,
        acts.lead_no,
        bool_or(acts.is_mailed) as is_mailed,
        coalesce(bool_or(acts.is_opened), false) as is_opened,
        coalesce(bool_or(acts.is_clicked), false) as is_clicked,
        count(*) filter (where acts.is_download) as downloads,
        bool_or(acts.is_attendee) as is_attendee,
        bool_or(acts.is_own) as is_active
    from acts
    join months on acts.occurred_at >= months.starts_at and acts.occurred_at < months.ends_at
    group by months.month, acts.lead_no
),

counts as (
    select
        by_lead.month,
        chosen.segment,
        chosen.segment_position,
        count(*) filter (where is_mailed) as mailed_leads,
        count(*) filter (where is_opened) as opened_leads,
        count(*) filter (where is_clicked) as clicked_leads,
        sum(downloads)::bigint as downloads,
        count(*) filter (where is_attendee) as attendees,
        count(*) filter (where is_active) as active_leads
    from by_lead
    join in_scope_by('leads', $by, $scope, $as_of) as chosen using (lead_no)
    group by by_lead.month, chosen.segment, chosen.segment_position
),

listed as (
    select distinct segment, segment_position from counts where $by is not null
    union all
    select null, null where $by is null
)

select
    months.month,
    listed.segment,
    coalesce(counts.mailed_leads, 0) as mailed_leads,
    coalesce(counts.opened_leads, 0) as opened_leads,
    rate(counts.opened_leads, counts.mailed_leads) as open_rate,
    wilson_low(counts.opened_leads, counts.mailed_leads) as open_ci_low,
    wilson_high(counts.opened_leads, counts.mailed_leads) as open_ci_high,
    coalesce(counts.clicked_leads, 0) as clicked_leads,
    rate(counts.clicked_leads, counts.mailed_leads) as click_rate,
    wilson_low(counts.clicked_leads, counts.mailed_leads) as click_ci_low,
    wilson_high(counts.clicked_leads, counts.mailed_leads) as click_ci_high,
    coalesce(counts.downloads, 0) as downloads,
    coalesce(counts.attendees, 0) as attendees,
    coalesce(counts.active_leads, 0) as active_leads
from months
cross join listed
left join counts on months.month = counts.month and listed.segment is not distinct from counts.segment
order by months.month, listed.segment_position nulls last, listed.segment nulls last;
