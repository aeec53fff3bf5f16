-- flow: how many leads each stage held at a month's start, took in, gave away, and held at its end.
-- grain: month × stage (every one, in the order of the rules), zeros shown; a month that $as_of cuts ends there
-- columns:
--   month          DATE     first day of the month
--   stage          VARCHAR  stage key
--   opening        BIGINT   leads in the stage at the month's start
--   entered        BIGINT   entries in the month, births included
--   left_forward   BIGINT   left to a higher stage or won
--   left_back      BIGINT   left to a lower stage
--   left_lost      BIGINT   left to lost
--   left_dormant   BIGINT   left to dormant
--   left_recycled  BIGINT   left lost or dormant to another stage
--   closing        BIGINT   opening + entered - all left
with

months as (
    select * from months_between($from_month, $to_month, $as_of)
),

events as (
    select stage, entered_at as happened_at, 'entered' as event
    from in_scope('stage_spells', $scope, $as_of)
    where entered_at < $as_of
    union all
    select stage, left_at, exit_kind
    from in_scope('stage_spells', $scope, $as_of)
    where entered_at < $as_of and left_at < $as_of
),

counts as (
    select
        months.month,
        events.stage,
        count(*) filter (where event = 'entered') as entered,
        count(*) filter (where event in ('forward', 'won')) as left_forward,
        count(*) filter (where event = 'back') as left_back,
        count(*) filter (where event = 'lost') as left_lost,
        count(*) filter (where event = 'dormant') as left_dormant,
        count(*) filter (where event = 'recycled') as left_recycled
    from events
    join months on events.happened_at >= months.starts_at and events.happened_at < months.ends_at
    group by months.month, events.stage
),

before as (
    select stage, count(*) filter (where event = 'entered') - count(*) filter (where event <> 'entered') as leads
    from events
    where happened_at < (select min(starts_at) from months)
    group by stage
),

grid as (
    select
        months.month,
        stages.stage,
        stages.position,
        coalesce(before.leads, 0) as before,
        coalesce(counts.entered, 0) as entered,
        coalesce(counts.left_forward, 0) as left_forward,
        coalesce(counts.left_back, 0) as left_back,
        coalesce(counts.left_lost, 0) as left_lost,
        coalesce(counts.left_dormant, 0) as left_dormant,
        coalesce(counts.left_recycled, 0) as left_recycled
    from months
    cross join stages
    left join counts on months.month = counts.month and stages.stage = counts.stage::varchar
    left join before on stages.stage = before.stage::varchar
),

balances as (
    select
        *,
        (before + sum(entered - left_forward - left_back - left_lost - left_dormant - left_recycled)
            over (partition by stage order by month))::bigint as closing
    from grid
)

select
    month,
    stage,
    closing - entered + left_forward + left_back + left_lost + left_dormant + left_recycled as opening,
    entered,
    left_forward,
    left_back,
    left_lost,
    left_dormant,
    left_recycled,
    closing
from balances
order by month, position;
