-- What the layer and the imports begin with alike: which texts hold nothing, and local times that the clocks show twice.
-- A macro is written out wherever it is used: an argument that is long itself had better stand in it once.

-- what counts as blank, in Python and here
set variable blanks = ' ' || chr(9) || chr(10) || chr(11) || chr(12) || chr(13) || chr(28) || chr(29) || chr(30)
    || chr(31) || chr(133) || chr(160) || chr(5760) || chr(8192) || chr(8193) || chr(8194) || chr(8195) || chr(8196)
    || chr(8197) || chr(8198) || chr(8199) || chr(8200) || chr(8201) || chr(8202) || chr(8232) || chr(8233)
    || chr(8239) || chr(8287) || chr(12288);

-- the text, or null where it holds nothing but blanks; most texts are told by their first letter
create or replace temp macro filled(text) as
    case
        when text >= '!' and (text < chr(128) or text >= '、') then text
        when trim(text, getvariable('blanks')) = '' then null
        else text
    end;

-- a time far out of range is only kept out of range: ICU cannot place it
create or replace temp macro in_zone(local) as
    cast(case when local is not null then greatest(least(local, timestamp '2200-01-01'), timestamp '1900-01-01') end as timestamptz);

-- by how much the clocks went back in the four hours before t, in microseconds
create or replace temp macro went_back(t) as
    14400000000 - (epoch_us(t::timestamp) - epoch_us(make_timestamptz(epoch_us(t) - 14400000000)::timestamp));

-- of a local time that the clocks show twice, the first: DuckDB takes the last. A skipped one it moves forward itself
create or replace temp macro first_showing(t, back) as
    case
        when back > 0 and make_timestamptz(epoch_us(t) - back)::timestamp = t::timestamp
            then make_timestamptz(epoch_us(t) - back)
        else t
    end;
