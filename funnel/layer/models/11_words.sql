-- What the stages are called in the exports, and which stage of the rules each word means.
-- nfkc(x) = NFC of every character's own NFKC (table plain_characters), which is NFKC of the whole.

create or replace temp table stage_texts as
    select distinct as_text(stage) as text
    from leads_as_read
    where as_text(stage) is not null
    union
    select distinct unnest([as_text(from_value), as_text(to_value)])
    from activities_as_read
    where as_text(type) = 'stage_change';

create or replace temp table stage_keys as
    with

    characters as (
        select text, unnest(string_split(text, '')) as character, generate_subscripts(string_split(text, ''), 1) as place
        from stage_texts
        where text is not null
    ),

    plain as (
        select text, nfc_normalize(string_agg(coalesce(plain, character), '' order by place)) as word
        from characters
        left join plain_characters using (character)
        group by text
    ),

    folded as (
        select text, unnest(string_split(word, '')) as character, generate_subscripts(string_split(word, ''), 1) as place
        from plain
    ),

    words as (
        select text, translate(string_agg(coalesce(folded, lower(character)), '' order by place), getvariable('blanks'), '') as word
        from folded
        left join plain_characters using (character)
        group by text
    )

    select text, stage
    from words
    join stage_words using (word);
