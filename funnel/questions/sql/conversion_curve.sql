-- conversion_curve: of the leads that first entered $from_stage in the months, how many had gone on to $to_stage by which day?
-- grain: day since the entry, 0 to 180
-- columns:
--   days       INTEGER  days since the entry
--   at_risk    BIGINT   leads that had neither gone on before that day nor were younger
--   converted  BIGINT   leads that went on by that day
--   rate       DOUBLE   share gone on by that day, by Kaplan-Meier: who has not, lost or not, counts as long as $as_of has
--                       seen it; 0…1, null without leads
--   ci_low     DOUBLE   95 % interval of the rate: Greenwood, on the scale of log(-log)
--   ci_high    DOUBLE   the same
with

months as (
    select min(starts_at) as starts_at, max(ends_at) as ends_at
    from months_between($from_month, $to_month, $as_of)
),

stays as (
    select
        0 as line,
        us_between(from_at, coalesce(converted_at, $as_of)) as us,
        converted_at is not null as is_end
    from journeys($from_stage, $to_stage, null, $scope, $as_of)
    join months on from_at >= months.starts_at and from_at < months.ends_at
),

days as (
    select days::integer as days, days * 86400000000 as us from generate_series(0, 180) as series (days)
),

-- whole days stayed, and the first whole day by which it was over
lengths as (
    select
        us // 86400000000 as whole_days,
        case when is_end then (us + 86399999999) // 86400000000 end as over_by,
        count(*) as leads
    from stays
    group by whole_days, over_by
),

counted as (
    select
        days.days,
        coalesce(sum(leads) filter (where whole_days >= days.days), 0)::bigint as at_risk,
        coalesce(sum(leads) filter (where over_by <= days.days), 0)::bigint as converted,
        coalesce(sum(leads), 0) as leads
    from days
    left join lengths on true
    group by days.days
),

stayed as (
    select days.days, steps.staying, ln(nullif(steps.staying, 0)) as log_staying, steps.spread
    from days
    asof join survival_of('stays') as steps on days.us >= steps.us
)

select
    counted.days,
    counted.at_risk,
    counted.converted,
    case when leads > 0 then 1 - coalesce(staying, 1) end as rate,
    case
        when leads = 0 then null
        when staying is null then 0
        when spread is null then 1
        else 1 - staying ** exp(1.959963984540054 * sqrt(spread) / log_staying)
    end as ci_low,
    case
        when leads = 0 then null
        when staying is null then 0
        when spread is null then 1
        else 1 - staying ** exp(-1.959963984540054 * sqrt(spread) / log_staying)
    end as ci_high
from counted
left join stayed using (days)
order by counted.days;
