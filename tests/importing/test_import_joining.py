"""Two tools, one funnel: which leads are one, whose values win, and where the activities go."""

from collections.abc import Mapping
from pathlib import Path

import pyarrow.parquet as pq

from funnel.exports.current import served
from tests.importing.imports import Imported, at, csv, take

CONTACTS = (
    "Record ID",
    "Email",
    "Company Name",
    "Original Source",
    "HubSpot Score",
    "Lifecycle Stage",
    "Contact owner",
    "Create Date",
    "Salesforce Lead ID",
)
LEADS = (
    "Id",
    "CreatedDate",
    "Company",
    "Email",
    "Status",
    "Owner.Name",
    "LeadSource",
    "IsConverted",
    "ConvertedDate",
    "ConvertedContactId",
)
PROSPECTS = ("id", "email", "company", "score", "created_at", "crm_lead_fid", "crm_contact_fid", "job_title")
CALLS = ("Record ID", "Activity date", "Call outcome", "Activity assigned to", "Associated Contact IDs")
TASKS = ("Id", "WhoId", "Status", "ActivityDate", "Subject", "TaskSubtype")
Q1, Q2, Q3, Q4 = (f"00Q00000000000{n}EAA" for n in (1, 2, 3, 4))


def hubspot(*rows: Mapping[str, str]) -> dict[str, str]:
    usual = {"Lifecycle Stage": "lead", "Create Date": "2024-04-01 09:00"}
    return {
        "contacts.csv": csv(
            CONTACTS, *(tuple((usual | dict(row)).get(name, "") for name in CONTACTS) for row in rows)
        )
    }


def salesforce(*rows: Mapping[str, str]) -> dict[str, str]:
    usual = {
        "Status": "Open - Not Contacted",
        "CreatedDate": "2024-04-02T00:00:00.000Z",
        "Company": "A",
        "IsConverted": "false",
    }
    return {
        "Lead.csv": csv(LEADS, *(tuple((usual | dict(row)).get(name, "") for name in LEADS) for row in rows))
    }


def placed(found: Imported) -> dict[tuple[str, str], tuple[str, str | None, bool]]:
    """Tool and its id: the lead that it is, by what it was joined, whether several could have been meant."""
    rows = pq.read_table(served(found.data) / "kept" / "joins.parquet").to_pylist()
    return {
        (row["tool"], row["tool_lead_id"]): (row["lead_id"], row["joined_by"], row["is_ambiguous"])
        for row in rows
    }


def test_leads_are_one_by_the_crms_id_of_15_or_18_characters(tmp_path: Path) -> None:
    found = take(
        tmp_path,
        hubspot(
            {"Record ID": "1", "Salesforce Lead ID": Q1},
            {"Record ID": "2", "Salesforce Lead ID": Q2[:15]},
            {"Record ID": "3"},
        ),
        salesforce({"Id": Q1[:15]}, {"Id": Q2}, {"Id": Q3}),
    )
    assert placed(found) == {
        ("hubspot", "1"): ("1", None, False), ("hubspot", "2"): ("2", None, False), ("hubspot", "3"): ("3", None, False),
        ("salesforce", Q1): ("1", "crm_id", False), ("salesforce", Q2): ("2", "crm_id", False), ("salesforce", Q3): (f"salesforce:{Q3}", None, False),
    }  # fmt: skip
    assert list(found.leads) == ["1", "2", "3", f"salesforce:{Q3}"]


def test_ids_that_differ_in_upper_and_lower_case_only_are_different_leads(tmp_path: Path) -> None:
    upper, lower = "00Q00000000aBcD", "00Q00000000abcd"
    found = take(
        tmp_path,
        hubspot({"Record ID": "1", "Salesforce Lead ID": upper}),
        salesforce({"Id": upper}, {"Id": lower}),
    )
    (single,) = found.leads.keys() - {"1"}
    assert single.startswith(f"salesforce:{lower}")
    (joined,) = (
        key for (tool, key), (lead, _, _) in placed(found).items() if tool == "salesforce" and lead == "1"
    )
    assert joined == f"{upper}EAU"  # the last three say which are upper case


def test_without_an_id_leads_are_one_by_an_address_that_is_one_leads_only(tmp_path: Path) -> None:
    found = take(
        tmp_path,
        hubspot(
            {"Record ID": "1", "Email": " Ann@Example.com "},
            {"Record ID": "2", "Email": "two@example.com"},
            {"Record ID": "3", "Email": ""},
            {"Record ID": "4", "Email": "four@example.com"},
        ),
        salesforce(
            {"Id": Q1, "Email": "ann@example.COM"},
            {"Id": Q2, "Email": "two@example.com"},
            {"Id": Q3, "Email": "two@example.com"},
            {"Id": Q4, "Email": ""},
        ),
    )
    assert {key[1]: value for key, value in placed(found).items() if key[0] == "salesforce"} == {
        Q1: ("1", "email", False), Q2: (f"salesforce:{Q2}", None, True), Q3: (f"salesforce:{Q3}", None, True), Q4: (f"salesforce:{Q4}", None, False),
    }  # fmt: skip
    (of_crm,) = (row for row in found.report.joins if row["tool"] == "salesforce")
    assert {key: of_crm[key] for key in ("leads", "joined_by_id", "joined_by_mail", "ambiguous")} == {
        "leads": 4, "joined_by_id": 0, "joined_by_mail": 1, "ambiguous": 2,
    }  # fmt: skip


def test_two_leads_of_the_first_tool_with_one_address_stay_apart_from_the_second_tools(
    tmp_path: Path,
) -> None:
    found = take(
        tmp_path, salesforce({"Id": Q1, "Email": "x@example.com"}),
        hubspot({"Record ID": "1", "Email": "x@example.com"}, {"Record ID": "2", "Email": "X@example.com"}),
    )  # fmt: skip
    assert sorted(found.leads) == ["1", "2", f"salesforce:{Q1}"]
    assert placed(found)["salesforce", Q1] == (f"salesforce:{Q1}", None, True)


def test_an_id_counts_before_an_address(tmp_path: Path) -> None:
    found = take(
        tmp_path,
        hubspot(
            {"Record ID": "1", "Email": "x@example.com", "Salesforce Lead ID": Q2},
            {"Record ID": "2", "Email": "y@example.com"},
        ),
        salesforce({"Id": Q1, "Email": "y@example.com"}, {"Id": Q2, "Email": "y@example.com"}),
    )
    assert (placed(found)["salesforce", Q2], placed(found)["salesforce", Q1]) == (
        ("1", "crm_id", False),
        ("2", "email", False),
    )


def test_each_field_is_of_the_tool_that_has_the_last_word_on_it_else_of_the_first_that_has_a_value(
    tmp_path: Path,
) -> None:
    found = take(
        tmp_path,
        hubspot(
            {
                "Record ID": "1",
                "Salesforce Lead ID": Q1,
                "Company Name": "A社",
                "Original Source": "Offline Sources",
                "HubSpot Score": "40",
                "Lifecycle Stage": "lead",
                "Contact owner": "山田",
            },
            {
                "Record ID": "2",
                "Salesforce Lead ID": Q2,
                "Lifecycle Stage": "opportunity",
                "Contact owner": "山田",
            },
        ),
        salesforce(
            {
                "Id": Q1,
                "Company": "株式会社A",
                "LeadSource": "Web",
                "Status": "Working - Contacted",
                "Owner.Name": "佐藤",
                "CreatedDate": "2024-03-01T00:00:00.000Z",
            },
            {"Id": Q2, "Company": "B", "Status": "", "LeadSource": "Web"},
        ),
    )
    one, two = found.leads["1"], found.leads["2"]
    assert [one[name] for name in ("company", "channel", "score", "stage", "owner", "created_at")] == [
        "A社",
        "offline",
        40.0,
        "mql",
        "佐藤",
        at("2024-03-01 09:00"),
    ]
    assert [two[name] for name in ("company", "channel", "stage", "owner")] == [
        "B",
        "Web",
        "opportunity",
        "山田",
    ]
    assert {row["target"]: row["leads"] for row in found.report.conflicts} == {
        "company": 1,
        "channel": 1,
        "stage": 1,
        "owner": 1,
    }
    rows = pq.read_table(served(found.data) / "kept" / "joins.parquet").to_pylist()
    assert {row["lead_id"]: row["conflicts"] for row in rows} == {
        "1": ["channel", "company", "owner", "stage"],
        "2": None,
    }


def test_activities_of_both_tools_follow_merged_and_converted_leads(tmp_path: Path) -> None:
    found = take(
        tmp_path,
        hubspot({"Record ID": "1", "Salesforce Lead ID": Q1}, {"Record ID": "2", "Email": "b@example.com"}),
        salesforce(
            {
                "Id": Q1,
                "IsConverted": "true",
                "ConvertedDate": "2024-04-05",
                "ConvertedContactId": "003000000000009AAA",
            },
            {"Id": Q2, "Email": "b@example.com"},
        ),
        {
            "Task.csv": csv(
                TASKS,
                *(
                    (f"00T00000000000{n}", who, "Completed", f"2024-04-1{n}", "Call", "Call")
                    for n, who in enumerate((Q1[:15], "003000000000009", Q2, Q3))
                ),
            )
        },
        {
            "calls.csv": csv(
                CALLS,
                ("71", "2024-04-20 10:00", "Connected", "山田", "1"),
                ("72", "2024-04-21 10:00", "Connected", "山田", "2"),
            )
        },
    )
    assert [row[0] for row in found.of_type("call", "lead_id")] == [
        "1",
        "1",
        "2",
        f"salesforce:{Q3}",
        "1",
        "2",
    ]
    assert found.of_type("stage_change", "lead_id", "to_value") == [("1", "opportunity")]
    assert found.report.waiting == 1


def test_events_by_address_go_to_the_tools_own_lead_and_to_nobody_where_several_have_it(
    tmp_path: Path,
) -> None:
    events = csv(
        ("id", "created", "recipient", "type", "email_campaign_id", "filtered_event"),
        ("e1", "2024-04-03 00:00:00", "A@example.com", "OPEN", "9", "false"),
        ("e2", "2024-04-04 00:00:00", "only@crm.example.com", "CLICK", "9", "false"),
        ("e3", "2024-04-05 00:00:00", "two@crm.example.com", "CLICK", "9", "false"),
        ("e4", "2024-04-06 00:00:00", "a@example.com", "OPEN", "9", "true"),
        ("e5", "2024-04-07 00:00:00", "nobody@example.com", "OPEN", "9", ""),
    )
    found = take(
        tmp_path,
        hubspot({"Record ID": "1", "Email": "a@example.com"}),
        salesforce({"Id": Q1, "Email": "a@example.com"}, {"Id": Q2, "Email": "a@example.com"}, {"Id": Q3, "Email": "only@crm.example.com"}, {"Id": Q4, "Email": "two@crm.example.com"}, {"Id": "00Q000000000005EAA", "Email": "two@crm.example.com"}),
        {"events.csv": events},
    )  # fmt: skip
    leads = {row["activity_id"].split(":")[-1]: row["lead_id"] for row in found.activities}
    assert (leads["e1"], leads["e2"]) == ("1", f"salesforce:{Q3}")
    assert all(leads[each].startswith("unlinked:") for each in ("e3", "e5"))
    assert "nobody@example.com" not in str(leads)  # an address stands in no id
    assert [(row["line"], row["reasons"]) for row in found.refused] == [(5, ["left_out"])]


def test_a_third_tool_is_joined_to_both(tmp_path: Path) -> None:
    prospects = csv(
        PROSPECTS,
        ("91", "other@example.com", "", "7", "2024-04-01 00:00:00", Q1, "", ""),
        ("92", "b@example.com", "", "8", "2024-04-01 00:00:00", "", "", "部長"),
        ("93", "c@example.com", "", "9", "2024-04-01 00:00:00", "", "", ""),
        ("94", "d@example.com", "", "9", "2024-04-01 00:00:00", "00Q000000000009EAA", "", ""),
    )
    found = take(
        tmp_path,
        hubspot(
            {"Record ID": "1", "Salesforce Lead ID": Q1},
            {"Record ID": "2", "Email": "b@example.com"},
            {"Record ID": "4", "Salesforce Lead ID": "00Q000000000009"},
        ),
        {"prospects.csv": prospects},
        salesforce({"Id": Q1}, {"Id": Q3, "Email": "c@example.com"}),
    )
    assert sorted(found.leads) == ["1", "2", "4", "account_engagement:93"]
    # 94 and 4 are one by an id of a lead that is in no file
    assert {key[1]: value[:2] for key, value in placed(found).items() if key[0] == "account_engagement"} == {
        "91": ("1", "crm_id"), "92": ("2", "email"), "93": ("account_engagement:93", None), "94": ("4", "crm_id"),
    }  # fmt: skip
    assert placed(found)["salesforce", Q3] == ("account_engagement:93", "email", False)


def test_ids_of_leads_stay_when_a_second_tool_comes_later_even_one_that_would_come_first(
    tmp_path: Path,
) -> None:
    found = take(
        tmp_path,
        salesforce({"Id": Q1, "Email": "a@example.com"}, {"Id": Q2}),
        {"Task.csv": csv(TASKS, ("00T000000000001", Q1, "Completed", "2024-04-10", "Call", "Call"))},
    )
    assert (sorted(found.leads), found.report.base) == ([Q1, Q2], "salesforce")
    found = found.then(
        hubspot({"Record ID": "1", "Email": "a@example.com"}, {"Record ID": "2"}),
        {"calls.csv": csv(CALLS, ("71", "2024-04-20 10:00", "Connected", "山田", "1"))},
    )
    assert (sorted(found.leads), found.report.base) == ([Q1, Q2, "hubspot:2"], "salesforce")
    assert [row[0] for row in found.of_type("call", "lead_id")] == [Q1, Q1]
    assert found.leads[Q1]["stage"] == "new"
