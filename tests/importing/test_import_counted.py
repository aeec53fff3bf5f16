"""Two counts of a file's rows, by its reader and by the engine: they are equal, or nothing is imported."""

import csv
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from funnel.errors import UnusableFile
from funnel.importing.converting import convert
from funnel.importing.reading import counted
from funnel.importing.reading.counted import records_in
from funnel.importing.reading.records import byte_units
from funnel.importing.records.quarantine import ROWS, reference, references_in
from tests.importing.imports import csv as written
from tests.importing.imports import fresh, generation, take
from tests.importing.staging_files import read, read_all, staged

NAMES = "lead_id,created_at,company"
HEADERS = {
    "a line feed in a file of CR LF": (f'{NAMES},"備考\n(任意)"', "\r\n", "utf-8"),
    "CR LF in a file of line feeds": (f'{NAMES},"備考\r\n(任意)"', "\n", "utf-8"),
    "a line feed in a file of CR": (f'{NAMES},"備考\n(任意)"', "\r", "utf-8"),
    "CR LF in a file of CR LF": (f'{NAMES},"備考\r\n(任意)"', "\r\n", "utf-8"),
    "a carriage return in a file of CR LF": (f'{NAMES},"備考\r(任意)"', "\r\n", "utf-8"),
    "the first cell, after a mark": (f'"備\n考",{NAMES}', "\r\n", "utf-8-sig"),
    "three cells of several lines": (f'"備\n考",{NAMES},"a\r\nb\nc","""d\n"""', "\r\n", "utf-8"),
    "title rows with line breaks above": (
        f'"一覧\n(全件)"\r\n5" pipe\r\n\r\n{NAMES},"備考\n(任意)"',
        "\r\n",
        "utf-8",
    ),
    "tabs": (f'{NAMES},"備考\n(任意)"'.replace(",", "\t"), "\r\n", "utf-8"),
    "UTF-16": (f'"備\n考",{NAMES}'.replace(",", "\t"), "\r\n", "utf-16"),
    "Windows": (f'{NAMES},"備考\n(任意)"', "\r\n", "cp932"),
}


@pytest.mark.parametrize("case", HEADERS)
def test_no_row_is_lost_under_a_header_of_several_lines(tmp_path: Path, case: str) -> None:
    header, end, encoding = HEADERS[case]
    delimiter = "\t" if "\t" in header else ","
    (names,) = [row for row in csv.reader(StringIO(header), delimiter=delimiter) if "lead_id" in row]
    cells = {"lead_id": "L{}", "created_at": "2026-09-01", "company": '"青\n山"'}
    rows = [delimiter.join(cells.get(name, "x") for name in names).format(n) for n in range(3)]
    wrong = rows[0].replace("L0", "").replace('"青\n山"', '"青\r\n山"')
    text = end.join([header, *rows, wrong, rows[0].replace("L0", "L9")]) + end
    found = take(
        tmp_path, {"leads.csv": text.encode(encoding)}, encoding=encoding if encoding == "cp932" else None
    )
    assert sorted(found.leads) == ["L0", "L1", "L2", "L9"]
    assert {lead["company"] for lead in found.leads.values()} == {"青\n山"}
    (refused,) = found.refused
    before = text[: text.index(wrong)].replace("\r\n", "\n").replace("\r", "\n")
    assert refused["line"] == before.count("\n") + 1
    assert (
        refused["original"].decode("utf-16-le" if encoding == "utf-16" else encoding.removesuffix("-sig"))
        == wrong
    )


LEADS = {"leads.csv": f"{NAMES}\nL1,2026-09-01,a\n"}
MORE = {"more.csv": f"{NAMES}\nL2,2026-09-01,b\nL3,2026-09-01,c\n"}


def test_an_import_that_loses_a_row_stops_and_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = take(tmp_path, LEADS)
    before = generation(found.data), found.leads
    told = convert._tell_file

    def without_the_last_row(session, staged, names, nulls):  # type: ignore[no-untyped-def]
        told(session, staged, names, nulls)
        short = tmp_path / "short.csv"
        short.write_bytes(staged.path.read_bytes().rpartition(b"L3")[0])
        session.set(file=str(short))

    with monkeypatch.context() as patched:
        patched.setattr(convert, "_tell_file", without_the_last_row)
        with pytest.raises(UnusableFile) as stopped:
            found.then(MORE)
    assert str(stopped.value).startswith("more.csv has 2 rows by one count and 1 by another")
    assert stopped.value.ja.startswith("more.csv の行数が2通りの数え方で一致しないため(2行と1行)")
    assert (generation(found.data), found.leads) == before
    assert sorted(found.then(MORE).leads) == ["L1", "L2", "L3"]


def test_an_import_on_which_the_engine_gives_up_stops_with_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = take(tmp_path, LEADS)
    before = generation(found.data)
    monkeypatch.setattr(convert, "NEWLINES", {"\n": "\\r\\n"})
    with pytest.raises(UnusableFile, match=r"more\.csv has 1 rows by one count"):
        found.then({"more.csv": f'{NAMES}\nL2,2026-09-01,"b"\n'})
    assert generation(found.data) == before


def test_the_rows_of_a_download_are_known_by_its_references_under_any_header(tmp_path: Path) -> None:
    name = reference("0" * 64, 7)
    table = staged(tmp_path, f'id,"会社\n名",{ROWS[1]}\r\n1,a,{name}\r\n2,b,\r\n'.encode())
    assert table.skip == 0
    assert references_in(table) == [name, ""]


VALUES = st.lists(st.lists(st.text('a" ,\t\n\r青', max_size=5), min_size=2, max_size=2), max_size=4)
ENDS = st.sampled_from(["\n", "\r\n", "\r"])


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(
    rows=VALUES,
    header=st.text('a"\n\r青', max_size=5),
    ends=st.lists(ENDS, min_size=1, max_size=2),
    titles=st.lists(st.text('t" \n\r', min_size=1, max_size=4), max_size=2),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "cp932", "utf-16"]),
    is_quoted=st.booleans(),
)
def test_random_files_are_read_as_they_were_written(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[list[str]],
    header: str,
    ends: list[str],
    titles: list[str],
    encoding: str,
    is_quoted: bool,
) -> None:
    made = [["t" + title] for title in titles]
    made += [["id", "name", "c" + header], *(["r", *row] for row in rows)]
    text = "".join(
        written(row, end=ends[number % len(ends)], quoted=is_quoted) for number, row in enumerate(made)
    )
    table = staged(
        fresh(tmp_path_factory.mktemp("files")),
        text.encode(encoding),
        encoding="cp932" if encoding == "cp932" else None,
    )
    found, broken = read_all(table)
    assert [[cell or "" for cell in row] for row in found] == [["r", *row] for row in rows]
    assert broken == [] and records_in(table) == len(rows)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(content=st.text('a"",\n\n\r青', max_size=30), mark=st.sampled_from(["", "\ufeff"]))
def test_the_count_by_arrays_is_the_count_of_the_records(
    tmp_path_factory: pytest.TempPathFactory, content: str, mark: str
) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(counted, "CHUNK", 5)
        table = staged(fresh(tmp_path_factory.mktemp("files")), f"{mark}id,name\n{content}".encode())
        one_by_one = [unit for unit in list(byte_units(table.path, ","))[table.skip :] if unit.body]
        assert records_in(table) == len(one_by_one)


def test_a_file_that_only_has_its_header_has_no_rows(tmp_path: Path) -> None:
    table = staged(tmp_path, 'id,"会社\n名"\r\n'.encode())
    assert (read(table), records_in(table)) == ([], 0)
