"""Owner, team, stage and band say how a lead stands at T: who takes them, how, and what the others say."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from funnel.errors import BadQuestion
from funnel.layer.build import open_warehouse
from funnel.layer.warehouse import Warehouse
from funnel.questions.ask import ask
from funnel.questions.catalogue import CATALOGUE, OF_STANDING
from funnel.questions.scope import Scope
from funnel.questions.standing import heeded
from funnel.questions.texts import parameters_of, query_text
from tests.both import in_both
from tests.given import ALWAYS_BY, GIVEN
from tests.reference import AS_OF_T, OWNER_OF
from tests.reference_loading import Row, World
from tests.test_reference import act, lead, move, one, world
from tests.world_files import write_world

END = date(2026, 4, 30)
DIMENSIONS = ["channel", "owner", "owner_team"]
BY_OWNER = {"dimensions": DIMENSIONS}


def owned(when: str, before: str | None, after: str | None, lead_id: str = "L1", **values: Any) -> Row:
    return act("owner_change", when, lead_id, from_value=before, to_value=after, **values)


# ---------------------------------------------------------------- who takes what


def test_the_catalogue_and_the_twin_agree_on_who_takes_what() -> None:
    twins = {*AS_OF_T, *OWNER_OF, "overdue_ranges"}
    assert {
        name for name, asked in CATALOGUE.items() if asked.standing not in ("refused", "unheeded")
    } == twins
    assert {name: CATALOGUE[name].standing for name in OWNER_OF} == OWNER_OF


def test_what_heeds_no_filter_is_what_has_no_scope() -> None:
    unheeded = {name for name in CATALOGUE if "scope" not in parameters_of(query_text(name))}
    assert {name for name, asked in CATALOGUE.items() if asked.standing == "unheeded"} == unheeded


@pytest.mark.parametrize("name", CATALOGUE)
def test_every_question_takes_a_dimension_of_the_standing_or_says_why_not(
    name: str, sample: Warehouse
) -> None:
    question = CATALOGUE[name]
    for dimension in OF_STANDING:
        takes = question.standing in ("as_of", "unheeded") or (
            dimension == "owner" and question.standing != "refused"
        )
        for asked in ({"where": [(dimension, "x")]}, *([{"by": dimension}] if question.by else [])):
            if takes:
                ask(sample, name, params=GIVEN.get(name), **{"by": ALWAYS_BY.get(name), **asked})
                continue
            with pytest.raises(BadQuestion) as refused:
                ask(sample, name, params=GIVEN.get(name), **{"by": ALWAYS_BY.get(name), **asked})
            for sentence in (refused.value.en, refused.value.ja):
                assert name in sentence and dimension in sentence and "\n" not in sentence
                assert ("rejections" if dimension == "owner" else "stage_aging") in sentence


def test_what_is_offered_instead_takes_it(sample: Warehouse) -> None:
    for dimension in OF_STANDING:
        with pytest.raises(BadQuestion) as refused:
            ask(sample, "funnel", by=dimension)
        _, _, instead = refused.value.en.partition(": ask ")
        names = instead.partition(" by ")[0].split(" or ")
        assert names and all(ask(sample, name, where=[(dimension, "x")]).name == name for name in names)


def test_a_filter_that_is_not_taken_is_left_aside_and_the_others_stay(sample: Warehouse) -> None:
    scope = Scope.of(channel="seo", owner="x", stage="mql")

    def left(name: str, has_history: bool = True) -> list[str]:
        return [dimension for dimension, _ in heeded(CATALOGUE[name], scope, has_history).where]

    assert left("funnel") == ["channel"]
    assert left("stage_aging") == ["channel", "owner", "stage"]
    assert left("conversion") == left("sla_summary") == ["channel", "owner"]
    assert left("conversion", has_history=False) == ["channel"]
    assert left("sla_summary", has_history=False) == ["channel", "owner"]
    assert left("data_quality") == []


# ---------------------------------------------------------------- who owned the lead right after the entry


def of_owners(
    directory: Path, history: World, name: str = "conversion", **given: Any
) -> dict[Any, tuple[int, ...]]:
    """entered, converted and skipped of April, by owner."""
    rows = in_both(directory, history, name, as_of=END, from_month="2026-04", by="owner", **given)
    return {row["segment"]: (row["entered"], row["converted"], row["skipped"]) for row in rows}


def test_a_lead_counts_for_whoever_owned_it_right_after_the_entry(tmp_path: Path) -> None:
    changes = [
        owned("04-02 09:00", "a", "b"),
        move("mql", "04-03 09:00"),
        owned("04-04 09:00", "b", "c"),
        move("sql", "04-05 09:00"),
    ]
    assert of_owners(tmp_path, world([lead(owner="z")], changes, **BY_OWNER)) == {"b": (1, 1, 0)}


@pytest.mark.parametrize(
    ("when", "owner"),
    [("04-03 09:00", "b"), ("04-03 09:00:00.000001", "a"), ("04-03 08:59:59.999999", "b")],
)
def test_a_change_at_the_instant_of_the_entry_is_included(when: str, owner: str, tmp_path: Path) -> None:
    changes = [move("mql", "04-03 09:00"), owned(when, "a", "b")]
    assert of_owners(tmp_path, world([lead()], changes, **BY_OWNER)) == {owner: (1, 0, 0)}


def test_who_skipped_the_stage_counts_for_the_owner_at_the_next_one(tmp_path: Path) -> None:
    changes = [
        owned("04-02 09:00", "a", "b"),
        move("sql", "04-03 09:00"),
        owned("04-04 09:00", "b", "c"),
        move("mql", "04-05 09:00"),
    ]
    history = world([lead()], changes, **BY_OWNER)
    assert of_owners(tmp_path, history) == {"b": (0, 0, 1), "c": (1, 0, 0)}
    assert of_owners(tmp_path, history, where=(("owner", "c"),)) == {"c": (1, 0, 0)}
    assert of_owners(tmp_path, history, where=(("owner", "b"),)) == {"b": (0, 0, 1)}


def test_nobody_is_an_owner_too(tmp_path: Path) -> None:
    changes = [owned("04-02 09:00", "a", None), move("mql", "04-03 09:00")]
    history = world([lead(), lead("L2", owner="x")], [*changes, move("mql", "04-03 09:00", "L2")], **BY_OWNER)
    assert of_owners(tmp_path, history) == {"x": (1, 0, 0), None: (1, 0, 0)}
    assert of_owners(tmp_path, history, where=(("owner", None),)) == {None: (1, 0, 0)}


def test_the_leads_behind_an_owners_rate_are_those_that_it_counts(tmp_path: Path) -> None:
    changes = [
        owned("04-03 09:00", "a", "b"),
        move("mql", "04-03 09:00"),
        owned("04-04 09:00", "b", "a"),
        move("mql", "04-05 09:00", "L2"),
    ]
    history = world([lead(owner="a"), lead("L2", owner="a")], changes, **BY_OWNER)
    for owner, leads in (("a", ["L2"]), ("b", ["L1"])):
        for given in ({"by": "owner", "params": {"segment": owner}}, {"where": (("owner", owner),)}):
            params = {"month": "2026-04", **given.get("params", {})}
            rows = in_both(tmp_path, history, "behind_conversion", as_of=END, **{**given, "params": params})
            assert [row["lead_id"] for row in rows] == leads


def test_without_any_owner_change_nobody_knows_who_owned_a_lead_when(tmp_path: Path) -> None:
    write_world(world([lead(owner="a")], [move("mql", "04-03 09:00")], **BY_OWNER), tmp_path)
    with open_warehouse(tmp_path) as db:
        for asked in ({"by": "owner"}, {"where": [("owner", "a")]}):
            with pytest.raises(BadQuestion, match="no owner_change"):
                ask(db, "conversion", **asked)
            assert ask(db, "sla_summary", **asked).name == "sla_summary"
            assert ask(db, "stage_aging", **asked).name == "stage_aging"


# ---------------------------------------------------------------- the clock's owner


def test_a_filter_of_the_owner_is_the_clocks(tmp_path: Path) -> None:
    policy = {
        "key": "call",
        "start": {"created": True},
        "stop": {"activity": ["call"]},
        "due": {"elapsed_hours": 24},
    }
    changes = [act("call", "04-01 10:00"), owned("04-02 09:00", "a", "b")]
    history = world([lead(owner="b")], changes, sla=[policy], **BY_OWNER)
    for owner, clocks in (("a", 1), ("b", 0)):
        where = (("owner", owner),)
        assert in_both(tmp_path, history, "sla_summary", as_of=END, where=where)[0]["clocks"] == clocks
        assert len(in_both(tmp_path, history, "sla_clocks", as_of=END, where=where)) == clocks
        behind = in_both(tmp_path, history, "behind_clocks", as_of=END, where=where)
        assert len(behind) == clocks


# ---------------------------------------------------------------- as of T, and no further


@pytest.mark.parametrize("dimension", ["owner", "owner_team", "stage", "score_band"])
def test_aging_follows_no_spell_to_its_end_where_leads_are_chosen_by_how_they_stand(
    dimension: str, tmp_path: Path
) -> None:
    changes = [move("mql", "04-03 09:00"), owned("04-04 09:00", "a", "b")]
    history = world([lead(owner="b", owner_team="t"), lead("L2", owner="b")], changes, **BY_OWNER)
    followed = ("finished", "finished_median_days", "finished_p90_days", "km_median_days")
    value = {"owner": "b", "owner_team": "t", "stage": "mql"}.get(dimension)
    for asked in ({"by": dimension}, {"where": ((dimension, value),)}):
        rows = in_both(tmp_path, history, "stage_aging", as_of=END, **asked)
        assert sum(row["waiting_leads"] for row in rows) >= 1
        assert {row[name] for row in rows for name in followed} == {None}
    free = in_both(tmp_path, history, "stage_aging", as_of=END, by="channel")
    assert one(free, stage="new")["finished"] == 1


def test_a_segment_of_leads_that_have_all_left_is_not_listed_where_their_ends_are_not(tmp_path: Path) -> None:
    history = world([lead()], [owned("04-02 09:00", "a", "b"), move("won", "04-03 09:00")], **BY_OWNER)
    assert in_both(tmp_path, history, "stage_aging", as_of=END, by="owner") == []
    assert in_both(tmp_path, history, "stage_aging", as_of=END, by="channel") != []
