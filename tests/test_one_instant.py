"""What happened at one instant stands in one order: by id, and stage changes as they lead from stage to stage."""

from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from tests.both import in_both
from tests.exports_loading import ACTIVITY, load
from tests.reference import Row
from tests.reference_loading import by_time_and_id
from tests.test_reference import act, lead, move, world

NOON = "04-02 12:00"
EXPORTED: Row = {"source": "exported", "thresholds": {"mql": 50}, "bands": []}


def stages_of(directory: Path, *changes: Row, leads: tuple[Row, ...] = ()) -> list[str]:
    """The stages that the lead went through, by the product and by its twin."""
    history = world([*(leads or (lead(),))], list(changes))
    return [row["stage"] for row in in_both(directory, history, "lead_spells", params={"lead_id": "L1"})]


IDS = ["0", "007", "07", "7", "9", "10", "0100", "99999999999999999998", "99999999999999999999", "-1", "1.5", "1a", "A",
       "a", "é", "７"]  # fmt: skip


def test_ids_of_digits_come_first_as_numbers_then_the_others_by_code_point(tmp_path: Path) -> None:
    rows = [ACTIVITY | {"activity_id": key, "asset": key} for key in reversed(IDS)]
    loaded = load(tmp_path, activities=rows)
    assert loaded.values("select asset from export_activities order by event_no") == IDS
    twin = sorted(({"occurred_at": 0, "activity_id": key} for key in reversed(IDS)), key=by_time_and_id)
    assert [row["activity_id"] for row in twin] == IDS


def test_changes_of_one_instant_follow_each_other_from_stage_to_stage(tmp_path: Path) -> None:
    chained = [
        move("sql", NOON, from_value="mql", activity_id="a"),
        move("mql", NOON, from_value="new", activity_id="b"),
    ]
    assert stages_of(tmp_path, *chained) == ["new", "mql", "sql"]


def test_numbers_chain_in_their_own_order(tmp_path: Path) -> None:
    chained = [
        move("mql", NOON, activity_id="9"),
        move("sql", NOON, activity_id="10"),
    ]
    assert stages_of(tmp_path, *chained) == ["new", "mql", "sql"]


def test_where_none_starts_in_the_stage_of_the_lead_the_first_by_id_comes_next(tmp_path: Path) -> None:
    changes = [
        move("lost", NOON, from_value="sql", activity_id="c"),
        move("sql", NOON, from_value="opportunity", activity_id="b"),
        move("opportunity", NOON, from_value="???", activity_id="a"),
    ]
    assert stages_of(tmp_path, *changes) == ["new", "opportunity", "sql", "lost"]


def test_of_two_that_start_in_the_same_stage_the_first_by_id_comes_next(tmp_path: Path) -> None:
    changes = [
        move("lost", NOON, from_value="new", activity_id="b"),
        move("mql", NOON, from_value="new", activity_id="a"),
    ]
    assert stages_of(tmp_path, *changes) == ["new", "mql", "lost"]


def test_a_word_of_the_tool_names_the_stage_that_a_change_starts_in(tmp_path: Path) -> None:
    changes = [
        move("sql", NOON, from_value=" Ｍｑｌ ", activity_id="a"),
        move("mql", NOON, from_value="new", activity_id="b"),
    ]
    assert stages_of(tmp_path, *changes) == ["new", "mql", "sql"]


def test_what_one_instant_ends_in_decides_on_the_next(tmp_path: Path) -> None:
    later = "04-02 12:00:01"
    changes = [
        move("nurturing", NOON, from_value="mql", activity_id="a"),
        move("mql", NOON, from_value="new", activity_id="b"),
        move("sql", later, from_value="mql", activity_id="c"),
        move("mql", later, from_value="nurturing", activity_id="d"),
        move("lost", "04-03 12:00", from_value="mql", activity_id="e"),
        move("opportunity", "04-04 12:00", from_value="new", activity_id="f"),
        move("won", "04-04 12:00", from_value="lost", activity_id="g"),
    ]
    assert stages_of(tmp_path, *changes) == [
        "new", "mql", "nurturing", "mql", "sql", "lost", "won", "opportunity",
    ]  # fmt: skip


def test_a_change_before_which_there_is_none_starts_in_the_first_stage_of_the_path(tmp_path: Path) -> None:
    """Even where the lead was born at that very instant, and says otherwise."""
    changes = [
        move("sql", NOON, from_value="mql", activity_id="a"),
        move("mql", NOON, from_value="new", activity_id="b"),
    ]
    assert stages_of(tmp_path, *changes, leads=(lead(created=NOON, stage="mql"),)) == ["mql", "sql"]


def test_of_several_owners_at_one_instant_the_last_by_id_looks_after_the_lead(tmp_path: Path) -> None:
    changes = [
        act("owner_change", NOON, from_value="x", to_value="later", activity_id="10"),
        act("owner_change", NOON, from_value="before", to_value="sooner", activity_id="9"),
    ]
    history = world([lead()], changes)
    assert in_both(tmp_path, history, "stage_aging_leads", as_of=date(2026, 4, 30))[0]["owner"] == "later"


def test_before_the_first_owner_change_the_lead_is_whose_it_takes_it_from(tmp_path: Path) -> None:
    changes = [
        act("owner_change", NOON, from_value="x", to_value="later", activity_id="10"),
        act("owner_change", NOON, from_value="before", to_value="sooner", activity_id="9"),
    ]
    history = world([lead()], changes)
    assert in_both(tmp_path, history, "stage_aging_leads", as_of=date(2026, 4, 1))[0]["owner"] == "before"


@pytest.mark.parametrize(("key", "score"), [("10", 20.0), ("8", 10.0)])
def test_of_several_scores_at_one_instant_the_last_by_id_counts(
    key: str, score: float, tmp_path: Path
) -> None:
    changes = [
        act("score_change", NOON, from_value="1", to_value="10", activity_id="9"),
        act("score_change", NOON, from_value="2", to_value="20", activity_id=key),
    ]
    history = world([lead()], changes, scoring=EXPORTED)
    assert in_both(tmp_path, history, "stage_aging_leads", as_of=date(2026, 4, 30))[0]["score"] == score


def test_many_leads_chain_by_themselves(tmp_path: Path) -> None:
    """As a tool that keeps days only writes them: everything of a day at its midnight."""
    leads = [lead(f"L{number}") for number in range(1, 60)]
    path = ["new", "nurturing", "mql", "sql", "opportunity", "won"]
    changes = [
        move(to, "04-02 00:00", row["lead_id"], from_value=before, activity_id=f"{9 - place}{row['lead_id']}")
        for row in leads
        for place, (before, to) in enumerate(pairwise(path))
    ]
    history = world(leads, changes)
    rows = in_both(tmp_path, history, "flow", as_of=date(2026, 4, 30))
    assert [(row["stage"], row["entered"], row["left_back"]) for row in rows if row["entered"]] == [
        (stage, 59, 0) for stage in path
    ]
