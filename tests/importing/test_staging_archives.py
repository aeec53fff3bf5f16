"""Archives and folders: what is taken, what is left aside and named, and what is refused before a byte is unpacked."""

import io
import os
import stat
import zipfile
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest

from funnel.errors import UnusableFile
from funnel.importing.reading.model import Caps
from funnel.importing.reading.rows import original_rows
from funnel.importing.reading.stage import stage
from tests.importing.staging_files import read, stage_all

LEADS = "id,name\n1,あ\n"


def archive(path: Path, *members: tuple[str | zipfile.ZipInfo, str | bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members:
            file.writestr(name, content)
    return path


def refusal(path: Path, caps: Caps | None = None) -> str:
    into = path.parent / "into"
    with pytest.raises(UnusableFile) as caught:
        stage([path], into, caps=caps)
    assert caught.value.sentence("ja").startswith(path.name)
    assert list(into.iterdir()) == []  # refused before anything was written
    return str(caught.value)


def test_every_table_of_an_archive_is_staged_under_its_name(tmp_path: Path) -> None:
    inner = archive(tmp_path / "inner.zip", ("Task.csv", "id,name\n7,x\n")).read_bytes()
    path = archive(
        tmp_path / "export.zip",
        ("Lead.csv", LEADS),
        ("more/リード.CSV", "id;name\n2;い\n".encode("cp932")),
        ("weekly.zip", inner),
        ("__MACOSX/._Lead.csv", "x"),
        (".DS_Store", "x"),
        ("readme.md", "x"),
        ("Empty.csv", ""),
    )
    tables, aside = stage_all(tmp_path, path)
    assert [table.name for table in tables] == [
        "export.zip/Lead.csv", "export.zip/more/リード.CSV", "export.zip/weekly.zip/Task.csv",
    ]  # fmt: skip
    assert [read(table) for table in tables] == [[("1", "あ")], [("2", "い")], [("7", "x")]]
    assert tables[0].sha256 == sha256(LEADS.encode()).hexdigest()
    assert original_rows(tables[1], [1]) == {1: (2, "2;い".encode("cp932"))}
    assert {skipped.name: skipped.en for skipped in aside} == {
        "export.zip/__MACOSX/._Lead.csv": "belongs to the system.",
        "export.zip/.DS_Store": "belongs to the system.",
        "export.zip/readme.md": "is no table of a kind that is read.",
        "export.zip/Empty.csv": "is empty.",
    }


def test_names_written_by_japanese_windows_are_read(tmp_path: Path) -> None:
    path = archive(tmp_path / "export.zip", ("LEAD.csv", LEADS))
    path.write_bytes(path.read_bytes().replace(b"LEAD", "商談".encode("cp932")))
    assert stage_all(tmp_path, path)[0][0].name == "export.zip/商談.csv"


def test_a_member_was_written_when_the_archive_says_but_never_later_than_the_archive(tmp_path: Path) -> None:
    early, late = (
        zipfile.ZipInfo("a.csv", (2026, 4, 1, 9, 30, 0)),
        zipfile.ZipInfo("b.csv", (2099, 1, 1, 0, 0, 0)),
    )
    path = archive(tmp_path / "export.zip", (early, LEADS), (late, LEADS))
    os.utime(path, (1_800_000_000, 1_800_000_000))
    tables, _ = stage_all(tmp_path, path)
    assert [table.modified_at for table in tables] == [
        datetime(2026, 4, 1, 9, 30, tzinfo=UTC), datetime.fromtimestamp(1_800_000_000, UTC),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "name",
    ["../leads.csv", "a/../../leads.csv", "/etc/leads.csv", "C:/leads.csv", "..\\leads.csv", "a\x07.csv"],
)
def test_a_name_that_leads_outside_is_refused(tmp_path: Path, name: str) -> None:
    assert "a name that leads outside" in refusal(
        archive(tmp_path / "export.zip", ("ok.csv", LEADS), (name, LEADS))
    )


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR])
def test_links_and_devices_in_an_archive_are_refused(tmp_path: Path, kind: int) -> None:
    link = zipfile.ZipInfo("leads.csv")
    link.external_attr = (kind | 0o777) << 16
    assert "holds a link" in refusal(archive(tmp_path / "export.zip", (link, "/etc/passwd")))


def test_an_archive_with_a_password_is_refused(tmp_path: Path) -> None:
    path = archive(tmp_path / "export.zip", ("leads.csv", LEADS))
    content = bytearray(path.read_bytes())
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)
    assert "protected by a password" in refusal(path)


def test_too_many_files_are_refused(tmp_path: Path) -> None:
    path = archive(tmp_path / "export.zip", *((f"{n}.csv", LEADS) for n in range(4)))
    assert "more than 3 files" in refusal(path, Caps(members=3))


def test_a_list_of_members_that_is_itself_too_big_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = archive(tmp_path / "export.zip", *((f"{'x' * 9000}{n}.csv", LEADS) for n in range(4)))
    monkeypatch.setattr(zipfile.ZipFile, "infolist", lambda archive: pytest.fail("the list was read"))
    assert "more than 5 files" in refusal(path, Caps(members=5))


def test_an_archive_that_unpacks_to_far_more_than_its_size_is_refused(tmp_path: Path) -> None:
    path = archive(tmp_path / "export.zip", ("leads.csv", b"0" * 2_000_000))
    assert "more than 200 times its size" in refusal(path, Caps(ratio_from=1_000_000))
    assert "takes more than 1,000,000 bytes unpacked" in refusal(path, Caps(unpacked_bytes=1_000_000))


def test_archives_in_an_archive_share_one_allowance(tmp_path: Path) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("a.csv", "id,name\n" + "1,x\n" * 10_000)
    path = archive(tmp_path / "export.zip", *((f"{n}.zip", inner.getvalue()) for n in range(5)))
    with pytest.raises(UnusableFile, match=r"export\.zip/2\.zip takes more than 100,000 bytes"):
        stage([path], tmp_path / "into", caps=Caps(unpacked_bytes=100_000))


def test_a_member_with_more_bytes_than_the_list_says_is_not_written_on(tmp_path: Path) -> None:
    path = archive(tmp_path / "export.zip", ("leads.csv", "id,name\n" + "1,x\n" * 100_000))
    content = bytearray(path.read_bytes())
    place = content.index(b"PK\x01\x02")
    content[place + 24 : place + 28] = (1000).to_bytes(4, "little")
    path.write_bytes(content)
    with pytest.raises(UnusableFile, match="is cut off or damaged"):
        stage([path], tmp_path / "into")
    assert sum(file.stat().st_size for file in (tmp_path / "into").iterdir()) <= 1000


def test_archives_deeper_than_one_in_another_are_refused(tmp_path: Path) -> None:
    path = archive(tmp_path / "leads.zip", ("Lead.csv", LEADS))
    for name in ("b.zip", "c.zip"):
        path = archive(tmp_path / name, (path.name, path.read_bytes()))
    with pytest.raises(
        UnusableFile, match=r"c\.zip/b\.zip/leads\.zip is an archive in an archive in an archive"
    ):
        stage([path], tmp_path / "into")


def test_a_cut_archive_and_one_without_tables_are_refused(tmp_path: Path) -> None:
    path = archive(tmp_path / "export.zip", ("leads.csv", LEADS))
    cut = tmp_path / "cut.zip"
    cut.write_bytes(path.read_bytes()[:-30])
    assert "is cut off or damaged" in refusal(cut)
    assert "holds no file that can be imported" in refusal(archive(tmp_path / "none.zip", ("a.png", "x")))
    assert "holds no file that can be imported" in refusal(archive(tmp_path / "empty.zip"))


def test_an_archive_that_would_fill_the_disk_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda path: type("Usage", (), {"free": 5}))
    assert "needs 14 bytes of the disk" in refusal(
        archive(tmp_path / "export.zip", ("leads.csv", "id,name\n1,abcd"))
    )


def test_a_folder_gives_the_files_that_lie_in_it(tmp_path: Path) -> None:
    folder = tmp_path / "exports"
    (folder / "old").mkdir(parents=True)
    (folder / "b.csv").write_text(LEADS)
    (folder / "a.tsv").write_text("id\tname\n2\tx\n")
    (folder / ".hidden.csv").write_text(LEADS)
    (folder / "LICENSE").write_text("x")
    (folder / "none.csv").touch()
    (folder / "link.csv").symlink_to("/etc/hostname")
    tables, aside = stage_all(tmp_path, folder)
    assert [table.name for table in tables] == ["exports/a.tsv", "exports/b.csv"]
    assert [skipped.name for skipped in aside] == [
        "exports/LICENSE", "exports/link.csv", "exports/none.csv", "exports/old",
    ]  # fmt: skip


def test_two_files_of_one_name_are_told_apart_by_their_folders(tmp_path: Path) -> None:
    paths = [tmp_path / folder / "leads.csv" for folder in ("april", "may")]
    for path in paths:
        path.parent.mkdir()
        path.write_text(LEADS)
    assert [table.name for table in stage_all(tmp_path, *paths)[0]] == ["leads.csv", "may/leads.csv"]


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("leads.xls", b"\xd0\xcf\x11\xe0" + bytes(600), "in a format that is not read"),
        ("leads.xlsx", b"\xd0\xcf\x11\xe0" + bytes(600), "protected by a password or in an old format"),
        ("leads.xlsx", b"id,name\n", "in a format that is not read"),
        ("leads.csv.gz", b"\x1f\x8b", "in a format that is not read"),
        ("leads.csv.crdownload", b"id,name\n", "is an unfinished download"),
        ("leads.csv", b"", "is empty"),
        ("leads.parquet", b"PAR1 and no more", "is cut off or damaged"),
    ],
)
def test_a_file_of_no_use_is_refused(tmp_path: Path, name: str, content: bytes, sentence: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert sentence in refusal(path)


def test_what_is_no_file_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "leads.csv")
    assert "is no file" in refusal(tmp_path / "leads.csv")


def test_a_full_disk_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "leads.csv"
    path.write_bytes("id,会社名\n1,青山\n".encode("cp932"))

    def full(*given: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("funnel.importing.reading.text.to_utf8", full)
    assert "does not fit on the disk" in refusal(path)
