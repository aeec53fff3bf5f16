"""Whether the grades of the definition matrix, and the words agreed for its cells, fit together. Reads nothing."""

from collections.abc import Sequence

from funnel.rules.models import Rules
from funnel.toml_values import Problem, Problems, twice, unknown


def problems(rules: Rules, columns: Sequence[str]) -> Problems:
    """What does not fit; `columns` are those of a lead."""
    matrix, path = rules.definition_matrix, "definition_matrix"
    acts = [bool(grade.did or "times" in grade.model_fields_set) for grade in matrix.behaviour]
    yield from _grades(f"{path}.behaviour", "did", [grade.key for grade in matrix.behaviour], acts)
    for index, grade in enumerate(matrix.behaviour):
        for number, name in enumerate(grade.did):
            yield from unknown(
                f"{path}.behaviour[{index}].did[{number}]", "activity type", "活動種別", name, rules.types()
            )
        if index and acts[index] and not grade.did:
            yield _without(f"{path}.behaviour[{index}]", "did")
    facts = [bool(grade.known) for grade in matrix.information]
    yield from _grades(f"{path}.information", "known", [grade.key for grade in matrix.information], facts)
    for index, given in enumerate(matrix.information):
        for number, name in enumerate(given.known):
            yield from unknown(f"{path}.information[{index}].known[{number}]", "column", "列", name, columns)
    yield from _agreed(rules)


def _grades(path: str, condition: str, keys: Sequence[str], has_condition: Sequence[bool]) -> Problems:
    """The first grade is what a lead has without anything, so it alone has no condition."""
    yield from twice(lambda index: f"{path}[{index}].key", keys)
    for index, has in enumerate(has_condition):
        if has and index == 0:
            yield Problem(
                f"{path}[0]",
                f"is the first grade, which needs nothing; leave {condition} out",
                f"最初の段階には条件を書けません。{condition} を消してください。",
            )
        if not has and index > 0:
            yield _without(f"{path}[{index}]", condition)


def _without(path: str, condition: str) -> Problem:
    return Problem(
        path,
        f"has no condition, and only the first grade needs none; give {condition}",
        f"条件がありません。条件がないのは最初の段階だけです。{condition} を書いてください。",
    )


def _agreed(rules: Rules) -> Problems:
    matrix, path = rules.definition_matrix, "definition_matrix.agreed"
    rows, words = len(matrix.behaviour), len(matrix.information)
    if len(matrix.agreed) != rows:
        yield Problem(
            path,
            f"has {len(matrix.agreed)} rows, but behaviour has {rows} grades; give one row per grade",
            f"{len(matrix.agreed)}行ありますが、behaviour は{rows}段階です。段階ごとに1行にしてください。",
        )
    for index, row in enumerate(matrix.agreed):
        if len(row) != words:
            yield Problem(
                f"{path}[{index}]",
                f"has {len(row)} words, but information has {words} grades; give one word per grade",
                f"{len(row)}語ありますが、information は{words}段階です。段階ごとに1語にしてください。",
            )
