"""History from whatever there is: dated columns, histories of fields, streams, and exports compared with each other."""

from datetime import datetime
from pathlib import Path
from typing import Any

from tests.importing.exports import SF_HISTORY, SF_LEADS
from tests.importing.imports import Imported, at, csv, fresh, generation, take

HISTORY = ("lead_id", "to_value", "from_value", "occurred_at", "not_before")
APP = ("レコード番号", "会社名", "ステータス", "担当者", "スコア", "ステータス変更日", "作成日時")
CONTACTS = (
    "Record ID",
    "Email",
    "Lifecycle Stage",
    "Contact owner",
    "Create Date",
    "Became a Marketing Qualified Lead Date",
)


def app(*rows: tuple[str, str, str, str], since: str = "") -> str:
    """An export of a kintone app: id, status, owner, score."""
    return csv(
        APP,
        *(
            (number, "A社", stage, owner, score, since, "2024-01-01 09:00")
            for number, stage, owner, score in rows
        ),
    )


def on(day: str, content: str) -> dict[str, str]:
    return {f"kintone_{day}.csv": content}


def end_of(day: str) -> datetime:
    """What the day in a file's name stands for: its end."""
    return at(f"{day} 23:59:59")


# ---------------------------------------------------------------- dated columns and histories of fields


def test_each_dated_column_is_an_entry_of_its_stage_and_skipped_ones_are_none(tmp_path: Path) -> None:
    header = ("Record ID", "Email", "Lifecycle Stage", "Create Date", "Became a Subscriber Date", "Became a Lead Date",
        "Became a Marketing Qualified Lead Date", "Became an Opportunity Date", "Became a Customer Date", "Date entered 'Qualified Reconnect (Lifecycle Stage Pipeline)'")  # fmt: skip
    row = (
        "1",
        "",
        "customer",
        "2024-01-01 09:00",
        "2024-01-01 09:00",
        "2024-01-01 09:00",
        "",
        "2024-02-01 10:00",
        "2024-03-01",
        "2024-02-02 11:00",
    )
    found = take(tmp_path, {"hubspot.csv": csv(header, row)})
    assert found.of_type("stage_change", "to_value", "occurred_at", "not_before") == [
        ("new", at("2024-01-01 09:00"), None), ("opportunity", at("2024-02-01 10:00"), None),
        ("Qualified Reconnect", at("2024-02-02 11:00"), None), ("won", at("2024-03-01 00:00"), None),
    ]  # fmt: skip
    assert [(each["word"], each["rows"]) for each in found.report.unknown_stages] == [
        ("Qualified Reconnect", 1)
    ]
    assert found.file.also == 4


def test_a_property_history_gives_stages_owners_and_scores_and_leaves_other_fields_out(
    tmp_path: Path,
) -> None:
    history = csv(
        ("contact_id", "timestamp", "source", "name", "value", "source_id"),
        ("1", "2024-02-01 00:00:00", "API", "lifecyclestage", "marketingqualifiedlead", ""),
        ("1", "2024-02-02 00:00:00", "API", "hubspot_owner_id", "501", ""),
        ("1", "2024-02-03 00:00:00", "API", "hubspotscore", "45", ""),
        ("1", "2024-02-04 00:00:00", "API", "city", "大阪", ""),
        ("1", "2024-02-05 00:00:00", "API", "hubspot_owner_id", "", ""),
    )
    owners = csv(("owner_id", "email", "first_name", "last_name"), ("501", "", "太郎", "山田"))
    contacts = csv(CONTACTS, ("1", "", "Marketing Qualified Lead", "山田 太郎", "2024-01-01 09:00", ""))
    found = take(tmp_path, {"contacts.csv": contacts, "history.csv": history, "owners.csv": owners})
    assert [(row["type"], row["to_value"], row["occurred_at"]) for row in found.activities] == [
        ("stage_change", "mql", at("2024-02-01 00:00", "UTC")), ("owner_change", "山田 太郎", at("2024-02-02 00:00", "UTC")),
        ("score_change", "45", at("2024-02-03 00:00", "UTC")), ("owner_change", None, at("2024-02-05 00:00", "UTC")),
    ]  # fmt: skip
    assert [(row["line"], row["reasons"]) for row in found.refused] == [(5, ["left_out"])]


def test_an_owner_change_that_is_written_by_id_and_by_name_is_one(tmp_path: Path) -> None:
    lead = (
        "00Q000000000001EAA",
        "2024-04-01T00:00:00.000Z",
        "A",
        "Working - Contacted",
        "005000000000002AAA",
        "false",
        "",
    )
    tail = ("005000000000001AAA", "2024-04-02T01:00:00.000Z")
    history = csv(
        SF_HISTORY,
        ("017000000000001", "false", "00Q000000000001", *tail, "Owner", "Inbound", "鈴木 太郎", "Text"),
        (
            "017000000000002",
            "false",
            "00Q000000000001",
            *tail,
            "Owner",
            "00G000000000001EAA",
            "005000000000002AAA",
            "EntityId",
        ),
        (
            "017000000000003",
            "false",
            "00Q000000000001",
            *tail,
            "Status",
            "Open - Not Contacted",
            "Working - Contacted",
            "Text",
        ),
        ("017000000000004", "false", "00Q000000000001", *tail, "created", "", "", "Text"),
        ("017000000000005", "true", "00Q000000000001", *tail, "Status", "", "Unqualified", "Text"),
    )
    found = take(tmp_path, {"Lead.csv": csv(SF_LEADS, lead), "LeadHistory.csv": history})
    assert found.of_type("owner_change", "from_value", "to_value") == [("Inbound", "鈴木 太郎")]
    assert found.of_type("stage_change", "from_value", "to_value") == [("new", "mql")]
    assert {row["line"]: row["reasons"] for row in found.refused} == {
        3: ["left_out"],
        5: ["left_out"],
        6: ["deleted"],
    }


def test_owner_changes_that_are_written_by_id_only_stay_and_take_names(tmp_path: Path) -> None:
    lead = ("00Q000000000001EAA", "2024-04-01T00:00:00.000Z", "A", "New", "", "false", "")
    history = csv(
        SF_HISTORY,
        (
            "017000000000002",
            "false",
            "00Q000000000001",
            "",
            "2024-04-02T01:00:00.000Z",
            "Owner",
            "00G000000000001",
            "005000000000002",
            "EntityId",
        ),
    )
    users = csv(
        ("Id", "Username", "FirstName", "LastName", "IsActive"),
        ("005000000000002AAA", "t@x", "太郎", "鈴木", "true"),
    )
    found = take(tmp_path, {"Lead.csv": csv(SF_LEADS, lead), "LeadHistory.csv": history, "User.csv": users})
    assert found.of_type("owner_change", "from_value", "to_value") == [("00G000000000001", "鈴木 太郎")]


# ---------------------------------------------------------------- exports compared


def test_a_change_between_two_exports_is_known_to_the_range_between_them(tmp_path: Path) -> None:
    found = take(tmp_path, on("2024-04-01", app(("1", "未対応", "佐藤", "10"), ("2", "商談", "", ""))))
    assert (found.activities, found.report.compared) == ([], 0)
    found = found.then(
        on(
            "2024-04-08",
            app(("1", "商談", "鈴木", "10.5"), ("2", "商談", "", "0"), ("3", "成約", "佐藤", "5")),
        )
    )
    between = (end_of("2024-04-08"), end_of("2024-04-01"))
    assert found.of_type("stage_change", *HISTORY) == [("1", "opportunity", "new", *between)]
    assert found.of_type("owner_change", *HISTORY) == [("1", "鈴木", "佐藤", *between)]
    assert found.of_type("score_change", *HISTORY) == [
        ("1", "10.5", "10", *between),
        ("2", "0", None, *between),
    ]
    assert found.report.compared == 4
    assert [(lead["stage"], lead["owner"], lead["score"]) for lead in found.leads.values()] == [
        ("opportunity", "鈴木", 10.5), ("opportunity", None, 0.0), ("won", "佐藤", 5.0),
    ]  # fmt: skip


def test_an_older_export_that_comes_later_changes_nothing_newer_and_is_compared_in_its_place(
    tmp_path: Path,
) -> None:
    files = {day: on(day, app(("1", stage, owner, ""))) for day, stage, owner in
        (("2024-04-01", "未対応", "佐藤"), ("2024-04-08", "商談", "佐藤"), ("2024-04-15", "成約", "鈴木"))}  # fmt: skip
    found = take(tmp_path, files["2024-04-01"]).then(files["2024-04-15"])
    assert found.of_type("stage_change", *HISTORY) == [
        ("1", "won", "new", end_of("2024-04-15"), end_of("2024-04-01"))
    ]
    late = found.then(files["2024-04-08"])
    assert (late.leads["1"]["stage"], late.leads["1"]["owner"]) == ("won", "鈴木")
    expected = [
        ("1", "opportunity", "new", end_of("2024-04-08"), end_of("2024-04-01")),
        ("1", "won", "opportunity", end_of("2024-04-15"), end_of("2024-04-08")),
    ]
    assert late.of_type("stage_change", *HISTORY) == expected
    assert late.of_type("owner_change", *HISTORY) == [
        ("1", "鈴木", "佐藤", end_of("2024-04-15"), end_of("2024-04-08"))
    ]
    at_once = take(fresh(tmp_path / "at once"), *files.values())
    assert at_once.of_type("stage_change", *HISTORY) == expected


def test_the_day_that_the_newer_export_gives_for_the_stage_is_taken(tmp_path: Path) -> None:
    found = take(
        tmp_path, on("2024-04-01", app(("1", "未対応", "", ""), ("2", "未対応", "", ""), since="2024-03-01"))
    )
    found = found.then(on("2024-04-08", app(("1", "商談", "", ""), since="2024-04-05")))
    found = found.then(
        on("2024-04-15", app(("2", "商談", "", ""), since="2024-03-20"))
    )  # not in between: not believed
    assert found.of_type("stage_change", *HISTORY) == [
        ("1", "opportunity", "new", at("2024-04-05 00:00"), None),
        ("2", "opportunity", "new", end_of("2024-04-15"), end_of("2024-04-01")),
    ]  # fmt: skip


def test_no_change_is_found_where_a_dated_one_explains_it(tmp_path: Path) -> None:
    def contacts(*rows: tuple[str, str, str]) -> str:
        return csv(CONTACTS, *((key, "", stage, "佐藤", "2024-01-01 09:00", mql) for key, stage, mql in rows))

    first = {"hubspot-2024-04-01.csv": contacts(("1", "lead", ""), ("2", "lead", ""), ("3", "lead", ""))}
    second = {"hubspot-2024-04-08.csv": contacts(
        ("1", "Marketing Qualified Lead", "2024-04-03 10:00"),  # explained
        ("2", "Marketing Qualified Lead", ""),  # not dated
        ("3", "Sales Qualified Lead", "2024-04-03 10:00"),  # dated half of the way
    )}  # fmt: skip
    found = take(tmp_path, first, second)
    assert [(row["lead_id"], row["to_value"], row["from_value"], row["not_before"], row["occurred_at"]) for row in found.activities] == [
        ("1", "mql", None, None, at("2024-04-03 10:00")),
        ("3", "mql", None, None, at("2024-04-03 10:00")),
        ("2", "mql", "new", end_of("2024-04-01"), end_of("2024-04-08")),
        ("3", "sql", "mql", at("2024-04-03 10:00"), end_of("2024-04-08")),
    ]  # fmt: skip


def test_an_export_older_than_its_own_history_finds_nothing_twice(tmp_path: Path) -> None:
    """A day in a name stands for its end: what changed on that day after the export was made is dated already."""
    lead = ("00Q000000000001EAA", "2024-03-01T00:00:00.000Z", "A")
    history = csv(
        SF_HISTORY,
        (
            "017000000000003",
            "false",
            "00Q000000000001",
            "",
            "2024-04-01T08:00:00.000Z",
            "Status",
            "Open - Not Contacted",
            "Working - Contacted",
            "Text",
        ),
    )
    files = [{f"Lead {day}.csv": csv(SF_LEADS, (*lead, status, "", "false", ""))} for day, status in
        (("2024-04-01", "Open - Not Contacted"), ("2024-04-08", "Working - Contacted"))]  # fmt: skip
    found = take(tmp_path, *files, {"LeadHistory.csv": history})
    assert found.of_type("stage_change", "to_value", "not_before") == [("mql", None)]


def test_a_cell_left_empty_in_between_is_no_change_of_stage(tmp_path: Path) -> None:
    days = ("2024-04-01", "2024-04-08", "2024-04-15", "2024-04-22")
    found = take(
        tmp_path,
        *(
            on(day, app(("1", stage, "佐藤", "")))
            for day, stage in zip(days, ("未対応", "", "未対応", "商談"), strict=True)
        ),
    )
    assert found.of_type("stage_change", *HISTORY) == [
        ("1", "opportunity", "new", end_of("2024-04-22"), end_of("2024-04-15"))
    ]


def test_an_export_that_is_again_as_an_older_one_was_is_an_export_of_its_own(tmp_path: Path) -> None:
    days = ("2024-04-01", "2024-04-08", "2024-04-15")
    found = take(
        tmp_path,
        *(
            on(day, app(("1", stage, "佐藤", "")))
            for day, stage in zip(days, ("未対応", "商談", "未対応"), strict=True)
        ),
    )
    assert found.leads["1"]["stage"] == "new"
    assert found.of_type("stage_change", "to_value", "occurred_at") == [
        ("opportunity", end_of(days[1])),
        ("new", end_of(days[2])),
    ]


def test_a_column_that_an_export_does_not_have_is_left_as_it_was(tmp_path: Path) -> None:
    found = take(tmp_path, on("2024-04-01", app(("1", "商談", "佐藤", "10"))))
    found = found.then(
        on("2024-04-08", csv(("レコード番号", "会社名", "作成日時"), ("1", "B社", "2024-01-01 09:00")))
    )
    lead = found.leads["1"]
    assert (lead["company"], lead["stage"], lead["owner"], lead["score"]) == (
        "B社",
        "opportunity",
        "佐藤",
        10.0,
    )
    assert not found.activities


def test_an_export_time_that_is_given_counts_before_the_name(tmp_path: Path) -> None:
    take(tmp_path, on("2024-04-01", app(("1", "未対応", "", ""))), exported_at=at("2024-03-30 12:00"))
    found = take(tmp_path, on("2024-04-08", app(("1", "商談", "", ""))), exported_at=at("2024-04-02 12:00"))
    assert found.of_type("stage_change", "not_before", "occurred_at") == [
        (at("2024-03-30 12:00"), at("2024-04-02 12:00"))
    ]
    assert found.file.exported_by == "given"


def test_the_same_exports_again_make_no_new_generation(tmp_path: Path) -> None:
    files = [on("2024-04-01", app(("1", "未対応", "", ""))), on("2024-04-08", app(("1", "商談", "", "")))]
    found = take(tmp_path, *files)
    before: Any = generation(found.data)
    again = found.then(*files)
    assert generation(found.data) == before
    assert (again.report.generation, [each.status for each in again.report.files]) == (None, ["already"] * 2)


def test_imports_are_the_same_in_any_order(tmp_path: Path) -> None:
    files = [
        on("2024-04-01", app(("1", "未対応", "佐藤", ""))),
        on("2024-04-08", app(("1", "商談", "鈴木", "3"))),
        on("2024-04-15", app(("1", "成約", "鈴木", "4"))),
    ]
    made: list[Imported] = []
    for name, order in (("a", (0, 1, 2)), ("b", (2, 0, 1))):
        data = fresh(tmp_path / name)
        for place in order:
            made.append(take(data, files[place]))
    assert made[2].leads == made[5].leads
    assert made[2].activities == made[5].activities
