-- The stage changes that are not heard, by the part they lie in: they are not served.
create or replace temp table overruled as
    select stages_told.path, stages_told.place
    from stages_told
    join stage_tellers using (final_id)
    anti join losers on losers.path = stages_told.path and losers.place = stages_told.place
    where stages_told.tool <> stage_tellers.tool and stages_told.occurred_at >= from_at;

insert into losers by name select path, place from overruled;
