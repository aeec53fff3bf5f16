"""What was imported is data like any other: it is checked, loaded and asked."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from funnel.commands.cli import commands
from tests.importing.imports import csv, take

CONTACTS = (
    "Record ID",
    "Email",
    "Company Name",
    "Original Source",
    "HubSpot Score",
    "Lifecycle Stage",
    "Contact owner",
    "Create Date",
    "Became a Marketing Qualified Lead Date",
    "Became an Opportunity Date",
)
CALLS = ("Record ID", "Activity date", "Call outcome", "Activity assigned to", "Associated Contact IDs")


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two exports of six contacts, and the calls with them."""
    folder = tmp_path_factory.mktemp("imported")

    def contacts(*stages: str) -> str:
        return csv(CONTACTS, *(
            (str(number), f"{number}@example.com", "A社", "web_form", str(10 * number), stage, "佐藤", f"2026-04-0{number} 09:00",
             f"2026-04-1{number} 10:00" if number > 2 else "", "2026-04-20 10:00" if number > 5 else "")
            for number, stage in enumerate(stages, start=1)
        ))  # fmt: skip

    mql = "Marketing Qualified Lead"
    first = {"hubspot-crm-exports-2026-04-21.csv": contacts("lead", "lead", mql, mql, mql, "opportunity")}
    second = {
        "hubspot-crm-exports-2026-04-28.csv": contacts(
            "lead", "lead", mql, mql, "Sales Qualified Lead", "opportunity"
        )
    }
    calls = csv(
        CALLS,
        *(
            (f"7{number}", f"2026-04-1{number} 15:00", "Connected", "佐藤", str(number))
            for number in range(3, 7)
        ),
        ("99", "いつか", "", "", "1"),
    )
    return take(folder, first, second, {"calls.csv": calls}).data


def run(*arguments: str) -> Result:
    return CliRunner().invoke(commands, arguments)


def asked(name: str, data: Path, *more: str) -> list[dict[str, Any]]:
    result = run("query", name, "--data", str(data), "--format", "json", *more)
    assert result.exit_code == 0, result.output
    rows: list[dict[str, Any]] = json.loads(result.stdout)["rows"]
    return rows


def test_a_check_of_imported_data_loads_every_row(imported: Path) -> None:
    result = run("check", "--data", str(imported))
    assert result.exit_code == 0, result.output
    counts = {row["name"]: row["rows"] for row in asked("data_quality", imported) if row["part"] == "file"}
    # four calls, four entries of MQL, one of opportunity, one change found between the exports
    assert counts == {
        "leads.parquet rows_read": 6, "leads.parquet loaded": 6, "leads.parquet quarantined": 0,
        "activities.parquet rows_read": 10, "activities.parquet loaded": 10, "activities.parquet quarantined": 0,
    }  # fmt: skip


def test_the_funnel_of_imported_data_is_what_the_exports_say(imported: Path) -> None:
    rows = asked("funnel", imported, "--from", "2026-04", "--to", "2026-04")
    reached = {row["stage"]: (row["reached"], row["open_here"]) for row in rows}
    assert reached == {
        "new": (6, 2),
        "nurturing": (4, 0),
        "mql": (4, 2),
        "sql": (2, 1),
        "opportunity": (1, 1),
        "won": (0, 0),
    }


@pytest.mark.parametrize(
    "name", ["stage_aging", "sla_summary", "response_times", "score_bands", "transitions"]
)
def test_questions_are_answered_of_imported_data(imported: Path, name: str) -> None:
    assert asked(name, imported)
