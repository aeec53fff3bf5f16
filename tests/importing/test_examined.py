"""What an examination from outside found: stages that never went back, and containers with other things in them."""

from datetime import date
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pyarrow.parquet as parquet
import pytest

from funnel.errors import FunnelError
from funnel.exports.current import served
from funnel.importing.mapping.recognise import Unrecognised
from funnel.layer.build import open_warehouse
from funnel.questions.ask import ask
from tests.importing.exports import SF_HISTORY, SF_LEADS, STREAM, event, marketo_leads
from tests.importing.imports import at, csv, take

CONTACTS = ("Record ID", "First Name", "Email", "Lifecycle Stage", "Create Date", "Became a Lead Date",
    "Became a Marketing Qualified Lead Date")  # fmt: skip
HISTORY = ("Record ID", "Property", "Value", "Timestamp")
MINUTES = {
    "hubspot-crm-exports-all-2026-11-08.csv": csv(
        CONTACTS,
        (
            "1",
            "A",
            "a@x.jp",
            "Marketing Qualified Lead",
            "2026-03-01 09:12",
            "2026-03-01 09:12",
            "2026-03-01 09:12",
        ),
    )
}
SECONDS = {
    "property-history.csv": csv(
        HISTORY,
        ("1", "lifecyclestage", "marketingqualifiedlead", "2026-03-01 09:12:33"),
        ("1", "lifecyclestage", "lead", "2026-03-01 09:12:05"),
    )
}


def test_a_column_of_minutes_beside_a_history_of_seconds_is_no_second_entry(tmp_path: Path) -> None:
    done = take(tmp_path, MINUTES | SECONDS)
    assert done.of_type("stage_change", "to_value", "occurred_at") == [
        ("new", at("2026-03-01 09:12:05")),
        ("mql", at("2026-03-01 09:12:33")),
    ]
    contacts = done.file_named("hubspot-crm-exports-all-2026-11-08.csv")
    assert (contacts.rows, contacts.accepted, contacts.also) == (1, 1, 0)


@pytest.mark.parametrize("first, second", [(MINUTES, SECONDS), (MINUTES, MINUTES | SECONDS)])
def test_a_history_that_comes_later_replaces_what_the_columns_told(
    tmp_path: Path, first: dict[str, str], second: dict[str, str]
) -> None:
    alone = take(tmp_path / "one", first)
    assert len(alone.of_type("stage_change", "to_value")) == 2
    both = alone.then(second)
    assert both.activities == take(tmp_path / "two", MINUTES | SECONDS).activities


def test_a_day_of_conversion_does_not_stand_before_what_the_history_says_of_that_day(tmp_path: Path) -> None:
    lead, said = "00Q000000000001AAA", ("005000000000001AAA", "2026-03-05T01:00:00.000Z")
    done = take(
        tmp_path,
        {
            "Lead.csv": csv(
                SF_LEADS,
                (lead, "2026-03-01T01:00:00.000Z", "A", "Closed - Converted", said[0], "true", "2026-03-05"),
                ("00Q000000000002AAA", "2026-03-01T01:00:00.000Z", "B", "Closed - Converted", said[0], "true", "2026-03-06"),
            ),
            "LeadHistory.csv": csv(
                SF_HISTORY,
                ("1", "false", lead, *said, "Status", "Open - Not Contacted", "Working - Contacted", "Text"),
                ("2", "false", lead, said[0], "2026-03-05T05:00:00.000Z", "Status", "Working - Contacted", "Closed - Converted", "Text"),
                ("3", "false", "00Q000000000002AAA", said[0], "2026-03-06T05:00:00.000Z", "Status", "Open - Not Contacted", "Closed - Not Converted", "Text"),
            ),
        },
    )  # fmt: skip
    assert done.of_type("stage_change", "lead_id", "to_value") == [
        (lead, "mql"),
        (lead, "won"),
        ("00Q000000000002AAA", "opportunity"),  # being lost does not tell of a conversion
        ("00Q000000000002AAA", "lost"),
    ]


def test_two_stages_in_one_minute_of_a_history_without_ids_come_in_the_order_of_the_path(
    tmp_path: Path,
) -> None:
    numbers = [str(number) for number in range(40)]
    done = take(
        tmp_path,
        {
            "hubspot.csv": csv(CONTACTS, *((n, "A", f"{n}@x.jp", "MQL", "2026-03-01 09:00", "", "") for n in numbers)),
            "history.csv": csv(
                HISTORY,
                *((n, "lifecyclestage", stage, "2026-03-01 09:12") for n in numbers
                    for stage in ("marketingqualifiedlead", "lead")),
            ),
        },
    )  # fmt: skip
    assert [stage for _, stage in done.of_type("stage_change", "lead_id", "to_value")] == ["new", "mql"] * 40


def test_an_owner_who_left_is_the_same_under_the_internal_name_of_the_column(tmp_path: Path) -> None:
    header = ("hs_object_id", "email", "hubspot_owner_id", "createdate", "lifecyclestage")
    done = take(
        tmp_path, {"a.csv": csv(header, ("1", "a@x.jp", "高橋 健 (Deactivated User)", "2026-03-01", "lead"))}
    )
    assert done.leads["1"]["owner"] == "高橋 健"


def archive(**members: str) -> bytes:
    held = BytesIO()
    with ZipFile(held, "w") as file:
        for name, content in members.items():
            file.writestr(f"{name}.csv", content)
    return held.getvalue()


SF_LEAD = csv(
    SF_LEADS, ("00Q000000000001AAA", "2026-03-01T01:00:00.000Z", "A", "Open - Not Contacted", "x", "0", "")
)


def test_tables_that_no_mapping_knows_are_named_and_left_out_of_a_weekly_archive(tmp_path: Path) -> None:
    case = csv(("Id", "CaseNumber", "Priority__c"), ("1", "2", "3"))
    done = take(tmp_path, {"WE_00D.zip": archive(Lead=SF_LEAD, Case=case)})
    assert list(done.leads) == ["00Q000000000001AAA"]
    (skipped,) = done.report.skipped
    assert (
        skipped["name"] == "WE_00D.zip/Case.csv" and "left out" in skipped["en"] and "対応表" in skipped["ja"]
    )


@pytest.mark.parametrize(
    "files",
    [
        {"WE_00D.zip": archive(Case="Id,CaseNumber\n1,2\n")},
        {"Lead.csv": SF_LEAD, "Case.csv": "Id,CaseNumber\n1,2\n"},
        {"Lead.csv": SF_LEAD, "WE_00D.zip": archive(Case="Id,CaseNumber\n1,2\n")},
    ],
)
def test_a_file_that_was_named_or_all_of_an_archive_is_asked_about(
    tmp_path: Path, files: dict[str, str | bytes]
) -> None:
    with pytest.raises(Unrecognised):
        take(tmp_path, files)


@pytest.mark.parametrize(
    "content, said",
    [
        ("lead_id,created_at\n", "leads.csv has a header, but no rows"),
        (
            "lead_id,created_at\n,2026-01-01\n1,someday\n",
            "none of its 2 rows can be taken (No id: 1; A date or a cost",
        ),
    ],
)
def test_an_export_of_leads_without_a_usable_row_is_not_said_to_be_missing(
    tmp_path: Path, content: str, said: str
) -> None:
    with pytest.raises(FunnelError) as error:
        take(tmp_path, {"leads.csv": content})
    assert said in str(error.value) and "leads.csv" in error.value.sentence("ja")


def test_a_file_in_place_of_the_data_folder_is_refused_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("x")
    with pytest.raises(FunnelError, match="is no folder"):
        take(tmp_path, {"leads.csv": "lead_id,created_at\n1,2026-01-01\n"})


def test_a_column_that_is_kept_may_have_a_dash_or_a_line_break_in_its_name(tmp_path: Path) -> None:
    header = ("lead_id", "created_at", "施策—詳細", "二行の\n見出し", "—")
    done = take(tmp_path, {"leads.csv": csv(header, ("1", "2026-01-01", "a", "b", "c"))})
    assert [done.leads["1"][name] for name in header[2:4]] == ["a", "b"]


def test_a_change_whose_attributes_are_cut_off_is_refused_and_none_to_nothing(tmp_path: Path) -> None:
    header = (
        "marketoGUID",
        "leadId",
        "activityDate",
        "activityTypeId",
        "primaryAttributeValue",
        "attributes",
    )
    scored = '{"Old Value":5,"New Value":10,"Reason":"x"}'
    done = take(
        tmp_path,
        {"leads.csv": csv(("id", "email", "createdAt", "leadScore"), ("1", "a@x.jp", "2026-04-01T00:00:00Z", "10"))},
        {
            "activities.csv": csv(
                header,
                ("a", "1", "2026-04-02T00:00:00Z", "22", "Lead Score", scored),
                ("b", "1", "2026-04-03T00:00:00Z", "22", "Lead Score", scored[:-6]),
                ("c", "1", "2026-04-04T00:00:00Z", "10", "Mail", "{cut"),
                ("d", "1", "2026-04-05T00:00:00Z", "32", "x", '{"Merge IDs":[2'),
            )
        },
    )  # fmt: skip
    assert done.of_type("score_change", "activity_id", "to_value") == [("marketo:activities:a", "10")]
    assert [row["type"] for row in done.activities] == ["score_change", "email_open"]
    assert done.reasons == {3: ["unreadable_value"], 5: ["unreadable_value"]}


def test_an_array_of_json_whose_end_is_missing_is_no_whole_export(tmp_path: Path) -> None:
    whole = '[{"lead_id":"1","created_at":"2026-01-01"}\n]\n'
    assert list(take(tmp_path / "whole", {"leads.json": whole}).leads) == ["1"]
    with pytest.raises(FunnelError, match=r"leads\.json is cut off"):
        take(tmp_path / "cut", {"leads.json": whole.replace("\n]\n", ",")})


def test_a_number_without_end_stays_a_text_and_costs_its_value_alone(tmp_path: Path) -> None:
    rows = (("1", "inf", ""), ("2", "1", "1e999"), ("3", "-Infinity", ""), ("4", "2", "3"), ("5", "", ""))
    table = csv(
        ("lead_id", "created_at", "score", "amount"), *((n, "2026-01-01", *rest) for n, *rest in rows)
    )
    done = take(tmp_path, {"leads.csv": table})
    assert not done.refused
    assert [(row["score"], row["amount"]) for row in done.leads.values()] == [
        ("inf", None),
        ("1.0", float("inf")),
        ("-Infinity", None),
        ("2.0", 3.0),
        (None, None),
    ]
    with open_warehouse(done.data) as db:
        found = {row["name"]: row["rows"] for row in ask(db, "data_quality").table.to_pylist()}
        assert found["unreadable_cell"] == 3 and "unreadable_value" not in found


def test_stages_of_one_day_come_in_the_order_of_the_path_by_whatever_name(tmp_path: Path) -> None:
    header = ("レコード番号", "会社名", "ステータス", "作成日時", "MQL日", "SQL日", "商談化日", "失注日")
    day = "2026-04-02"
    done = take(
        tmp_path, {"kintone_20261108.csv": csv(header, ("1", "A社", "失注", "2026-04-01 09:30", *[day] * 4))}
    )
    assert [stage for (stage,) in done.of_type("stage_change", "to_value")] == [
        "MQL",
        "SQL",
        "opportunity",
        "失注",
    ]


def test_of_two_tools_that_date_stages_the_one_with_the_last_word_is_heard_alone_from_its_first_change(
    tmp_path: Path,
) -> None:
    contacts = (
        "Record ID,Email,Salesforce Lead ID,Lifecycle Stage,Create Date,Became a Marketing Qualified Lead Date,"
        "Became an Opportunity Date\n"
        "1,a@x.jp,00Q000000000001AAA,opportunity,2026-03-01 09:00,2026-03-02 10:00,2026-03-10 15:00\n"
    )
    leads = "Id,Company,Status,CreatedDate,LeadSource\n00Q000000000001AAA,架空,Closed - Converted,2026-03-01T00:00:00Z,Web\n"
    history = (
        "Id,LeadId,CreatedDate,Field,OldValue,NewValue\n"
        "017000000000001AAA,00Q000000000001AAA,2026-03-10T05:00:00Z,Status,Working - Contacted,Closed - Converted\n"
    )
    done = take(tmp_path, {"contacts.csv": contacts, "Lead.csv": leads, "LeadHistory.csv": history})
    assert done.report.overruled == 1
    assert done.of_type("stage_change", "lead_id", "to_value") == [("1", "mql"), ("1", "won")]


def test_a_comma_parts_thousands_only(tmp_path: Path) -> None:
    header = ("lead_id", "created_at", "amount", "employees")
    rows = (
        ("1", "2026-03-01", "1,200,000", "約50名"),
        ("2", "2026-03-01", "1,5", "10"),
        ("3", "2026-03-01", "7", "-5"),
    )
    done = take(tmp_path, {"leads.csv": csv(header, *rows)})
    assert not done.refused
    assert {key: (row["amount"], row["employees"]) for key, row in done.leads.items()} == {
        "1": ("1200000.0", 50),
        "2": ("1,5", 10),
        "3": ("7.0", -5),
    }


def test_a_stage_dated_by_its_day_on_the_day_of_creation_is_not_entered_before_it(tmp_path: Path) -> None:
    header = (
        "Record ID",
        "Email",
        "Lifecycle Stage",
        "Create Date",
        "Became a Marketing Qualified Lead Date",
    )
    row = ("1", "a@x.jp", "marketingqualifiedlead", "2026-03-01 09:30", "2026-03-01")
    done = take(tmp_path, {"contacts.csv": csv(header, row)})
    assert [each["occurred_at"] for each in done.activities] == [done.leads["1"]["created_at"]]


def test_a_deal_closed_on_the_day_it_was_made_is_closed_after_that(tmp_path: Path) -> None:
    leads = csv(
        ("Record Id", "Company", "Lead Owner", "Lead Status", "Created Time"),
        ("1", "架空", "架空 花子", "Contacted", "2026-03-01 09:00:00"),
    )
    deals = csv(
        ("Record Id", "LEADID", "Deal Name", "Deal Owner", "Stage", "Created Time", "Closing Date"),
        ("11", "1", "架空の件", "架空 花子", "Closed Won", "2026-03-05 14:00:00", "2026-03-05"),
    )
    done = take(tmp_path, {"Leads_2026_11_08.csv": leads, "Deals_2026_11_08.csv": deals})
    assert done.of_type("stage_change", "to_value", "occurred_at") == [
        ("opportunity", at("2026-03-05T14:00")),
        ("won", at("2026-03-05T14:00")),
    ]


def test_a_time_is_out_of_range_by_the_clocks_of_the_company(tmp_path: Path) -> None:
    rows = (
        ("1", "1990-01-01 00:00:00+09"),
        ("2", "1989-12-31 23:59:59+09"),
        ("3", "2100-12-31 23:59:59+09"),
        ("4", "2101-01-01 00:00:00+09"),
    )
    done = take(tmp_path, {"leads.csv": csv(("lead_id", "created_at"), *rows)})
    assert list(done.leads) == ["1", "3"]
    assert done.reasons == {3: ["out_of_range"], 5: ["out_of_range"]}


def test_a_kept_column_named_like_one_of_the_contract_stands_beside_it(tmp_path: Path) -> None:
    (tmp_path / "data" / "mappings").mkdir(parents=True)
    (tmp_path / "data" / "mappings" / "own.toml").write_text(
        'tool = "own"\nlabel = {ja = "自社", en = "Own"}\n[[files]]\nname = "leads"\nlabel = {ja = "顧客", en = "Leads"}\n'
        'kind = "leads"\nneeds = [["番号"]]\nkeep = ["Channel"]\n'
        '[files.columns]\nlead_id = ["番号"]\ncreated_at = ["登録"]\nchannel = ["経路"]\n',
        encoding="utf-8",
    )
    text = csv(("番号", "登録", "経路", "Channel"), ("1", "2026-03-01", "web", "代理店"))
    done = take(tmp_path, {"own.csv": text}, source="own")
    assert done.leads["1"]["channel"] == "web"
    assert done.leads["1"]["Channel (2)"] == "代理店"


# ---------------------------------------------------------------- words that nobody knows


def marketo(*events: tuple[str, ...]) -> dict[str, str]:
    return {"leads.csv": marketo_leads("1"), "activities.csv": csv(STREAM, *events)}


def test_activity_types_that_nobody_knows_are_listed_by_their_words(tmp_path: Path) -> None:
    events = [event(str(number), "1", kind) for number, kind in enumerate((100001, 1, 100002, 100002))]
    told = take(tmp_path, marketo(*events)).file_named("activities.csv")
    assert told.reasons == {"unknown_type": 3}
    assert told.unknown_types == ({"word": "100002", "rows": 2}, {"word": "100001", "rows": 1})


def test_activities_that_come_again_with_the_names_of_their_types_leave_the_quarantine(
    tmp_path: Path,
) -> None:
    (tmp_path / "data" / "mappings").mkdir(parents=True)
    (tmp_path / "data" / "mappings" / "marketo.toml").write_text(
        'adds_to = "marketo"\n[types]\n"Visit Booth" = "meeting"\n', encoding="utf-8"
    )
    files = marketo(event("a", "1", 1), event("b", "1", 100001))
    first = take(tmp_path, files)
    assert [row["reasons"] for row in first.refused] == [["unknown_type"]]
    assert first.then(files).report.generation is None
    types = csv(("id", "name", "description", "primaryAttribute"), ("100001", "Visit Booth", "", ""))
    again = first.then({"types.csv": types}).then(files)
    assert again.refused == [] and again.file_named("activities.csv").accepted == 2
    assert again.of_type("meeting", "activity_id") == [("marketo:activities:b",)]
    assert again.then(files).report.generation is None


def test_costs_of_days_are_one_cost_of_the_month(tmp_path: Path) -> None:
    leads = csv(("lead_id", "created_at"), ("1", "2026-03-01"))
    header = ("日付", "チャネル", "費用")
    days = [("2026-03-01", "web", "100"), ("2026-03-02", "web", "50"), ("2026-03-02", "web", "50")]
    done = take(tmp_path, {"leads.csv": leads, "costs.csv": csv(header, *days, ("2026-04", "web", "7"))})
    assert done.file_named("costs.csv").duplicates == 1 and not done.refused
    then = done.then({"costs.csv": csv(header, ("2026-03-02", "web", "80"), ("2026-03-03", "web", "1"))})
    assert [
        (row["month"], row["cost"])
        for row in parquet.read_table(served(then.data) / "costs.parquet").to_pylist()
    ] == [
        (date(2026, 3, 1), 181.0),
        (date(2026, 4, 1), 7.0),
    ]
