-- The zone's clocks go back in some years: of a local time that they show twice, the first is meant.
create or replace temp macro names_a_zone(x) as
    length(x) >= 16 and (
        ends_with(x, 'Z') or ends_with(x, 'z') or ends_with(x, 'UTC') or ends_with(x, 'GMT')
        or regexp_matches(x, '[+-]\d{2}(:?\d{2})?$'));

create or replace temp macro settled(x, t) as
    case when names_a_zone(x) then t else first_showing(t, went_back(t)) end;
