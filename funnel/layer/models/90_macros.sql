-- The words that the queries share. Each is written once, here.

create macro rate(part, whole) as part / nullif(whole, 0);

-- Wilson 95 % interval of k in n, exactly 0 where k = 0 and exactly 1 where k = n; null without a count (greatest and
-- least pass over a null)
create macro wilson_low(k, n) as case
    when n > 0 and k = 0 then 0
    when n > 0 and k is not null then greatest(
        0,
        (
            k / n + 1.959963984540054 ** 2 / (2 * n)
            - 1.959963984540054 * sqrt(
                k / n * (1 - k / n) / n + 1.959963984540054 ** 2 / (4 * n * n::double)
            )
        ) / (1 + 1.959963984540054 ** 2 / n)
    )
end;
create macro wilson_high(k, n) as case
    when n > 0 and k = n then 1
    when n > 0 and k is not null then least(
        1,
        (
            k / n + 1.959963984540054 ** 2 / (2 * n)
            + 1.959963984540054 * sqrt(
                k / n * (1 - k / n) / n + 1.959963984540054 ** 2 / (4 * n * n::double)
            )
        ) / (1 + 1.959963984540054 ** 2 / n)
    )
end;

-- a base under which a rate is shown, and neither judged nor ranked
create macro is_small(base) as base < 20;

-- whether two proportions differ beyond chance: pooled z test, two-sided, 5 %; not where a base is 0
create macro differs(part_1, base_1, part_2, base_2) as coalesce(
    abs(rate(part_1, base_1) - rate(part_2, base_2)) > 1.959963984540054 * nullif(
        sqrt(
            rate(part_1 + part_2, base_1 + base_2) * (1 - rate(part_1 + part_2, base_1 + base_2))
            * (1 / nullif(base_1, 0) + 1 / nullif(base_2, 0))
        ),
        0
    ),
    false
);

-- Newcombe's 95 % interval of the change from part_1 / base_1 to part_2 / base_2
create macro newcombe_low(part_1, base_1, part_2, base_2) as part_2 / base_2 - part_1 / base_1 - sqrt(
    (part_2 / base_2 - wilson_low(part_2, base_2)) ** 2 + (wilson_high(part_1, base_1) - part_1 / base_1) ** 2
);
create macro newcombe_high(part_1, base_1, part_2, base_2) as part_2 / base_2 - part_1 / base_1 + sqrt(
    (wilson_high(part_2, base_2) - part_2 / base_2) ** 2 + (part_1 / base_1 - wilson_low(part_1, base_1)) ** 2
);
-- higher or lower where that interval leaves out 0, else unclear; null where a base is small or missing
create macro change_verdict(part_1, base_1, part_2, base_2) as case
    when coalesce(is_small(base_1), true) or coalesce(is_small(base_2), true) then null
    when newcombe_low(part_1, base_1, part_2, base_2) > 0 then 'higher'
    when newcombe_high(part_1, base_1, part_2, base_2) < 0 then 'lower'
    when part_1 is not null and part_2 is not null then 'unclear'
end;

-- a rate against its target, by its interval: reached where the target lies at or below the whole of it, missed where
-- above; a small base is unclear; null without a target or a base. Where lower is better: of -high, -low and -target
create macro target_verdict(low, high, base, target) as case
    when low is null or target is null then null
    when is_small(base) then 'unclear'
    when low >= target then 'reached'
    when high < target then 'missed'
    else 'unclear'
end;

-- time
create macro us_between(earlier, later) as epoch_us(later) - epoch_us(earlier);
create macro days_between(earlier, later) as (epoch_us(later) - epoch_us(earlier)) / 86400000000;
create macro days_later(instant, days) as make_timestamptz(epoch_us(instant) + (days * 86400000000)::bigint);
create macro local_date(instant) as instant::timestamp::date;
create macro business_us(instant) as (
    select us_before + least(epoch_us(instant) - epoch_us(opens_at), epoch_us(closes_at) - epoch_us(opens_at))
    from business_windows
    where opens_at <= instant
    order by opens_at desc
    limit 1
);
-- the midnight at which a local day begins; of a doubled one the first
create macro local_midnight(day) as make_timestamptz(
    epoch_us(day::timestamp::timestamptz) - case
        when make_timestamptz(epoch_us(day::timestamp::timestamptz) - 3600000000)::timestamp = day::timestamp
            then 3600000000
        else 0
    end
);
-- calendar months of the rules' zone, half-open, none that begins at or after as_of
create macro months_between(from_month, to_month, as_of) as table
select month::date as month, local_midnight(month) as starts_at,
    local_midnight(month + interval 1 month) as ends_at
from generate_series(from_month::timestamp, to_month::timestamp, interval 1 month) as months (month)
where local_midnight(month) < as_of;

-- state at an instant: events before it are seen
create macro stages_at(as_of) as table
select * from stage_spells
where entered_at < as_of and created_at < as_of and (left_at is null or left_at >= as_of);
-- the first reach of a stage or one beyond it, so far
create macro first_reaches(to_key, as_of) as table
select lead_no, entered_at as reached_at, is_assumed
from stage_spells
where rank >= (select rank from stages where stage = to_key)
    and former_rank < (select rank from stages where stage = to_key)
    and entered_at < as_of;
create macro owners_at(as_of) as table
select lead_no, owner from owner_spells
where from_at < as_of and created_at < as_of and (to_at is null or to_at >= as_of);
create macro scores_at(as_of) as table
select lead_no, score, max_score from score_spells
where from_at < as_of and created_at < as_of and (to_at is null or to_at >= as_of);
create macro bands_at(as_of) as table
select lead_no, score, max_score, bands.band, bands.position
from score_spells
left join bands
    on score_spells.score >= bands.from_score
    and (bands.to_score is null or score_spells.score < bands.to_score)
where from_at < as_of and created_at < as_of and (to_at is null or to_at >= as_of);

-- the named dimensions of every lead as of an instant; position orders the values, null = by name
create macro values_at(names, as_of) as table
select lead_no, dimension, value, ordered.position
from lead_values
left join (
    select 'size_band' as dimension, size_band as value, position from size_bands
) as ordered using (dimension, value)
where list_contains(names::varchar[], dimension)
    and not list_contains(['owner', 'stage', 'score_band'], dimension)
union all
select lead_no, 'owner', owner, null
from owners_at(as_of)
where list_contains(names::varchar[], 'owner')
union all
select lead_no, 'stage', stage::varchar, stages.position
from stages_at(as_of)
join (select stage::stage_key as stage, position from stages) as stages using (stage)
where list_contains(names::varchar[], 'stage')
union all
select lead_no, 'score_band', bands.band, bands.position
from leads
left join bands_at(as_of) as bands using (lead_no)
where list_contains(names::varchar[], 'score_band') and created_at < as_of;

-- scope = {filtered: dimensions that are named, dimensions and values: the allowed pairs side by side};
-- the leads that have an allowed value in each named dimension
create macro leads_in_scope(scope, as_of) as table
select lead_no
from values_at(scope['filtered']::varchar[], as_of) as facts
join (
    select distinct unnest(scope['dimensions']::varchar[]) as dimension, unnest(scope['values']::varchar[]) as value
) as allowed
    on facts.dimension = allowed.dimension and facts.value is not distinct from allowed.value
group by lead_no
having count(*) = len(scope['filtered']);

-- the rows of a table with created_at and lead_no, of the leads in scope;
-- parameters are known when a query is planned, so without a filter this is a plain scan
create macro in_scope(name, scope, as_of) as table
select rows.*
from query_table(name) as rows
where len(scope['filtered']) = 0 and rows.created_at < as_of
union all
select rows.*
from query_table(name) as rows
semi join leads_in_scope(scope, as_of) as chosen using (lead_no)
where len(scope['filtered']) > 0 and rows.created_at < as_of;

-- the same filters but that of the owner: for what is counted under whoever owned the lead, or the clock, then
create macro besides_owner(scope) as {
    'filtered': list_filter(scope['filtered']::varchar[], lambda dimension: dimension <> 'owner'),
    'dimensions': list_filter(scope['dimensions']::varchar[], lambda dimension: dimension <> 'owner'),
    'values': list_filter(
        scope['values']::varchar[], lambda value, place: scope['dimensions'][place] <> 'owner'
    )
};
-- whether the filters let an owner through
create macro is_owner_in_scope(owner, scope) as
    not list_contains(scope['filtered']::varchar[], 'owner')
    or list_contains(
        list_transform(
            list_zip(scope['dimensions']::varchar[], scope['values']::varchar[]),
            lambda pair: pair[1] || ':' || coalesce('=' || pair[2], '')
        ),
        'owner:' || coalesce('=' || owner, '')
    );

-- whether leads are chosen or broken down by how they stand at an instant, which they owe to what became of them
create macro is_by_standing(by_dimension, scope) as list_has_any(
    list_append(scope['filtered']::varchar[], coalesce(by_dimension, '')),
    ['owner', 'owner_team', 'stage', 'score_band']
);

-- the leads in scope with their segment of a dimension
create macro segments_in_scope(by_dimension, scope, as_of) as table
with

facts as (
    select * from values_at(list_append(scope['filtered']::varchar[], by_dimension), as_of)
)

select lead_no, value as segment, position as segment_position
from facts
where len(scope['filtered']) = 0
union all
select
    lead_no,
    max(facts.value) filter (where facts.dimension = by_dimension),
    max(facts.position) filter (where facts.dimension = by_dimension)
from facts
left join (
    select distinct unnest(scope['dimensions']::varchar[]) as dimension, unnest(scope['values']::varchar[]) as value,
        1 as is_allowed
) as allowed
    on facts.dimension = allowed.dimension and facts.value is not distinct from allowed.value
where len(scope['filtered']) > 0
group by lead_no
having count(is_allowed) = len(scope['filtered']);

-- as in_scope, each row with its lead's segment of a dimension; null without one
create macro in_scope_by(name, by_dimension, scope, as_of) as table
select null::varchar as segment, null::integer as segment_position, rows.*
from query_table(name) as rows
where by_dimension is null and len(scope['filtered']) = 0 and rows.created_at < as_of
union all
select chosen.segment, chosen.segment_position, rows.*
from query_table(name) as rows
join segments_in_scope(by_dimension, scope, as_of) as chosen using (lead_no)
where not (by_dimension is null and len(scope['filtered']) = 0) and rows.created_at < as_of;

-- pass 1 of every lead on its way from one stage to another, as far as $as_of has seen:
-- from_at = first entry to the first stage, first_to_at = first rank at or above the second, ever;
-- converted_at = the same at or after from_at; to_at = the entry to the second stage itself, likewise.
-- A lead born in the first stage has no from_at but is_from_assumed.
create macro journeys(from_key, to_key, by_dimension, scope, as_of) as table
with

ends as (
    select rank from stages where stage = to_key
),

seen as (
    select segment, segment_position, lead_no, stage, entered_at, rank, former_rank, is_first, is_assumed
    from in_scope_by('stage_spells', by_dimension, scope, as_of)
    where pass = 1 and entered_at < as_of
        and (stage = from_key::stage_key or rank >= (select rank from ends))
),

starts as (
    select segment, segment_position, lead_no, entered_at, is_assumed
    from seen
    where is_first and stage = from_key::stage_key
),

arrivals as (
    select segment, segment_position, lead_no, stage, entered_at, is_assumed
    from seen
    where rank >= (select rank from ends) and former_rank < (select rank from ends)
),

paired as (
    select
        coalesce(starts.segment, arrivals.segment) as segment,
        coalesce(starts.segment_position, arrivals.segment_position) as segment_position,
        lead_no,
        case when not starts.is_assumed then starts.entered_at end as from_at,
        coalesce(starts.is_assumed, false) as is_from_assumed,
        case when not arrivals.is_assumed then arrivals.entered_at end as first_to_at,
        coalesce(starts.is_assumed or starts.entered_at <= arrivals.entered_at, false) as is_from_before_to,
        -- most arrive after the start, and in the second stage itself
        not starts.is_assumed and starts.entered_at <= arrivals.entered_at and arrivals.stage = to_key::stage_key
            as is_plain
    from starts
    full join arrivals using (lead_no)
),

detours as (
    select
        lead_no,
        min(seen.entered_at) as converted_at,
        min(seen.entered_at) filter (where seen.stage = to_key::stage_key) as to_at
    from paired
    join seen using (lead_no)
    where not coalesce(is_plain, false) and seen.rank >= (select rank from ends) and seen.entered_at >= from_at
    group by lead_no
)

select
    segment,
    segment_position,
    lead_no,
    from_at,
    is_from_assumed,
    first_to_at,
    case when is_plain then first_to_at else converted_at end as converted_at,
    case when is_plain then first_to_at else to_at end as to_at,
    is_from_before_to
from paired
left join detours using (lead_no);

-- days as microseconds; null = no end
create macro window_us(days) as coalesce((days * 86400000000)::bigint, 9000000000000000000);
