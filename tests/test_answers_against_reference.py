"""Every answer equals its slow plain-Python twin, on random histories and random questions.

By default the same few worlds every time; FUNNEL_EXAMPLES=1000 looks at so many new ones.
"""

import os
import random
import tempfile
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from math import isclose
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from funnel.errors import FunnelError
from funnel.layer.build import open_warehouse
from funnel.layer.warehouse import Warehouse
from funnel.questions.ask import ask
from funnel.questions.catalogue import of_kind
from tests.behind_histories import more_arguments
from tests.given import ALWAYS_BY
from tests.histories import arguments, as_ofs, worlds
from tests.reference import MORE, QUESTIONS, WITH_BY, WITH_MONTHS, answer
from tests.reference_behind import BEHIND
from tests.reference_loading import Refused, Row, World
from tests.reference_quality import ANSWERED
from tests.rule_histories import THRESHOLDS
from tests.test_reference import act, at, lead, world
from tests.world_files import write_world

EXAMPLES = int(os.environ.get("FUNNEL_EXAMPLES", "0"))
REFUSED: list[Row] = [{"refused": True}]
# what has months, windows or segments is asked twice per world, with other ones each time
TIMES = dict.fromkeys((*WITH_MONTHS, *WITH_BY, "kpis", "score_distribution"), 2)
ASKED = [name for name in QUESTIONS for _ in range(TIMES.get(name, 1))]


def of_product(db: Warehouse, name: str, as_of: datetime | date | None, given: dict[str, Any]) -> list[Row]:
    params = {key: str(value) for key, value in given.get("params", {}).items() if value is not None}
    try:
        return ask(db, name, as_of=as_of, **{**given, "params": params}).rows
    except FunnelError:
        return REFUSED


def of_reference(world: World, name: str, as_of: datetime | date | None, given: dict[str, Any]) -> list[Row]:
    try:
        return answer(name, world, as_of=as_of, **given)
    except Refused:
        return REFUSED


def same(ours: Any, theirs: Any) -> bool:
    """Equal; numbers that were reckoned in floating point to nine digits."""
    if isinstance(ours, Decimal):
        ours = float(ours)
    if isinstance(ours, bool) or isinstance(theirs, bool) or ours is None or theirs is None:
        return ours is theirs
    if isinstance(ours, (int, float)) and isinstance(theirs, (int, float)):
        if isinstance(ours, int) and isinstance(theirs, int):
            return ours == theirs
        return isclose(ours, theirs, rel_tol=1e-9, abs_tol=1e-12)
    return type(ours) is type(theirs) and ours == theirs


def differences(product: list[Row], reference: list[Row]) -> Iterator[str]:
    """Where the two answers part, in words."""
    for number, (ours, theirs) in enumerate(zip(product, reference, strict=False)):
        if list(ours) != list(theirs):
            yield f"row {number}: columns {list(ours)} where the reference has {list(theirs)}"
            return
        for column in ours:
            if not same(ours[column], theirs[column]):
                yield f"row {number}: {column} is {ours[column]!r}, the reference says {theirs[column]!r}"
    if len(product) != len(reference):
        yield f"{len(product)} rows, the reference has {len(reference)}"


def test_the_reference_answers_every_question_of_the_catalogue() -> None:
    assert set(QUESTIONS) == set(of_kind("answer")) == ANSWERED


SAME_WORLDS = settings(
    derandomize=EXAMPLES == 0,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink],
)


def drawn_layers(
    data: st.DataObject, times: int = 1
) -> Iterator[tuple[World, datetime | date | None, Warehouse | None]]:
    """A random world, opened as of so many random instants; None where the product refuses to."""
    world = data.draw(worlds(), label="world")
    with tempfile.TemporaryDirectory() as directory:
        write_world(world, Path(directory))
        for _ in range(times):
            as_of = data.draw(as_ofs(world), label="as of")
            try:
                db = open_warehouse(Path(directory), as_of=as_of)
            except FunnelError:
                yield world, as_of, None
                continue
            with db:
                yield world, as_of, db


@settings(SAME_WORLDS, max_examples=EXAMPLES or 8)
@given(st.data())
def test_every_answer_equals_its_slow_twin_on_random_histories(data: st.DataObject) -> None:
    for history, as_of, db in drawn_layers(data, times=2):
        if db is None:
            assert of_reference(history, "data_quality", as_of, {}) == REFUSED
            continue
        dice = random.Random(data.draw(st.integers(0, 2**32), label="dice of the arguments"))
        for name in ASKED:
            given = arguments(dice, history, name)
            product, reference = of_product(db, name, as_of, given), of_reference(history, name, as_of, given)
            parted = list(differences(product, reference))
            assert not parted, f"{name} as of {as_of} with {given}:\n" + "\n".join(parted)


# tests/test_population.py reckons it from the funnel
WITHOUT_A_TWIN = {"breakdown"}


def test_what_has_no_twin_is_named() -> None:
    assert {name for kind in ("leads", "lead", "screen") for name in of_kind(kind)} == {
        *MORE,
        *WITHOUT_A_TWIN,
    }


def of_the_twins_columns(product: list[Row], reference: list[Row]) -> list[Row]:
    """The product's rows without what the twin does not reckon: chiefly what only a range is known of."""
    if not product or not reference or product == REFUSED:
        return product
    return [{name: row[name] for name in reference[0] if name in row} for row in product]


def test_what_stands_behind_a_number_equals_its_slow_twin_on_random_histories() -> None:
    rows: Counter[str] = Counter()

    @settings(SAME_WORLDS, max_examples=EXAMPLES or 7)
    @given(st.data())
    def look(data: st.DataObject) -> None:
        for history, as_of, db in drawn_layers(data):
            for name in MORE if db is not None else ():
                for _ in range(6 if name in BEHIND else 1):
                    given = data.draw(more_arguments(history, name, as_of), label=name)
                    reference = of_reference(history, name, as_of, given)
                    product = of_the_twins_columns(of_product(db, name, as_of, given), reference)
                    parted = list(differences(product, reference))
                    assert not parted, f"{name} as of {as_of} with {given}:\n" + "\n".join(parted)
                    rows[name] += len(product) if product != REFUSED else 0

    look()
    assert {name for name in MORE if not rows[name]} <= set(SELDOM)  # nothing was compared with nothing alone


SELDOM: dict[str, dict[str, Any]] = {
    "behind_clocks": {"policy": "first_call", "of_owner": False},
    "behind_conversion": {"month": "2026-04", "from_stage": "new", "to_stage": "sql"},
    "behind_funnel": {"stage": "new"},
    "behind_period_ratio": {"month": "2026-04", "from_stage": "new", "to_stage": "sql"},
    "behind_bands": {"band": "hot", "day": 7, "to_stage": "sql", "window_days": 7},
    "behind_scores": {"stage": "new", "bin_from": 60},
    "behind_silence": {"stage": "new", "band": "hot"},
    "behind_silence_flow": {"month": "2026-05", "flow": "fell_silent"},
    "untouched": {},
    "held_back": {},
    "morning_owners": {},
    "overdue_ranges": {},
    "quarantined_rows": {"reason": "unknown_type"},
    "lead_scores": {"lead_id": "L4"},
}


def test_the_seldom_lists_equal_their_twin_where_they_have_leads(tmp_path: Path) -> None:
    history = world(
        [lead("L1", opted_out=True), lead("L2"), lead("L3"), lead("L4", "04-02 09:00", owner="x")],
        [
            *(act("score_change", "04-03 10:00", name, to_value="60") for name in ("L1", "L2", "L3")),
            act("call", "04-04 10:00", "L2"),
            act("page_view", "04-05 10:00", "L1"),
            act("stage_change", "04-12 09:00", "L3", to_value="sql", not_before=at("04-11 09:00")),
            act("fax", "04-05 11:00", "L4"),
            # scored and not scored any more before it was acquired
            act("score_change", "04-01 09:00", "L4", from_value="70", to_value="60"),
            act("score_change", "04-01 10:00", "L4", to_value=None),
        ],
        scoring={
            "source": "exported",
            "thresholds": {"mql": 50},
            "bands": [{"key": "cold", "from": 0}, {"key": "hot", "from": 50}],
        },
        dormancy={"days": 35},
        sla=[
            {
                "key": "first_call",
                "start": {"created": True},
                "stop": {"activity": ["call"]},
                "due": {"elapsed_hours": 24},
            },
            {
                "key": "meeting",
                "start": {"stage": "sql"},
                "stop": {"activity": ["meeting"]},
                "due": {"elapsed_hours": 24},
            },
        ],
    )
    write_world(history, tmp_path)
    as_of, counted = date(2026, 5, 31), {"behind_bands": 3, "untouched": 2, "held_back": 2}
    with open_warehouse(tmp_path) as db:
        for name, params in SELDOM.items():
            given: dict[str, Any] = {"params": params}
            twin = answer(name, history, as_of=as_of, **given)
            rows = of_the_twins_columns(of_product(db, name, as_of, given), twin)
            assert not list(differences(rows, twin)), name
            assert rows and len(rows) == counted.get(name, len(rows)), name


def test_rules_without_a_policy_answer_every_question_too(tmp_path: Path) -> None:
    lived = world(
        [lead("L1", "05-01 09:00", stage="mql")],
        [act("call", "05-07 09:00", "L1")],
        sla=[],
        scoring={"thresholds": THRESHOLDS[0]},
    )
    write_world(lived, tmp_path)
    with open_warehouse(tmp_path) as db:
        for name in QUESTIONS:
            params, by = {"shift": 5.0} if name.startswith("what_if") else None, ALWAYS_BY.get(name)
            rows = ask(db, name, by=by, params=params).rows
            assert not list(differences(rows, answer(name, lived, by=by, params=params))), name
        assert {row["clocks"] for row in ask(db, "response_times").rows} == {0}
        with pytest.raises(FunnelError, match="policies: none"):
            ask(db, "response_times", params={"policy": "x"})
