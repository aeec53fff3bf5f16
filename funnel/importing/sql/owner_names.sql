-- Whether a history tells changes of owners by name (from its first 20,000 rows). tables: field_words(word, type)
select coalesce(bool_or(not regexp_matches(said, '^00[5G][0-9A-Za-z]{12}([0-9A-Za-z]{3})?$')), false) as names_owners
from (
    select field, coalesce(trimmed(to_value), trimmed(from_value)) as said
    from (
        select * from texts
        union all by name
        select null::varchar as field, null::varchar as from_value, null::varchar as to_value where false
    )
    limit 20000
)
join field_words on field_words.word = folded(field) and field_words.type = 'owner_change';
