"""Records as tools keep them: cells of several values, attributes as JSON, tables in a record, merges, owners, histories."""

import json
from pathlib import Path

from tests.importing.exports import STREAM, event, marketo_leads
from tests.importing.imports import at, csv, take

CONTACTS = ("Record ID", "Email", "Lifecycle Stage", "Contact owner", "Create Date", "hs_merged_object_ids")
SF_LEADS = (
    "Id",
    "CreatedDate",
    "Company",
    "Status",
    "OwnerId",
    "IsConverted",
    "ConvertedDate",
    "ConvertedContactId",
    "IsDeleted",
    "MasterRecordId",
)
SF_TASKS = (
    "Id",
    "WhoId",
    "Status",
    "ActivityDate",
    "Subject",
    "TaskSubtype",
    "CallDisposition",
    "OwnerId",
    "IsDeleted",
)
KINTONE = ("レコードの開始行", "レコード番号", "会社名", "流入経路", "ステータス", "担当者", "作成日時")
LINES = ("対応日時", "対応種別", "対応結果", "対応者")


# ---------------------------------------------------------------- several values in a cell


def test_an_activity_of_several_contacts_is_one_of_each(tmp_path: Path) -> None:
    calls = csv(
        (
            "Record ID",
            "Activity date",
            "Call outcome",
            "Call duration",
            "Activity assigned to",
            "Associated Contact IDs",
        ),
        ("71", "2024-04-02 10:00", "Connected", "60", "Bob Ito", "1;2"),
        ("72", "2024-04-02 11:00", "No answer", "0", "Bob Ito (Deactivated User)", "2"),
    )
    contacts = csv(CONTACTS, *((each, "", "lead", "", "2024-04-01 09:00", "") for each in ("1", "2")))
    found = take(tmp_path, {"contacts.csv": contacts, "calls.csv": calls})
    assert found.of_type("call", "lead_id", "outcome", "actor") == [
        ("1", "connected", "Bob Ito"), ("2", "connected", "Bob Ito"), ("2", "no_answer", "Bob Ito"),
    ]  # fmt: skip
    assert found.report.waiting == 0


def test_option_columns_are_one_field_of_the_chosen_options(tmp_path: Path) -> None:
    rows = csv(
        ("レコード番号", "会社名", "作成日時", "興味[製品A]", "興味[製品B,Pro]", "興味[その他]"),
        ("1", "A社", "2024-04-01 09:30", "1", "1", ""),
        ("2", "B社", "2024-04-01 09:30", "", "", ""),
    )
    leads = take(tmp_path, {"app.csv": rows.encode("cp932")}).leads
    assert [lead["interest"] for lead in leads.values()] == ["製品A;製品B,Pro", None]


# ---------------------------------------------------------------- JSON attributes


def test_attributes_are_read_as_an_object_and_as_a_list_whatever_commas_and_quotes(tmp_path: Path) -> None:
    as_list = [
        {"name": "New Value", "value": "45"},
        {"name": "Old Value", "value": "40"},
        {"name": "Reason", "value": 'opened, "A"'},
    ]
    stream = csv(
        STREAM,
        event(
            "g1",
            "1",
            13,
            "Lead Status",
            {"New Value": "Marketing Qualified Lead", "Old Value": "Known", "Reason": 'Web, "form" \\ {x}'},
        ),
        event(
            "g2",
            "1",
            13,
            "null",
            {"Attribute Name": "Lead Status", "New Value": "Opportunity", "Old Value": None},
            "2024-02-02T00:00:00+0000",
        ),
        event("g3", "1", 22, "Lead Score", as_list, "2024-02-03T00:00:00Z"),
        event("g4", "1", 22, "Behavior Score", {"New Value": "3"}),
        event("g5", "1", 13, "City", {"New Value": "大阪, 梅田"}),
        event(
            "g6",
            "1",
            101,
            "Lead Lifecycle",
            {"Old Stage": "Known", "New Stage": "Engaged", "Reason": ""},
            "2024-02-04T00:00:00Z",
        ),
        event("g7", "1", 22, "Lead Score", "not an object", "2024-02-05T00:00:00Z"),
    )
    found = take(tmp_path, {"leads.csv": marketo_leads("1"), "stream.csv": stream}, source="marketo")
    assert found.of_type("stage_change", "from_value", "to_value", "reason") == [
        ("new", "mql", 'Web, "form" \\ {x}'), (None, "opportunity", None), ("new", "nurturing", None),
    ]  # fmt: skip
    assert found.of_type("score_change", "from_value", "to_value", "reason")[:1] == [
        ("40", "45", 'opened, "A"')
    ]
    assert {row["line"]: row["reasons"] for row in found.refused} == {5: ["left_out"], 6: ["left_out"]}


# ---------------------------------------------------------------- kintone: tables within a record


def test_only_first_rows_are_leads_and_the_lines_of_a_table_are_activities(tmp_path: Path) -> None:
    lead = ("1", "A社", "Web", "商談", "佐藤", "2024-04-01 09:30")
    other = ("APP-2", "㈱B", "展示会", "未対応", "鈴木", "2024-04-02")
    rows = csv(
        (*KINTONE, *LINES),
        ("*", *lead, "2024-04-03 10:00", "電話", "不在", "佐藤"),
        ("", *lead, "2024-04-04 10:00", "電話", "アポ獲得", "佐藤"),
        ("", *lead, "2024-04-05 10:00", "訪問", "", "鈴木"),
        ("*", *other, "", "", "", ""),
    )
    found = take(tmp_path, {"app.csv": rows.encode("cp932")})
    assert {key: lead["stage"] for key, lead in found.leads.items()} == {"1": "opportunity", "APP-2": "new"}
    assert [(row["lead_id"], row["type"], row["outcome"], row["actor"]) for row in found.activities] == [
        ("1", "call", "no_answer", "佐藤"), ("1", "call", "appointment", "佐藤"), ("1", "meeting", None, "鈴木"),
    ]  # fmt: skip
    assert (found.file.rows, found.file.accepted, found.file.also) == (4, 4, 3)


def test_a_row_of_a_table_that_cannot_be_read_is_refused_with_its_own_bytes(tmp_path: Path) -> None:
    lead = ("1", "A社", "Web", "商談", "佐藤", "2024-04-01 09:30")
    lines = (
        ("*", *lead, "2024-04-03 10:00", "電話", "不在", "佐藤"),
        ("", *lead, "きのう", "電話", "", "佐藤"),
        ("", *lead, "2024-04-05 10:00", "のろし", "", "佐藤"),
        ("*", "2", "B社", "Web", "商談", "佐藤", "いつか", "", "", "", ""),
        ("", "2", "B社", "Web", "商談", "佐藤", "いつか", "2024-04-05 10:00", "電話", "", "佐藤"),
    )
    found = take(tmp_path, {"app.csv": csv((*KINTONE, *LINES), *lines).encode("cp932")})
    assert list(found.leads) == ["1"]
    assert found.reasons == {3: ["unreadable_value"], 4: ["unknown_type"], 5: ["unreadable_value"]}
    assert [row["original"].decode("cp932") + "\n" for row in found.refused] == [
        csv(lines[1]),
        csv(lines[2]),
        csv(lines[3]),
    ]
    assert (found.file.rows, found.file.accepted, found.file.quarantined) == (5, 2, 3)


# ---------------------------------------------------------------- merged and deleted records


def test_activities_follow_a_contact_that_was_merged_into_another(tmp_path: Path) -> None:
    contacts = csv(
        CONTACTS,
        ("9", "a@example.com", "lead", "", "2024-04-01 09:00", "5; 76340251;7"),
        ("8", "", "lead", "", "2024-04-01 09:00", ""),
    )
    calls = csv(
        ("Record ID", "Activity date", "Call outcome", "Activity assigned to", "Associated Contact IDs"),
        *(
            (str(70 + turn), f"2024-04-02 1{turn}:00", "Connected", "Bob", lead)
            for turn, lead in enumerate(("5", "76340251", "9", "8"))
        ),
    )
    found = take(tmp_path, {"contacts.csv": contacts, "calls.csv": calls})
    assert list(found.leads) == ["8", "9"]
    assert [row["lead_id"] for row in found.activities] == ["9", "9", "9", "8"]


def test_a_stream_of_merges_is_followed_step_by_step_and_a_deleted_lead_is_gone(tmp_path: Path) -> None:
    stream = csv(
        STREAM,
        event("g1", "1", 1, "/pricing"),
        event("g2", "2", 32, "null", {"Merge IDs": "[1]"}, "2024-02-02T00:00:00Z"),
        event("g3", "3", 32, "null", {"Merge IDs": "2, 7"}, "2024-02-03T00:00:00Z"),
        event("g4", "3", 1, "/", None, "2024-02-04T00:00:00Z"),
        event("g5", "4", 37, "null", None, "2024-03-01T00:00:00Z"),
        event("g6", "5", 37, "null", None, "2024-01-15T00:00:00Z"),
    )
    leads = {"leads 2024-02-10.csv": marketo_leads("1", "3", "4", "5")}
    found = take(tmp_path, {**leads, "stream.csv": stream}, source="marketo")
    assert list(found.leads) == ["3", "5"]  # 5 came back: it was exported after it was deleted
    assert found.of_type("web_visit", "activity_id", "lead_id") == [
        ("marketo:activities:g1", "3"),
        ("marketo:activities:g4", "3"),
    ]


def test_a_master_record_takes_its_merged_records_activities_and_the_recycle_bin_is_refused(
    tmp_path: Path,
) -> None:
    rest = ("2024-04-01T00:00:00.000Z", "A", "New", "", "false", "", "")
    leads = csv(
        SF_LEADS,
        ("00Q000000000001EAA", *rest, "false", ""),
        ("00Q000000000002", *rest, "true", "00Q000000000001"),
        ("00Q000000000003EAA", *rest, "true", ""),
    )
    tasks = csv(
        SF_TASKS,
        *(
            (
                f"00T00000000000{n}",
                f"00Q00000000000{n}",
                "Completed",
                "2024-04-02",
                "Call",
                "Call",
                "",
                "",
                "false",
            )
            for n in (1, 2)
        ),
    )
    found = take(tmp_path, {"Lead.csv": leads, "Task.csv": tasks})
    assert list(found.leads) == ["00Q000000000001EAA"]
    assert [row["lead_id"] for row in found.activities] == ["00Q000000000001EAA"] * 2
    assert [(row["line"], row["reasons"]) for row in found.refused] == [(4, ["deleted"])]


def test_a_lead_that_a_later_export_says_is_deleted_is_gone(tmp_path: Path) -> None:
    rest = ("2024-04-01T00:00:00.000Z", "A", "New", "", "false", "", "")
    ids = ("00Q000000000001EAA", "00Q000000000002EAA")
    found = take(
        tmp_path, {"Lead 2024-04-02.csv": csv(SF_LEADS, *((each, *rest, "false", "") for each in ids))}
    )
    assert list(found.leads) == list(ids)
    found = found.then(
        {"Lead 2024-04-09.csv": csv(SF_LEADS, (ids[0], *rest, "true", ""), (ids[1], *rest, "false", ""))}
    )
    assert list(found.leads) == [ids[1]]
    found = found.then({"Lead 2024-04-16.csv": csv(SF_LEADS, (ids[0], *rest, "false", ""))})
    assert list(found.leads) == list(ids)  # taken out of the bin again


def test_activities_of_a_converted_lead_come_back_from_its_contact(tmp_path: Path) -> None:
    leads = csv(
        SF_LEADS,
        (
            "00Q000000000001EAA",
            "2024-04-01T00:00:00.000Z",
            "A",
            "Closed - Converted",
            "",
            "true",
            "2024-04-05",
            "003000000000009AAA",
            "false",
            "",
        ),
    )
    tasks = csv(
        SF_TASKS,
        (
            "00T000000000001",
            "003000000000009",
            "Completed",
            "2024-04-06",
            "Call",
            "Call",
            "Connected",
            "",
            "false",
        ),
        ("00T000000000002", "00Q000000000001", "Completed", "2024-04-02", "Call", "Call", "", "", "true"),
    )
    found = take(tmp_path, {"Lead.csv": leads, "Task.csv": tasks})
    assert found.of_type("call", "lead_id", "outcome") == [("00Q000000000001EAA", "connected")]
    # converted on a day: at that day's local midnight, whatever the zone of the file's times
    assert found.of_type("stage_change", "to_value", "occurred_at") == [
        ("opportunity", at("2024-04-05 00:00"))
    ]
    assert [(row["file"], row["reasons"]) for row in found.refused] == [("Task.csv", ["deleted"])]


# ---------------------------------------------------------------- owners


def test_a_queue_and_people_who_left_are_named_and_an_unknown_owner_keeps_its_id(tmp_path: Path) -> None:
    users = csv(
        ("Id", "Username", "FirstName", "LastName", "IsActive", "Email"),
        ("005000000000001AAA", "h@x", "花子", "佐藤", "true", ""), ("005000000000002", "t@x", "太郎", "鈴木", "false", ""),
    )  # fmt: skip
    queues = csv(
        ("Id", "Name", "DeveloperName", "DoesSendEmailToMembers"),
        ("00G000000000001EAA", "インバウンド待ち", "Inbound", "false"),
    )
    owners = ("005000000000001", "005000000000002AAA", "00G000000000001", "005000000000009AAA", "")
    leads = csv(
        SF_LEADS,
        *(
            (
                f"00Q00000000000{n}EAA",
                "2024-04-01T00:00:00.000Z",
                "A",
                "New",
                owner,
                "false",
                "",
                "",
                "false",
                "",
            )
            for n, owner in enumerate(owners)
        ),
    )
    found = take(tmp_path, {"Lead.csv": leads, "User.csv": users, "Group.csv": queues})
    assert [lead["owner"] for lead in found.leads.values()] == [
        "佐藤 花子",
        "鈴木 太郎",
        "インバウンド待ち",
        "005000000000009AAA",
        None,
    ]


def test_people_imported_before_or_after_are_named_in_activities_too(tmp_path: Path) -> None:
    users = csv(
        ("Id", "Username", "FirstName", "LastName", "IsActive", "Email"),
        ("005000000000001AAA", "h@x", "花子", "佐藤", "true", ""),
    )
    lead = (
        "00Q000000000001EAA",
        "2024-04-01T00:00:00.000Z",
        "A",
        "New",
        "005000000000001",
        "false",
        "",
        "",
        "false",
        "",
    )
    task = (
        "00Q000000000001EAA",
        "Completed",
        "2024-04-06",
        "Call",
        "Call",
        "",
        "005000000000001AAA",
        "false",
    )
    found = take(
        tmp_path, {"Lead.csv": csv(SF_LEADS, lead), "Task.csv": csv(SF_TASKS, ("00T000000000001", *task))}
    )
    assert found.of_type("call", "actor") == [("005000000000001AAA",)]
    found = found.then({"User.csv": users})
    assert found.of_type("call", "actor") == [("佐藤 花子",)]
    assert found.leads["00Q000000000001EAA"]["owner"] == "佐藤 花子"
    found = found.then({"Task.csv": csv(SF_TASKS, ("00T000000000002", *task))})
    assert found.of_type("call", "actor") == [("佐藤 花子",)] * 2


# ---------------------------------------------------------------- how far back


def test_the_report_says_since_when_there_is_a_history_of_each_kind(tmp_path: Path) -> None:
    stream = csv(
        STREAM,
        event("g1", "1", 10, "Mail 1", None, "2024-01-02T00:00:00Z"),
        event("g2", "1", 10, "Mail 2", None, "2024-03-02T00:00:00Z"),
        event("g3", "1", 22, "Lead Score", {"New Value": "5"}, "2022-02-02T00:00:00Z"),
    )
    found = take(tmp_path, {"leads.csv": marketo_leads("1"), "stream.csv": stream}, source="marketo")
    assert [(row["type"], row["rows"], row["first_at"].date().isoformat()) for row in found.report.histories] == [
        ("email_open", 2, "2024-01-02"), ("score_change", 1, "2022-02-02"),
    ]  # fmt: skip
    told = json.loads(
        (found.data / "generations" / str(found.report.generation) / "report.json").read_text(
            encoding="utf-8"
        )
    )
    assert [row["first_at"][:10] for row in told["histories"]] == ["2024-01-02", "2022-02-02"]
