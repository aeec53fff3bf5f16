"""The rules as rows: one Arrow table per part of a version, loaded into the layer and joined.

No SQL is ever made of rules. Every schema is fixed, so that an empty part still has its columns and types.
Rows come in the order of the file and never twice.
"""

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import pyarrow as pa

from funnel.rules.calendar import business_windows, weekday_seconds
from funnel.rules.models import FIXED_TYPES, MILESTONES, Policy, Rules, Stage
from funnel.rules.values import size_band_names, stage_word

Row = tuple[Any, ...]
Rows = Iterable[Row]

_TYPES = {
    "text": pa.string(),
    "number": pa.float64(),
    "int": pa.int32(),
    "bool": pa.bool_(),
    "date": pa.date32(),
}


def _schema(columns: str) -> pa.Schema:
    """`"version, effective_from date"`: names with their types, text where none is given."""
    pairs = [[*column.split(), "text"][:2] for column in columns.split(",")]
    return pa.schema([(name, _TYPES[kind]) for name, kind in pairs])


def _table(columns: str, rows: Rows) -> pa.Table:
    schema = _schema(columns)
    once = list(dict.fromkeys(rows))  # a name that a file lists twice must not count twice in a join
    values = zip(*once, strict=True) if once else [()] * len(schema)
    arrays = [pa.array(list(column), field.type) for column, field in zip(values, schema, strict=True)]
    return pa.table(arrays, schema=schema)


def tables(rules: Rules, versions: Sequence[Rules]) -> dict[str, pa.Table]:
    """Every table of one version by name; `versions` are all that exist, for the list of them."""
    made = {name: _table(columns, rows(rules)) for name, (columns, rows) in _TABLES.items()}
    listed = ((version.version, version.effective_from) for version in versions)
    made["rule_versions"] = _table("version, effective_from date", listed)
    goals = (
        (version.effective_from, kpi, target)
        for version in versions
        for kpi, target in version.targets.items()
    )
    made["version_targets"] = _table("effective_from date, kpi, target number", goals)
    made["business_windows"] = business_windows(rules.business_calendar())
    return made


def columns_of_tables() -> str:
    """Which columns the tables have: a layer made of other ones is none of today's."""
    return "\n".join(f"{name}: {columns}" for name, (columns, _) in _TABLES.items())


# ---------------------------------------------------------------- settings and stages


def _settings(rules: Rules) -> Rows:
    ranks = rules.ranks()
    mql, sql, opportunity = (rules.milestone(name) for name in MILESTONES)
    thresholds = rules.scoring.thresholds
    yield (
        rules.scoring.source,
        mql,
        ranks[mql] if mql else None,
        sql,
        ranks[sql] if sql else None,
        ranks[opportunity] if opportunity else None,
        rules.dormancy.days,
        rules.dormancy.warn_days,
        rules.privacy.personal_fields == "masked",
        thresholds.interest,
        thresholds.consideration,
        thresholds.mql,
        weekday_seconds(rules.calendar.hours.spans()),
        rules.capacity.inside_sales_calls_per_day,
        rules.capacity.calls_per_mql,
        len(set(rules.agreed.by)),
        rules.agreed.on,
        rules.agreed.review_by,
    )


def _stages(rules: Rules) -> Rows:
    ranks = rules.ranks()
    for position, stage in enumerate(rules.stages):
        age = stage.max_age
        yield (
            stage.key,
            position,
            ranks.get(stage.key),
            stage.kind,
            age.days if age else None,
            age.business_days if age else None,
            stage.owner is not None,
            stage.definition is not None,
            stage.action is not None,
        )


def _stage_words(rules: Rules) -> Rows:
    for stage in rules.stages:
        for word in _spellings(stage):
            yield stage_word(word), stage.key


def _spellings(stage: Stage) -> Iterator[str]:
    yield stage.key
    if stage.label:
        yield from (stage.label.japanese, stage.label.english)
    yield from stage.aliases


def _milestones(rules: Rules) -> Rows:
    for name in MILESTONES:
        stage = rules.milestone(name)
        if stage:
            yield name, stage, rules.ranks()[stage]


# ---------------------------------------------------------------- activities


def _activity_types(rules: Rules) -> Rows:
    for position, (name, kind) in enumerate(rules.activity_types.items()):
        yield name, kind.side, kind.side == "us" and kind.connects_on is None, position
    for name in FIXED_TYPES:
        yield name, "system", False, None


def _activity_connects(rules: Rules) -> Rows:
    for name, kind in rules.activity_types.items():
        for outcome in kind.connects_on or ():
            yield name, outcome


def _role_types(rules: Rules) -> Rows:
    for role, types in rules.roles:
        for name in types:
            yield role, name


# ---------------------------------------------------------------- scores and hand-off


def _bands(rules: Rules) -> Rows:
    bands = rules.scoring.bands
    ends = [*(band.from_ for band in bands[1:]), None]
    for position, (band, end) in enumerate(zip(bands, ends, strict=False)):
        yield band.key, position, band.from_, end


def _size_bands(rules: Rules) -> Rows:
    sizes = rules.size_bands
    ends = [*sizes[1:], None]
    for position, name in enumerate(size_band_names(sizes)):
        yield name, position, sizes[position], ends[position]


def _score_attributes(rules: Rules) -> Rows:
    for position, attribute in enumerate(rules.scoring.attributes):
        yield f"attributes[{position}]", position, attribute.points


def _score_conditions(rules: Rules) -> Rows:
    for position, attribute in enumerate(rules.scoring.attributes):
        for column, condition in attribute.when.items():
            name = f"attributes[{position}]"
            for value in condition.values:
                yield name, column, value, None, None
            if not condition.values:
                yield name, column, None, condition.min, condition.max


def _score_behaviours(rules: Rules) -> Rows:
    for position, rule in enumerate(rules.scoring.behaviours):
        yield (
            f"behaviours[{position}]",
            position,
            rule.type,
            rule.asset,
            rule.points,
            rule.from_nth,
            rule.max_times,
            rule.valid_days,
        )


def _handoff_items(rules: Rules) -> Rows:
    for position, item in enumerate(rules.handoff.any_of):
        yield f"any_of[{position}]", position, item.score


def _handoff_parts(rules: Rules) -> Rows:
    for position, item in enumerate(rules.handoff.any_of):
        for kind, names in (("did", item.did), ("known", item.known)):
            for name in names:
                yield f"any_of[{position}]", kind, name


def _behaviour_grades(rules: Rules) -> Rows:
    for position, grade in enumerate(rules.definition_matrix.behaviour):
        yield grade.key, position, grade.times


def _behaviour_types(rules: Rules) -> Rows:
    return ((grade.key, name) for grade in rules.definition_matrix.behaviour for name in grade.did)


def _information_grades(rules: Rules) -> Rows:
    for position, grade in enumerate(rules.definition_matrix.information):
        yield grade.key, position


def _information_columns(rules: Rules) -> Rows:
    return ((grade.key, name) for grade in rules.definition_matrix.information for name in grade.known)


def _agreed_words(rules: Rules) -> Rows:
    matrix = rules.definition_matrix
    for behaviour, words in zip(matrix.behaviour, matrix.agreed, strict=False):
        for information, word in zip(matrix.information, words, strict=False):
            yield behaviour.key, information.key, word


# ---------------------------------------------------------------- clocks


def _policies(rules: Rules) -> Rows:
    for position, policy in enumerate(rules.sla):
        due_kind, due_amount = next((kind, value) for kind, value in policy.due if value is not None)
        yield (
            policy.key,
            position,
            next(kind for kind, value in policy.start if value is not None),
            policy.start.stage,
            policy.start.score,
            due_kind,
            due_amount,
            policy.every,
            policy.stop.connected,
            policy.at_risk,
        )


def _of_policies(part: Callable[[Policy], Rows]) -> Callable[[Rules], Rows]:
    def rows(rules: Rules) -> Rows:
        for policy in rules.sla:
            for row in part(policy):
                yield policy.key, *row

    return rows


def _starts(policy: Policy) -> Rows:
    for name in policy.start.activity or ():
        yield (name,)


def _stops(policy: Policy) -> Rows:
    for kind, names in (("activity", policy.stop.activity), ("stage", policy.stop.stage)):
        for name in names:
            yield kind, name


def _policy_conditions(policy: Policy) -> Rows:
    for dimension, values in policy.applies_to.items():
        for value in values:
            yield dimension, value


# ---------------------------------------------------------------- groups, goals


def _channels(rules: Rules) -> Rows:
    for name, group in rules.channel_groups.items():
        for channel in group.channels:
            yield channel, name


def _title_patterns(rules: Rules) -> Rows:
    position = 0
    for line in rules.title_ranks:
        for pattern in line.match:
            yield position, line.rank, title_regex(pattern)
            position += 1


def title_regex(pattern: str) -> str:
    """The pattern as an RE2 expression for an NFKC title.

    Latin letters (and blanks) match where no Latin letter touches them, whatever their case; any other
    pattern matches anywhere, as it is written.
    """
    text = unicodedata.normalize("NFKC", pattern)
    if all(letter.isspace() or _is_latin(letter) for letter in text):
        return rf"(?:^|\P{{Latin}})(?i:{text})(?:$|\P{{Latin}})"
    return "".join("\\" + letter if letter in r"\.+*?()|[]{}^$" else letter for letter in text)


def _is_latin(letter: str) -> bool:
    return letter.isalpha() and unicodedata.name(letter, "").startswith("LATIN ")


def _dimensions(rules: Rules) -> Rows:
    for position, name in enumerate(rules.dimensions):
        yield name, position


def _targets(rules: Rules) -> Rows:
    return rules.targets.items()


def _benchmarks(rules: Rules) -> Rows:
    for position, benchmark in enumerate(rules.benchmarks):
        yield (
            position,
            benchmark.stage,
            benchmark.dimension,
            benchmark.value,
            benchmark.low,
            benchmark.high,
            benchmark.source,
        )


def _staged_targets(rules: Rules) -> Rows:
    for position, staged in enumerate(rules.staged_targets):
        for number, step in enumerate(staged.steps):
            yield position, staged.kpi, number, staged.baseline_month, step.months, step.plus_points


_TABLES: dict[str, tuple[str, Callable[[Rules], Rows]]] = {
    "rule_settings": (
        "scoring_source, mql_stage, mql_rank int, sql_stage, sql_rank int, opportunity_rank int, "
        "dormancy_days number, warn_days number, "
        "personal_masked bool, threshold_interest number, threshold_consideration number, threshold_mql number, "
        "weekday_seconds number, calls_per_day number, calls_per_mql number, "
        "agreed_names int, agreed_on date, review_by date",
        _settings,
    ),
    "stages": (
        "stage, position int, rank int, kind, max_days number, max_business_days number, "
        "has_owner bool, has_definition bool, has_action bool",
        _stages,
    ),
    "stage_words": ("word, stage", _stage_words),
    "milestones": ("milestone, stage, rank int", _milestones),
    "activity_types": ("type, side, connects_any bool, position int", _activity_types),
    "activity_connects": ("type, outcome", _activity_connects),
    "role_types": ("role, type", _role_types),
    "bands": (
        "band, position int, from_score number, to_score number",
        _bands,
    ),
    "size_bands": ("size_band, position int, from_employees int, to_employees int", _size_bands),
    "score_attributes": ("rule, position int, points number", _score_attributes),
    "score_conditions": ("rule, column_name, value, min number, max number", _score_conditions),
    "score_behaviours": (
        "rule, position int, type, asset, points number, from_nth int, max_times int, valid_days number",
        _score_behaviours,
    ),
    "handoff_items": ("item, position int, score number", _handoff_items),
    "handoff_parts": ("item, kind, name", _handoff_parts),
    "behaviour_grades": ("behaviour, position int, times int", _behaviour_grades),
    "behaviour_types": ("behaviour, type", _behaviour_types),
    "information_grades": ("information, position int", _information_grades),
    "information_columns": ("information, name", _information_columns),
    "agreed_words": ("behaviour, information, agreed", _agreed_words),
    "policies": (
        "policy, position int, start_kind, start_stage, start_score number, "
        "due_kind, due_amount number, is_cadence bool, connected_only bool, at_risk number",
        _policies,
    ),
    "policy_starts": ("policy, type", _of_policies(_starts)),
    "policy_stops": ("policy, kind, name", _of_policies(_stops)),
    "policy_conditions": ("policy, dimension, value", _of_policies(_policy_conditions)),
    "dormancy_resets": ("reset", lambda rules: ((name,) for name in rules.dormancy.resets_on)),
    "dormancy_ignored": ("type", lambda rules: ((name,) for name in rules.dormancy.ignore)),
    "excluded_stages": ("stage", lambda rules: ((name,) for name in rules.dormancy.exclude_stages)),
    "channel_group_channels": ("channel, channel_group", _channels),
    "title_patterns": ("position int, rank, regex", _title_patterns),
    "targets": ("kpi, target number", _targets),
    "benchmarks": ("position int, stage, dimension, value, low number, high number, source", _benchmarks),
    "staged_targets": (
        "position int, kpi, step int, baseline_month date, months int, plus_points number",
        _staged_targets,
    ),
    "dimensions": ("dimension, position int", _dimensions),
}
