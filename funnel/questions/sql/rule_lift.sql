-- rule_lift: does each rule of the score predict who goes on to $to_stage?
-- grain: rule: attributes, then behaviours, as the rules list them
-- Counted are the leads created in the months, at least $window_days before $as_of; those whose reach of $to_stage
-- nothing dates are left out.
-- columns:
--   rule          VARCHAR  attributes[0] … behaviours[0] …
--   leads_with    BIGINT   leads that fit the attribute; that the behaviour gave points before they reached $to_stage
--   rate_with     DOUBLE   of these, the share that reached $to_stage by $as_of
--   leads_without BIGINT   all others
--   rate_without  DOUBLE   the same of these
--   odds_ratio    DOUBLE   odds of reaching it with the rule / without; null where one of the four counts is 0
--   ci_low        DOUBLE   95 % interval of the odds ratio, from its logarithm
--   ci_high       DOUBLE   the same
--   points        DOUBLE   points that the rule gives
--   small         BOOLEAN  the smaller group is fewer than 20 leads
with

base as (
    select lead_no, reaches.reached_at
    from in_scope('leads', $scope, $as_of) as chosen
    cross join span_of_months($from_month, $to_month, $as_of) as months
    left join first_reaches($to_stage, $as_of) as reaches using (lead_no)
    where chosen.created_at >= months.starts_at and chosen.created_at < months.ends_at
        and us_between(chosen.created_at, $as_of) >= window_us($window_days)
        and not coalesce(reaches.is_assumed, false)
),

totals as (
    select count(*) as leads, count(reached_at) as reached from base
),

rules as (
    select 0 as kind, position, rule, points from score_attributes
    union all
    select 1, position, rule, points from score_behaviours
),

fits as (
    select rule, count(*) as leads, count(base.reached_at) as reached
    from score_attributes_met
    join base using (lead_no)
    group by rule
    union all
    select rule, count(*), count(base.reached_at)
    from score_awards as awards
    join base using (lead_no)
    where awards.is_first and awards.occurred_at < coalesce(base.reached_at, $as_of)
    group by rule
),

cells as (
    select
        rules.kind,
        rules.position,
        rules.rule,
        rules.points,
        coalesce(fits.reached, 0) as with_reached,
        coalesce(fits.leads - fits.reached, 0) as with_not,
        totals.reached - coalesce(fits.reached, 0) as without_reached,
        totals.leads - totals.reached - coalesce(fits.leads - fits.reached, 0) as without_not
    from rules
    cross join totals
    left join fits using (rule)
),

odds as (
    select
        *,
        with_reached + with_not as leads_with,
        without_reached + without_not as leads_without,
        with_reached * without_not / nullif(with_not * without_reached, 0) as odds_ratio,
        1.959963984540054 * sqrt(1 / with_reached + 1 / with_not + 1 / without_reached + 1 / without_not) as reach
    from cells
)

select
    rule,
    leads_with,
    rate(with_reached, leads_with) as rate_with,
    leads_without,
    rate(without_reached, leads_without) as rate_without,
    nullif(odds_ratio, 0) as odds_ratio,
    exp(ln(nullif(odds_ratio, 0)) - reach) as ci_low,
    exp(ln(nullif(odds_ratio, 0)) + reach) as ci_high,
    points,
    is_small(least(leads_with, leads_without)) as small
from odds
order by kind, position;
