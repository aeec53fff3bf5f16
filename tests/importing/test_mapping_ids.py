"""How a tool writes its ids is said by its mapping, not by its name."""

from pathlib import Path

import pytest

from funnel.importing.mapping.load import BadMapping, load_text
from tests.importing.imports import csv, take

LONG, SHORT = "00Q5g00000AbCdEEAV", "00Q5g00000AbCdE"
USER, OTHERS_USER = "U-000000000000-001", "0055g00000AbCdEEAV"
OWN = """tool = "ourcrm"
label = {ja = "自社", en = "Ours"}
KEYS
[types]
call = "call"
[[files]]
name = "people"
label = {ja = "リード", en = "Leads"}
kind = "leads"
needs = [["Our id"]]
columns = {lead_id = ["Our id"], created_at = ["Made"], owner_id = ["Owner id"]}
[[files]]
name = "calls"
label = {ja = "活動", en = "Calls"}
kind = "activities"
needs = [["Call"]]
columns = {activity_id = ["Call"], lead_id = ["Of"], occurred_at = ["On"], type = ["Type"]}
[[files]]
name = "staff"
label = {ja = "担当者", en = "Staff"}
kind = "owners"
needs = [["Staff id"]]
columns = {owner_id = ["Staff id"], name = ["Name"]}
"""
LEADS = csv(("Our id", "Made", "Owner id"), (LONG, "2026-01-02", USER), ("B", "2026-01-02", ""))
CALLS = csv(
    ("Call", "Of", "On", "Type"),
    ("c1", SHORT, "2026-01-03", "call"),
    ("c2", f"{LONG};B", "2026-01-03", "call"),
)


def calls(folder: Path, keys: str) -> list[tuple[str, str]]:
    """The activities' ids and leads, where the mapping has these keys."""
    path = folder / "own.toml"
    path.write_text(OWN.replace("KEYS", keys), encoding="utf-8")
    made = take(folder, {"leads.csv": LEADS, "calls.csv": CALLS}, mappings=(path,))
    return sorted((row["activity_id"], row["lead_id"]) for row in made.activities)


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ("", [("ourcrm:calls:c1", SHORT), ("ourcrm:calls:c2@" + LONG, LONG), ("ourcrm:calls:c2@B", "B")]),
        (
            "short_ids = true",
            [("ourcrm:calls:c1", LONG), ("ourcrm:calls:c2@" + LONG, LONG), ("ourcrm:calls:c2@B", "B")],
        ),
        ("final_ids = true", [("c1", SHORT), ("c2", f"{LONG};B")]),
    ],
)
def test_a_mapping_says_how_ids_are_written(
    tmp_path: Path, keys: str, expected: list[tuple[str, str]]
) -> None:
    assert calls(tmp_path, keys) == expected


@pytest.mark.parametrize(("keys", "owner"), [("", USER), ("user_ids = 'U-[0-9-]{16}'", "Sato")])
def test_users_that_other_tools_name_have_their_names_there(tmp_path: Path, keys: str, owner: str) -> None:
    path = tmp_path / "own.toml"
    path.write_text(OWN.replace("KEYS", keys), encoding="utf-8")
    files = {
        "staff.csv": csv(("Staff id", "Name"), (USER, "Sato")),
        "table.csv": csv(("lead_id", "created_at", "owner"), ("1", "2026-01-02", USER)),
    }
    assert take(tmp_path, files, mappings=(path,)).leads["1"]["owner"] == owner


def test_a_pattern_of_users_is_one_that_the_database_can_read() -> None:
    with pytest.raises(BadMapping, match="user_ids"):
        load_text(OWN.replace("KEYS", "user_ids = '(?=U)U-.*'"), "own.toml")
