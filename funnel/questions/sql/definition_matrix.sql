-- definition_matrix: does what marketing and sales call an MQL hold, by what leads did and what is known of them?
-- grain: behaviour × information, zeros shown, in the order of the rules; no rows where the rules do not grade them
-- The behaviour is that up to the hand-off; the information is as exported, so what was filled in later counts too.
-- columns:
--   behaviour    VARCHAR  grade of what the lead had done
--   information  VARCHAR  grade of what is known of it
--   agreed       VARCHAR  what was agreed for the cell: mql, sql or nothing yet (empty)
--   handed_off   BIGINT   leads of the cell whose hand-off (the first reach of mql) lies in the months and is dated
--   accepted     BIGINT   of these, taken on to sql or beyond by $as_of
--   rejected     BIGINT   of these, given back (below mql or off the path) first
--   open         BIGINT   of these, not decided yet
--   rate         DOUBLE   accepted / (accepted + rejected), 0…1
--   ci_low       DOUBLE   Wilson 95 % interval of the rate
--   ci_high      DOUBLE   the same
--   waiting      BIGINT   leads on the path, never handed off, that stand in the cell at $as_of, whatever the months
--   small        BOOLEAN  fewer than 20 decisions
with

months as (
    select min(starts_at) as starts_at, max(ends_at) as ends_at
    from months_between($from_month, $to_month, $as_of)
),

handed as (
    select
        handoffs.lead_no,
        case when handoffs.is_beyond then 'accepted' else handoffs.decision end as decision,
        handoffs.reached_at
    from handoffs_in_scope(null, $scope, $as_of) as handoffs
    cross join months
    where handoffs.is_first
        and handoffs.reached_at >= months.starts_at and handoffs.reached_at < months.ends_at
),

waiting as (
    select lead_no
    from in_scope('leads', besides_owner($scope), $as_of)
    join stages_at($as_of) as spells using (lead_no)
    join owners_at($as_of) as owners using (lead_no)
    cross join settings
    where spells.kind = 'path' and spells.top_rank < settings.mql_rank
        and is_owner_in_scope(owners.owner, $scope)
),

placed as (
    select handed.lead_no, handed.decision, coalesce(max(met.position), 0) as position
    from handed
    left join behaviours_met as met
        on handed.lead_no = met.lead_no and met.met_at <= handed.reached_at
    group by handed.lead_no, handed.decision
    union all
    select waiting.lead_no, 'waiting', coalesce(max(met.position), 0)
    from waiting
    left join behaviours_met as met
        on waiting.lead_no = met.lead_no and met.met_at < $as_of
    group by waiting.lead_no
),

counts as (
    select
        placed.position as behaviour_position,
        coalesce(known.position, 0) as information_position,
        count(*) filter (where placed.decision <> 'waiting') as handed_off,
        count(*) filter (where placed.decision = 'accepted') as accepted,
        count(*) filter (where placed.decision = 'rejected') as rejected,
        count(*) filter (where placed.decision = 'open') as open,
        count(*) filter (where placed.decision = 'waiting') as waiting
    from placed
    left join lead_information as known using (lead_no)
    group by behaviour_position, information_position
)

select
    rows.behaviour,
    columns.information,
    agreed_words.agreed,
    coalesce(counts.handed_off, 0) as handed_off,
    coalesce(counts.accepted, 0) as accepted,
    coalesce(counts.rejected, 0) as rejected,
    coalesce(counts.open, 0) as open,
    rate(counts.accepted, counts.accepted + counts.rejected) as rate,
    wilson_low(counts.accepted, counts.accepted + counts.rejected) as ci_low,
    wilson_high(counts.accepted, counts.accepted + counts.rejected) as ci_high,
    coalesce(counts.waiting, 0) as waiting,
    is_small(coalesce(counts.accepted + counts.rejected, 0)) as small
from behaviour_grades as rows
cross join information_grades as columns
left join agreed_words
    on rows.behaviour = agreed_words.behaviour and columns.information = agreed_words.information
left join counts
    on rows.position = counts.behaviour_position and columns.position = counts.information_position
order by rows.position, columns.position;
