-- Of the cells that may be why rows are refused, those that are.
-- table: cells(place, reason, target, said). variables: time_targets, number_targets, flag_targets
select place
from cells
where case
    when reason = 'damaged_key' then is_damaged_id(said)
    when reason = 'out_of_range' then coalesce(is_far_time(instant(said)), false) or coalesce(isinf(number_in(said)), false)
        or target = 'cost' and coalesce(number_in(said) < 0, false)
    when reason <> 'unreadable_value' then true
    when target = 'month' then coalesce(instant(said), try_strptime(said, ['%Y-%m', '%Y/%m', '%Y年%m月', '%m/%Y', '%b %Y'])::timestamptz) is null
    when list_contains(getvariable('time_targets'), target) or starts_with(target, 'entered:') then instant(said) is null
    when list_contains(getvariable('number_targets'), target) then number_in(said) is null
    else flag_in(said) is null end
order by place;
