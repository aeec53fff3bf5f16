-- health_check: the twelve points against leads left alone: do the rules say so, and does it hold, as of $as_of?
-- grain: one row per point, 1 to 12
-- columns:
--   point      INTEGER  1 to 12
--   key        VARCHAR  what is checked
--   defined    BOOLEAN  the rules say so; null = nothing to say
--   figure     DOUBLE   share for which it holds, 0…1; null without a base, or a milestone that it needs
--   base       BIGINT   of how many; null where there is no figure to the point
--   threshold  DOUBLE   the share from which on it holds
--   status     VARCHAR  yes, partly, no, unknown
--   small      BOOLEAN  base below 20
--   page       VARCHAR  the page on which it is looked after
with

points (point, key, threshold, page) as (
    values
        (1, 'stages_defined', 1::double, 'definitions'),
        (2, 'roles_assigned', 0.95, 'follow_ups'),
        (3, 'new_leads_noticed', 0.9, 'follow_ups'),
        (4, 'silence_watched', 0.8, 'dormant'),
        (5, 'hot_agreed', 0.8, 'conversion'),
        (6, 'handoff_kept', 0.8, 'conversion'),
        (7, 'deadline_kept', 0.9, 'follow_ups'),
        (8, 'results_recorded', 0.9, 'data_quality'),
        (9, 'recycling', 0.5, 'dormant'),
        (10, 'reviewed', null, 'monthly'),
        (11, 'kpis_tracked', 0.9, 'monthly'),
        (12, 'feedback', 0.8, 'conversion')
),

first_stage as (
    select stage, max_days is not null or max_business_days is not null as has_limit from stages where rank = 0
),

later_policies as (
    -- those that start at mql or a later stage
    select policy
    from policies
    join stages on policies.start_stage = stages.stage
    cross join settings
    where policies.start_kind = 'stage' and stages.rank >= mql_rank
),

recorded_types as (
    select type from activity_types where side = 'us' and not connects_any and type not in (
        'stage_change', 'owner_change', 'score_change'
    )
),

said (point, defined) as (
    select 2, bool_and(has_owner) from stages
    union all
    select 3, has_limit or exists (
        select 1 from policies where start_kind = 'created' or start_stage = first_stage.stage
    )
    from first_stage
    union all
    select 4, bool_and(max_days is not null or max_business_days is not null) from stages where kind = 'path'
    union all
    select 5, exists (select 1 from handoff_items) and agreed_names > 0 and agreed_on is not null from settings
    union all
    select 6, exists (select 1 from handoff_items)
    union all
    select 7, exists (select 1 from later_policies)
    union all
    select 8, exists (select 1 from recorded_types)
    union all
    select 9, coalesce(bool_and(has_action), true) from stages where kind in ('lost', 'dormant')
    union all
    select 10, review_by >= local_date($as_of) from settings
    union all
    select 11, exists (select 1 from targets where kpi in ('mql_to_sql', 'sql_to_won'))
    union all
    select 12, agreed_names >= 2 from settings
),

chosen as (
    select lead_no, created_at from in_scope('leads', $scope, $as_of)
),

spells as (
    select lead_no, seq, kind, rank, former_rank, entered_at, left_at, is_assumed
    from in_scope('stage_spells', $scope, $as_of)
    where entered_at < $as_of
),

acts as (
    select lead_no, occurred_at, side, type, outcome
    from activities
    semi join chosen using (lead_no)
    where occurred_at < $as_of and side in ('us', 'auto')
),

handed as (
    select lead_no, entered_at, is_assumed
    from spells
    cross join settings
    where rank >= mql_rank and former_rank < mql_rank
),

-- from when on somebody should have acted, and for how many days there was time
awaited (point, lead_no, begins_at, days) as (
    select 3, lead_no, created_at, 3
    from chosen
    where created_at >= days_later($as_of, -93) and created_at < days_later($as_of, -3)
    union all
    select 9, lead_no, parked_at, 90
    from in_scope('parkings', $scope, $as_of)
    where parked_at >= days_later($as_of, -270) and parked_at < days_later($as_of, -90)
),

judged as (
    select policy, due_at, state from ended_clocks_at($scope, $as_of)
    union all
    select policy, due_at, state from unended_clocks_at($scope, $as_of) where not is_ended
),

this_instant as (
    select 'now' as period, $as_of as ends_at
),

holding (point, part, base) as (
    select 1, count(*) filter (where has_definition), count(*) from stages
    union all
    select 2, count(owners.owner), count(*)
    from spells
    left join owners_at($as_of) as owners using (lead_no)
    where spells.kind = 'path' and (spells.left_at is null or spells.left_at >= $as_of)
    union all
    select
        points.point,
        count(awaited.lead_no) filter (
            where exists (
                select 1
                from acts
                where acts.lead_no = awaited.lead_no
                    and acts.occurred_at >= awaited.begins_at
                    and acts.occurred_at < days_later(awaited.begins_at, awaited.days)
            )
        ),
        count(awaited.lead_no)
    from points
    left join awaited using (point)
    where points.point in (3, 9)
    group by points.point
    union all
    select 4, coalesce(sum(base - part), 0)::bigint, coalesce(sum(base), 0)::bigint
    from kpi_silent('this_instant', $scope, $as_of)
    union all
    select 5, count(*) filter (where qualified_at <= entered_at), count(*)
    from handed
    left join qualified using (lead_no)
    where not is_assumed and entered_at >= days_later($as_of, -90)
    union all
    select 6, count(*) filter (where handed.entered_at < days_later(qualified_at, 30)), count(*)
    from in_scope('qualified', $scope, $as_of) as met
    left join handed using (lead_no)
    where qualified_at >= days_later($as_of, -120) and qualified_at < days_later($as_of, -30)
    union all
    select 7,
        count(*) filter (where state = 'met'),
        count(*) filter (where state in ('met', 'late', 'missed', 'overdue'))
    from judged
    where policy::varchar in (select policy from later_policies)
        and due_at >= days_later($as_of, -90) and due_at < $as_of
    union all
    select 8, count(outcome), count(*)
    from acts
    where type::varchar in (select type from recorded_types) and occurred_at >= days_later($as_of, -90)
    union all
    select 11, count(*) filter (where not is_assumed), count(*) from handed
    union all
    select 12, count(reason), count(*)
    from handoffs_in_scope(null, $scope, $as_of)
    where is_entry and decision = 'rejected' and decided_at >= days_later($as_of, -180)
),

measured as (
    select
        points.*,
        said.defined,
        rate(holding.part, holding.base) as figure,
        holding.base
    from points
    cross join settings
    left join said using (point)
    left join holding
        on points.point = holding.point
        and (mql_rank is not null or points.point not in (5, 6, 7, 9, 11, 12))
        and (sql_rank is not null or points.point <> 12)
)

select
    point,
    key,
    defined,
    figure,
    base,
    threshold,
    case
        when figure is null then if(defined is false, 'no', 'unknown')
        when defined is null then
            case when figure >= threshold then 'yes' when figure >= threshold / 2 then 'partly' else 'no' end
        when defined and figure >= threshold then 'yes'
        when defined or figure >= threshold then 'partly'
        else 'no'
    end as status,
    coalesce(is_small(base), false) as small,
    page
from measured
order by point;
