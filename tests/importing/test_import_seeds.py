"""The public seed sets of four tools and a demo CRM: every row accounted for, counted again here by hand."""

import csv
import re
from collections import Counter
from pathlib import Path

import pytest

from funnel.importing.identify import ImportOptions
from funnel.importing.run import import_files
from tests.importing.imports import Imported, Row

SHARED = Path(__file__).parents[3] / "shared" / "data"


def seeds(name: str, data: Path, source: str | None = None) -> Imported:
    """An import of a whole folder of seeds."""
    folder = SHARED / name
    if not folder.is_dir():
        pytest.skip(f"{name} is not part of this checkout")
    found = Imported(data, import_files(data, [folder], ImportOptions(source)))
    assert {each.name.split("/")[1] for each in found.report.files} == {
        path.name for path in folder.glob("*.csv")
    }
    for each in found.report.files:
        assert each.rows == len(read(name, each.name.split("/")[1]))
        if each.status == "imported":
            assert each.rows == each.accepted + each.quarantined + each.duplicates
    assert len(found.refused) == sum(each.quarantined for each in found.report.files)
    return found


def read(name: str, file: str) -> list[Row]:
    with (SHARED / name / file).open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def told(found: Imported, file: str) -> tuple[int, int]:
    """Accepted and refused rows of one file."""
    (each,) = (each for each in found.report.files if each.name.endswith(f"/{file}"))
    return each.accepted, each.quarantined


def types(found: Imported) -> Counter[str]:
    return Counter(row["type"] for row in found.activities)


def test_hubspots_seeds_are_imported(tmp_path: Path) -> None:
    name = "fivetran_hubspot"
    found = seeds(name, tmp_path / "data")
    contacts = read(name, "contact_data.csv")
    merged = {row["vid_to_merge"] for row in read(name, "contact_merge_audit_data.csv")}
    listed = (
        {each for row in contacts for each in re.findall(r"\d+", row["property_hs_merged_object_ids"] or "")}
        if "property_hs_merged_object_ids" in contacts[0]
        else set()
    )
    ids = {row["id"] for row in contacts}
    assert len(ids) == 22
    assert set(found.leads) == {each for each in ids if each not in merged | listed}
    events = Counter((row["type"], row["filtered_event"]) for row in read(name, "email_event_data.csv"))
    kept = {"OPEN": events["OPEN", "false"], "SENT": events["SENT", ""]}
    assert told(found, "email_event_data.csv") == (sum(kept.values()), 100 - sum(kept.values())) == (94, 6)
    meetings = [row["start_time"] for row in read(name, "engagement_meeting_data.csv")]
    held = sum(1990 <= int(each[:4]) <= 2100 for each in meetings)
    assert told(found, "engagement_meeting_data.csv") == (held, 100 - held) == (93, 7)
    assert types(found) == {
        "email_open": 90,
        "email_sent": 4,
        "meeting": 93,
        "inquiry": 5,
        "call": 1,
        "email_out": 1,
        "note": 3,
    }


def test_salesforces_seeds_are_imported(tmp_path: Path) -> None:
    name = "fivetran_salesforce"
    found = seeds(name, tmp_path / "data")
    (lead,) = found.leads.values()
    (row,) = read(name, "sf_lead_data.csv")
    assert (lead["lead_id"], lead["company"], lead["stage"], lead["contact_name"]) == (
        row["id"],
        row["company"],
        "opportunity",
        row["name"],
    )
    tasks = Counter(row["type"] or row["task_subtype"] for row in read(name, "sf_task_data.csv"))
    events = Counter(row["type"] for row in read(name, "sf_event_data.csv"))
    assert told(found, "sf_task_data.csv") == (tasks["Task"], tasks["X"]) == (3, 7)
    assert types(found) == {
        "call": events["Call"],
        "meeting": events["Meeting"],
        "note": tasks["Task"],
        "stage_change": 1,
    }
    assert found.report.waiting == 13  # their people are contacts of no lead here


def test_marketos_seeds_are_imported(tmp_path: Path) -> None:
    name = "fivetran_marketo"
    found = seeds(name, tmp_path / "data")
    gone: set[str] = set()
    for row in read(name, "marketo_activity_merge_leads_data.csv"):
        gone |= set(re.findall(r"\d+", row["merge_ids"])) - {row["lead_id"]}
    leads = {row["id"] for row in read(name, "marketo_lead_data.csv")}
    assert not leads & gone
    assert set(found.leads) == leads  # exported after those 31 were deleted
    changes = [
        row["primary_attribute_value"] for row in read(name, "marketo_activity_change_data_value_data.csv")
    ]
    scores = sum(each == "Demographic Score Marketing" for each in changes)
    assert told(found, "marketo_activity_change_data_value_data.csv") == (scores, 100 - scores) == (21, 79)
    sent = sum(
        row["action_result"] != "skipped" for row in read(name, "marketo_activity_send_email_data.csv")
    )
    assert types(found) == {"score_change": 21, "email_sent": sent, "email_open": 100, "email_click": 100}
    assert told(found, "marketo_activity_merge_leads_data.csv") == (99, 1)
    assert told(found, "marketo_activity_email_delivered_data.csv") == (0, 100)


def test_account_engagements_seeds_are_imported(tmp_path: Path) -> None:
    name = "fivetran_pardot"
    found = seeds(name, tmp_path / "data")
    prospects = [
        row for row in read(name, "pardot_prospect_data.csv") if row["_fivetran_deleted"].lower() != "true"
    ]
    assert {key: lead["score"] for key, lead in found.leads.items()} == {
        row["id"]: float(row["score"]) if float(row["score"]) else None for row in prospects
    }
    assert told(found, "pardot_prospect_data.csv") == (22, 78)
    activities = Counter(row["type"] for row in read(name, "pardot_visitor_activity_data.csv"))
    stages = Counter(row["to_value"] for row in found.activities)
    assert stages == {"opportunity": activities["8"], "won": activities["9"], "lost": activities["10"]}
    assert told(found, "pardot_visitor_activity_data.csv") == (52, 48)


def test_the_demo_crm_of_zohos_shape_is_imported(tmp_path: Path) -> None:
    name = "zoho_sample"
    found = seeds(name, tmp_path / "data", "zoho")
    assert len(found.leads) == len({row["LEADID"] for row in read(name, "Leads.csv")}) == 3900
    calls = sum(bool(row["LEADID"]) for row in read(name, "Calls.csv"))
    events = sum(bool(row["LEADID"]) for row in read(name, "Events.csv"))
    assert (told(found, "Calls.csv"), told(found, "Events.csv")) == (
        (calls, 4100 - calls),
        (events, 2978 - events),
    )
    deals = Counter(row["Stage"] for row in read(name, "Potentials.csv"))
    stages = Counter(row["to_value"] for row in found.activities if row["type"] == "stage_change")
    assert stages == {"opportunity": deals.total(), "won": deals["Closed Won"], "lost": deals["Closed Lost"]}
    assert types(found) == {"call": calls, "meeting": events, "stage_change": stages.total()}
    assert {each["word"]: each["rows"] for each in found.report.unknown_stages} == {
        "Pre Qualified": 776,
        "Attempted to Contact": 391,
    }
    assert {lead["owner"] for lead in found.leads.values()} >= {"David Love", "Thomas Mondrake"}
