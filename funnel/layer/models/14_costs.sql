-- export_costs: what a channel cost in a month.
-- grain: one row per accepted row of costs.parquet; month is its first day
-- leaves also cost_flaws: the refused rows with their reasons as bits

create or replace temp view costs_checked as
    with

    written as (
        select
            "—path" as path,
            file_row_number + 1 as row_number,
            month as month_value, written(month) as month_text,
            written(channel) as channel,
            written(campaign) as campaign,
            cost as cost_value, written(cost) as cost_text
        from costs_as_read
    ),

    texts as (
        select path, row_number, month_value, cost_value, filled(columns(* exclude (path, row_number, month_value, cost_value)))
        from written
    ),

    typed as (
        select
            *,
            case
                when not is_time_type(month_value) and regexp_matches(month_text, '^\s*\d{4}-\d{2}\s*$')
                    then try_cast(trim(month_text, getvariable('blanks')) || '-01' as date)
                else coalesce(
                    try_cast(as_local(month_value, month_text) as date),
                    try_cast(as_zoned(month_value, month_text) as date))
            end as day,
            as_number(cost_value, cost_text) as cost
        from texts
    )

    select
        path,
        row_number,
        date_trunc('month', day)::date as month,
        channel,
        campaign,
        cost,
        case when is_given(month_value, month_text) then 0 else 2 end
        + case when is_no_number(cost_value, cost_text, cost) or (is_given(month_value, month_text) and day is null) then 4 else 0 end
        + case
            when coalesce(day < date '1990-01-01' or day >= date '2101-01-01', false)
                or is_infinite(cost) or coalesce(cost < 0, false)
                then 8
            else 0
        end as flaws
    from typed;

create or replace temp table cost_flaws as
    select path, row_number, null::varchar as lead_id, flaws
    from costs_checked
    where flaws > 0;

create or replace temp table export_costs as
    select month, channel, campaign, cost
    from costs_checked
    where flaws = 0
    order by month, channel, campaign, cost;
