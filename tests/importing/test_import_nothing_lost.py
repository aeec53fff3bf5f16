"""Rows read = accepted + quarantined + duplicates, whatever is in the file; a refused row keeps its bytes and may come again."""

import io
import random
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from funnel.importing.publishing.statistics import is_ahead
from funnel.importing.records import quarantine
from tests.importing.exports import MARKETO, STREAM
from tests.importing.imports import at, csv, fresh, generation, take

LEADS = ("lead_id", "created_at", "company", "score", "stage")
EVENTS = ("activity_id", "lead_id", "occurred_at", "type", "outcome", "reason")
GOOD = ("1", "2024-04-01", "A社", "5", "new")


# ---------------------------------------------------------------- every row accounted for

values = st.sampled_from(
    [
        "",
        " ",
        "1",
        "2",
        "3",
        "4",
        "2.58E+16",
        "2024-04-01",
        "2024-04-02 10:00",
        "いつか",
        "9999-12-31",
        "㈱A, B",
        'C "D"',
        "E\nF",
        "call",
        "odd",
        "5",
        "x",
    ]
)
rows = st.lists(st.lists(values, min_size=5, max_size=5), min_size=1, max_size=12)
damage = st.lists(
    st.tuples(st.integers(0, 11), st.sampled_from(['"', ",x", "\n", "\x00", 'stray " quote', "again"])),
    max_size=3,
)


@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(
    rows=rows,
    damage=damage,
    end=st.sampled_from(["\n", "\r\n"]),
    codec=st.sampled_from(["utf-8", "cp932", "utf-16"]),
)
def test_rows_read_are_accepted_or_refused_or_duplicates(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[list[str]],
    damage: list[tuple[int, str]],
    end: str,
    codec: str,
) -> None:
    """Random rows of activities with random damage; import_files itself refuses to end where its counts do not meet."""
    lines = [csv(row, end="") for row in [["a", "1", "2024-04-01", "call", "ok"], *rows]]
    for place, how in damage:
        if place < len(lines):
            lines[place] = {"again": f"{lines[place]}{end}{lines[place]}", ",x": lines[place] + ",x"}.get(
                how, how + lines[place]
            )
    text = end.join([",".join(EVENTS[:5]), *lines]) + end
    folder = fresh(tmp_path_factory.mktemp("import"))
    found = take(folder, {"leads.csv": csv(LEADS, GOOD), "events.csv": text.encode(codec)})
    told = found.file_named("events.csv")
    assert told.rows == told.accepted + told.quarantined + told.duplicates
    assert len(found.activities) == told.accepted
    assert len(found.refused) == told.quarantined == sum((told.reasons or {}).values())
    for row in found.refused:
        assert row["original"] in text.encode({"utf-16": "utf-16-le"}.get(codec, codec))


def test_a_row_is_counted_once_under_its_first_reason_and_keeps_them_all(tmp_path: Path) -> None:
    events = csv(
        EVENTS,
        ("a", "1", "2024-04-02", "call", "connected", ""),
        ("a", "1", "2024-04-02", "call", "connected", ""),
        ("a", "1", "2024-04-02", "call", "no_answer", ""),
        ("", "", "いつか", "call", "", ""),
        ("c", "1", "", "call", "", ""),
        ("d", "9", "2024-04-03", "call", "", ""),
    )
    found = take(tmp_path, {"leads.csv": csv(LEADS, GOOD), "events.csv": events})
    told = found.file_named("events.csv")
    assert (told.rows, told.accepted, told.quarantined, told.duplicates) == (6, 2, 3, 1)
    assert told.reasons == {"duplicate_key": 1, "missing_key": 1, "missing_time": 1}
    assert found.reasons == {
        4: ["duplicate_key"],
        5: ["missing_key", "missing_lead", "unreadable_value"],
        6: ["missing_time"],
    }
    assert found.report.waiting == 1  # a lead that is in no file: its row is not refused, it waits


# ---------------------------------------------------------------- the bytes of a refused row


def test_a_refused_row_keeps_its_line_and_its_bytes(tmp_path: Path) -> None:
    ways = [
        ("utf-8", ",", "\n"),
        ("utf-8-sig", ";", "\r\n"),
        ("cp932", ",", "\r\n"),
        ("utf-16", "\t", "\r\n"),
        ("utf-8", ",", "\r"),
    ]
    made = [
        LEADS,
        GOOD,
        ("2", "いつか", '髙橋 "①",\n支店', "", ""),
        ("3", "2024-04-01", "B\nC", "", ""),
        ("4", "来月", "D", "たくさん", ""),
        ("", "2024-04-01", "～－", "", ""),
    ]
    files, expected = {}, {}
    for turn, (codec, delimiter, end) in enumerate(ways):
        rows = [csv(row, delimiter=delimiter, end=end, quoted=number > 0) for number, row in enumerate(made)]
        files[f"{turn}.csv"] = "".join(rows).encode(codec)
        for line, number, reason in (
            (3, 2, "unreadable_value"),
            (7, 4, "unreadable_value"),
            (8, 5, "missing_key"),
        ):
            raw = (
                rows[number]
                .removesuffix(end)
                .encode({"utf-16": "utf-16-le", "utf-8-sig": "utf-8"}.get(codec, codec))
            )
            expected[f"{turn}.csv", line] = ([reason], raw)
    found = take(tmp_path, files)
    assert {
        (row["file"], row["line"]): (row["reasons"], row["original"]) for row in found.refused
    } == expected
    assert sorted(found.leads) == ["1", "3"]


def test_a_row_that_cannot_be_split_into_cells_is_refused_and_the_others_are_not(tmp_path: Path) -> None:
    lines = [
        ",".join(LEADS),
        ",".join(GOOD),
        "2,2024-04-01,A,5,new,one too many",
        "3,2024-04-01,B",
        '4,2024-04-01,"C" D,5,new',
        "5,2024-04-01,E,5,new",
    ]
    found = take(
        tmp_path,
        {"leads.csv": "\n".join(lines).encode() + b"\n6,2024-04-01,\xff\xfe,5,new\n"},
        encoding="utf-8",
    )
    assert "1" in found.leads and "5" in found.leads
    broken = {row["line"]: row["original"] for row in found.refused}
    assert broken[3] == lines[2].encode() and broken[4] == lines[3].encode()
    assert all(row["reasons"] == ["broken_row"] for row in found.refused)


# ---------------------------------------------------------------- corrected and imported again


@pytest.mark.parametrize("codec", ["cp932", "utf-16"])
def test_corrected_rows_leave_the_quarantine_and_just_those(tmp_path: Path, codec: str) -> None:
    rows = csv(
        LEADS,
        GOOD,
        ("2", "いつか", "B\n社", "", ""),
        ("3", "来月", "C社", "たくさん", ""),
        ("4", "いつか", "D社", "", ""),
    )
    found = take(tmp_path, {"leads.csv": rows.encode(codec)})
    ((name, content),) = quarantine.downloads(
        quarantine.read(found.data / "generations" / str(found.report.generation))
    ).items()
    assert name == "leads.rejected.csv"
    text = content.decode(codec)
    assert text.count("\n") == 5 and "quarantine_row" in text
    corrected = text.replace("2,いつか", "2,2024-04-03").replace("3,来月", "3,2024-04-01")
    found = found.then({name: corrected.encode(codec)})
    assert sorted(found.leads) == ["1", "2", "3"]
    assert (found.report.corrected, found.file.accepted, found.file.quarantined) == (2, 2, 1)
    assert found.leads["2"]["company"] == "B\n社"
    # the one that is still wrong is in quarantine once
    assert [(row["file"], row["line"], row["reasons"]) for row in found.refused] == [
        ("leads.csv", 6, ["unreadable_value"])
    ]


def test_the_cells_that_make_a_row_refused_are_named(tmp_path: Path) -> None:
    found = take(
        tmp_path,
        {
            "leads.csv": csv(
                LEADS,
                GOOD,
                ("2", "いつか", "B社", "abc", ""),
                ("", "2024-04-01", "C社", "", ""),
                ("4", "", "D社", "", ""),
            )
        },
        {
            "events.csv": csv(
                EVENTS, ("a", "1", "2124-04-02", "call", "", ""), ("b", "1", "2024-4-2x", "call", "", "")
            )
        },
    )
    cells = [
        (row["file"], row["line"], *((cell["header"], cell["value"]) for cell in row["wrong"]))
        for row in found.refused
    ]
    assert cells == [
        ("events.csv", 2, (EVENTS[2], "2124-04-02")),
        ("events.csv", 3, (EVENTS[2], "2024-4-2x")),
        ("leads.csv", 3, (LEADS[1], "いつか"), (LEADS[3], "abc")),
        ("leads.csv", 4, (LEADS[0], "")),
        ("leads.csv", 5, (LEADS[1], "")),
    ]


def test_corrections_open_in_a_spreadsheet_with_words_and_their_dates_are_read_as_before(
    tmp_path: Path,
) -> None:
    rows = csv(LEADS[:3], ("1", "03/04/2024", "A社"), ("2", "05/06/2024 いつか", "B社"))
    found = take(tmp_path, {"leads.csv": rows}, date_order="dmy")
    ((name, content),) = quarantine.downloads(
        quarantine.read(found.data / "generations" / str(found.report.generation)), "ja"
    ).items()
    text = content.decode()
    assert text.startswith("\ufeff") and "「05/06/2024 いつか」" in text and "除外の理由" in text
    found = found.then({name: text.replace(" いつか,B社", ",B社")})
    assert found.leads["2"]["created_at"] == at("2024-06-05")
    assert (found.report.corrected, found.file.exported_by, found.refused) == (1, "corrected", [])


def test_the_newest_export_and_the_last_thing_in_it_are_told(tmp_path: Path) -> None:
    files = {
        "leads.csv": csv(LEADS, GOOD),
        "events.csv": csv(EVENTS, ("a", "1", "2024-05-06", "call", "", "")),
    }
    report = take(tmp_path, files, exported_at=at("2024-05-08")).report
    assert (report.exported_at, report.newest_at) == (at("2024-05-08"), at("2024-05-06"))
    assert is_ahead(report.exported_at, report.newest_at) and not is_ahead(
        report.newest_at, report.exported_at
    )


def test_a_corrected_row_says_what_held_when_it_was_exported(tmp_path: Path) -> None:
    header = ("レコード番号", "会社名", "ステータス", "作成日時")
    found = take(
        tmp_path,
        {
            "kintone_2024-04-01.csv": csv(
                header, ("1", "A社", "未対応", "2024-01-01"), ("2", "B社", "未対応", "いつか")
            )
        },
    )
    ((name, content),) = quarantine.downloads(
        quarantine.read(found.data / "generations" / str(found.report.generation))
    ).items()
    found = found.then(
        {
            "kintone_2024-04-08.csv": csv(
                header, ("1", "A社", "商談", "2024-01-01"), ("2", "B社", "商談", "2024-01-02")
            )
        }
    )
    found = found.then({name: content.decode().replace("いつか", "2024-01-02")})
    assert [lead["stage"] for lead in found.leads.values()] == ["opportunity", "opportunity"]
    assert [row[0] for row in found.of_type("stage_change", "lead_id")] == ["1", "2"]
    assert not found.refused


# ---------------------------------------------------------------- the same again


def test_the_same_files_again_change_nothing_also_where_all_of_one_is_refused(tmp_path: Path) -> None:
    files = {
        "leads.csv": csv(LEADS, GOOD),
        "events.csv": csv(EVENTS, ("a", "1", "", "call", "", "")),
        "names.csv": csv(("Campaign Name", "Expected Revenue"), ("X", "1")),
    }
    found = take(tmp_path, files)
    before = generation(found.data), found.leads, found.refused
    again = found.then(files, {"copy of leads.csv": files["leads.csv"]})
    assert (generation(found.data), found.leads, found.refused) == before
    assert [each.status for each in again.report.files] == ["already", "already", "aside", "already"]
    assert again.report.generation is None


def test_one_file_that_is_named_twice_is_imported_once(tmp_path: Path) -> None:
    events = csv(EVENTS, ("a", "1", "2024-04-02", "call", "", ""))
    found = take(
        tmp_path, {"leads.csv": csv(LEADS, GOOD)}, {"events.csv": events}, {"events (1).csv": events}
    )
    assert [each.status for each in found.report.files] == ["imported", "imported", "already"]


def test_files_read_another_way_take_the_place_of_what_they_were(tmp_path: Path) -> None:
    row = csv(
        ("Record ID", "Email", "Lifecycle Stage", "Contact owner", "Create Date"),
        ("1", "", "lead", "", "03/04/2024"),
        ("2", "", "lead", "", "31/12/2024"),
        ("3", "", "lead", "", "12/31/2024"),
    )
    found = take(tmp_path, {"hubspot.csv": row}, date_order="mdy")
    assert (sorted(found.leads), len(found.refused)) == (["1", "3"], 1)
    found = found.then({"hubspot.csv": row}, date_order="dmy")
    assert (sorted(found.leads), [each["line"] for each in found.refused]) == (["1", "2"], [4])


def test_jobs_of_31_days_that_overlap_give_each_activity_once(tmp_path: Path) -> None:
    def job(first: int, last: int) -> str:
        return csv(
            STREAM,
            *(
                (f"g{n}", "1", f"2024-01-{n:02}T00:00:00Z", "10", "null", "null", f"Mail {n}", "null")
                for n in range(first, last)
            ),
        )

    leads = csv(MARKETO, ("1", "A", "null", "null", "null", "null", "2024-01-01T00:00:00Z"))
    found = take(
        tmp_path, {"leads.csv": leads}, {"job1.csv": job(1, 11)}, {"job2.csv": job(8, 16)}, source="marketo"
    )
    assert len(found.activities) == 15
    assert [(each.rows, each.accepted, each.duplicates) for each in found.report.files] == [
        (1, 1, 0),
        (10, 10, 0),
        (8, 5, 3),
    ]
    found = found.then({"job3.csv": job(5, 21)}, source="marketo")
    assert (len(found.activities), found.file.accepted, found.file.duplicates) == (20, 5, 11)
    assert len({row["activity_id"] for row in found.activities}) == 20


def test_an_activity_that_comes_again_with_another_outcome_takes_the_place_of_the_old_one(
    tmp_path: Path,
) -> None:
    def calls(*rows: tuple[str, str]) -> str:
        return csv(EVENTS, *((key, "1", "2024-04-02", "call", outcome, "") for key, outcome in rows))

    found = take(
        tmp_path, {"leads.csv": csv(LEADS, GOOD), "events.csv": calls(("a", "no_answer"), ("b", "connected"))}
    )
    found = found.then({"later.csv": calls(("a", "connected"), ("b", "connected"), ("c", "no_answer"))})
    assert found.of_type("call", "activity_id", "outcome") == [
        ("a", "connected"),
        ("b", "connected"),
        ("c", "no_answer"),
    ]
    assert (found.file.rows, found.file.accepted, found.file.updated, found.file.duplicates) == (3, 2, 1, 1)
    found = found.then({"again.csv": calls(("a", "no_answer"))})
    assert found.of_type("call", "activity_id", "outcome")[0] == ("a", "no_answer")


def test_stage_entries_that_a_second_export_repeats_are_no_duplicates_of_its_rows(tmp_path: Path) -> None:
    def contacts(*rows: tuple[str, str]) -> str:
        return csv(
            ("Record ID", "Email", "Lifecycle Stage", "Contact owner", "Create Date", "Became a Lead Date"),
            *((key, "", "lead", "", "2024-01-01", day) for key, day in rows),
        )

    found = take(tmp_path, {"hubspot-2024-04-01.csv": contacts(("1", "2024-01-01"))})
    found = found.then({"hubspot-2024-04-08.csv": contacts(("1", "2024-01-01"), ("2", "2024-04-02"))})
    assert (found.file.rows, found.file.accepted, found.file.duplicates, found.file.also) == (2, 2, 0, 1)
    assert len(found.activities) == 2


def test_random_files_in_random_order_serve_each_activity_of_its_newest_import(tmp_path: Path) -> None:
    draw = random.Random(5)
    expected: dict[str, str] = {}
    found = take(tmp_path, {"leads.csv": csv(LEADS, GOOD)})
    for turn in range(4):
        keys = draw.sample("abcdefghij", 5)
        outcomes = {key: draw.choice(["connected", "no_answer", "appointment"]) for key in keys}
        rows = [
            (key, "1", f"2024-04-{2 + 'abcdefghij'.index(key):02}", "call", outcome, "")
            for key, outcome in outcomes.items()
        ]
        found = found.then({f"events{turn}.csv": csv(EVENTS, *rows)})
        expected |= outcomes
        assert dict(found.of_type("call", "activity_id", "outcome")) == expected


def test_sheets_of_one_workbook_are_files_of_their_own(tmp_path: Path) -> None:
    def book(*people: tuple[str, str, str]) -> bytes:
        out = io.BytesIO()
        with xlsxwriter.Workbook(out) as made:
            for name, header, rows in (
                ("Leads", LEADS[:3], people),
                ("Calls", EVENTS[:4], (("", "1", "2024-04-02", "call"),)),
            ):
                sheet = made.add_worksheet(name)
                for number, row in enumerate([header, *rows]):
                    sheet.write_row(number, 0, row)
        return out.getvalue()

    found = take(tmp_path, {"book.xlsx": book(("1", "2024-04-01", "A"), ("", "2024-04-01", "B"))})
    assert [(row["file"], row["line"], row["reasons"]) for row in found.refused] == [
        ("book.xlsx/Calls", 2, ["missing_key"]),
        ("book.xlsx/Leads", 3, ["missing_key"]),
    ]
    downloads = quarantine.downloads(
        quarantine.read(found.data / "generations" / str(found.report.generation))
    )
    assert len(downloads) == 2
    (leads,) = (content.decode() for content in downloads.values() if b"company" in content)
    found = found.then({"corrected.csv": leads.replace("\r\n,2024", "\r\n2,2024")})
    assert (sorted(found.leads), [row["file"] for row in found.refused]) == (["1", "2"], ["book.xlsx/Calls"])
    again = found.then(
        {"book.xlsx": book(("1", "2024-04-01", "A"), ("", "2024-04-01", "B"), ("3", "2024-04-01", "C"))}
    )
    assert sorted(again.leads) == ["1", "2", "3"]
