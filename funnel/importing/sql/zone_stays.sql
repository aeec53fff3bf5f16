-- The zone's clocks never go back: a local time is one instant.
create or replace temp macro settled(x, t) as t;
