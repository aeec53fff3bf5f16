"""What other rules would do to random leads: every world has two versions, of scores and of hand-offs of their own."""

import tempfile
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from funnel.layer.build import open_warehouse
from tests.histories import worlds
from tests.reference_loading import World
from tests.test_answers_against_reference import (
    EXAMPLES,
    REFUSED,
    SAME_WORLDS,
    differences,
    of_product,
    of_reference,
)
from tests.world_files import write_world


def with_rules_of(history: World, other: World) -> World:
    """The world with a second version: the first one's, but it scores and hands off as another world's rules do."""
    first = history.versions[0]
    second = {
        **first,
        "version": "other",
        "effective_from": first["effective_from"] + timedelta(days=30),
        "scoring": other.versions[0]["scoring"],
        "handoff": other.versions[0]["handoff"],
    }
    handoff = second["handoff"].get("any_of", [])
    if not first["dimensions"] and any("region" in item.get("known", ()) for item in handoff):
        second["handoff"] = first["handoff"]  # only a column can be known
    return World(history.leads, history.activities, history.costs, [first, second])


def test_who_moves_equals_its_slow_twin_on_random_histories() -> None:
    moved: Counter[str] = Counter()

    @settings(SAME_WORLDS, max_examples=EXAMPLES or 6)
    @given(st.data())
    def look(data: st.DataObject) -> None:
        history = with_rules_of(data.draw(worlds(with_dirt=False)), data.draw(worlds(with_dirt=False)))
        as_of = data.draw(st.sampled_from([None, date(2026, 4, 20), date(2026, 7, 31), date(2018, 12, 31)]))
        with tempfile.TemporaryDirectory() as directory:
            write_world(history, Path(directory))
            with open_warehouse(Path(directory), as_of=as_of) as db:
                there = [version["version"] for version in history.versions]
                for params in [
                    *({"version": version} for version in there),
                    *({"shift": shift} for shift in (-30, -5.5, 10, 25)),
                ]:
                    for name in ("what_if", "what_if_leads"):
                        asked = {"params": params}
                        product = of_product(db, name, as_of, asked)
                        reference = of_reference(history, name, as_of, asked)
                        parted = list(differences(product, reference))
                        assert not parted, f"{name} as of {as_of} with {params}:\n" + "\n".join(parted)
                        if product != REFUSED:
                            moved.update(
                                f"{next(iter(params))} {row['move']}" for row in product if name != "what_if"
                            )

    look()
    assert {name.split()[0] for name in moved} == {"version", "shift"}, moved
    if EXAMPLES:
        print(moved)
