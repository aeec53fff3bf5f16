"""A quote that nothing closes costs its line, and not the lines behind it."""

import random
from pathlib import Path

import pytest

from funnel.errors import UnusableFile
from funnel.importing.publishing.generations import current
from funnel.importing.reading import strays
from funnel.importing.records import quarantine
from tests.importing.imports import csv, take

HEAD = "lead_id,created_at,company,industry\n"


def line(number: int, company: str = "Co") -> str:
    return f"L{number},2026-10-{number % 28 + 1:02d},{company},IT\n"


FILES: dict[str, tuple[str, set[str], list[int]]] = {
    "to the end of the file": (HEAD + line(1) + line(2, '"Open') + line(3) + line(4), {"L1", "L3", "L4"}, [3]),
    "in the last line": (HEAD + line(1) + line(2, '"Open'), {"L1"}, [3]),
    "in the last line, without an end": (HEAD + line(1) + line(2, '"Open').rstrip(), {"L1"}, [3]),
    "closed by the next one": (HEAD + line(1, '"Open') + line(2) + line(3, '"Co, Ltd"') + line(4), {"L2", "L3", "L4"}, [2]),
    "two of them": (HEAD + line(1, '"Open') + line(2) + line(3, '"Open') + line(4), {"L2", "L4"}, [2, 4]),
    "one behind the other": (HEAD + line(1, '"Open') + line(2, '"Open') + line(3), {"L3"}, [2, 3]),
    "before a value of two lines": (HEAD + line(1, '"Open') + line(2, '"A\nB"') + line(3), {"L2", "L3"}, [2]),
    "over lines that are records": (HEAD + line(1, '"Open') + line(2) + "L3,2026-10-04,Co,\"IT\"\n" + line(4), {"L2", "L3", "L4"}, [2]),
    "a value of two lines is none": (HEAD + line(1, '"A\nB"') + line(2), {"L1", "L2"}, []),
    "nor is one in the first column": (HEAD + '"L1\nb",2026-10-01,Co,IT\n' + line(2), {"L1\nb", "L2"}, []),
    "nor are quotes within a value": (HEAD + line(1, '5" Displays') + line(2, '"Co ""2"""'), {"L1", "L2"}, []),
    "nor is a value with lines like records of fewer cells": (HEAD + line(1, '"a,b\nc,d\ne,f"') + line(2), {"L1", "L2"}, []),
}  # fmt: skip


@pytest.mark.parametrize("codec", ["utf-8", "cp932", "utf-16"])
def test_a_stray_quote_costs_its_line_alone(tmp_path: Path, codec: str) -> None:
    wrong = {}
    for number, (name, (text, kept, refused)) in enumerate(FILES.items()):
        for end in ("\n", "\r\n"):
            done = take(
                tmp_path / f"{number}{len(end)}", {"leads.csv": text.replace("\n", end).encode(codec)}
            )
            leads = {key.replace("\r\n", "\n") for key in done.leads}
            file = done.file
            if (leads, [row["line"] for row in done.refused]) != (kept, refused):
                wrong[name, end] = leads, done.reasons
            assert file.rows == file.accepted + file.quarantined + file.duplicates
            assert (file.accepted, file.quarantined) == (len(kept), len(refused))
    assert wrong == {}


def test_what_was_refused_comes_back_whole_when_it_is_corrected(tmp_path: Path) -> None:
    text = HEAD + line(1) + line(2, '"Open') + line(3) + line(4, '"Too') + line(5)
    done = take(tmp_path, {"leads.csv": text})
    assert sorted(done.leads) == ["L1", "L3", "L5"]
    generation = current(done.data)
    assert generation is not None
    ((name, content),) = quarantine.downloads(quarantine.read(generation.path)).items()
    done = done.then({name: content.replace(b'"Open', b"Open").replace(b'"Too', b"Too")})
    assert sorted(done.leads) == ["L1", "L2", "L3", "L4", "L5"] and not done.refused
    assert done.leads["L2"]["company"] == "Open"


def test_random_files_lose_the_lines_with_stray_quotes_and_no_other(tmp_path: Path) -> None:
    dice = random.Random(7)
    values = ["Co", '"Co, Ltd"', '"A\nB"', '"Co ""x"""', "", '"a\n\nb, c"', 'x"y']
    for turn in range(25):
        text, kept, refused, at = HEAD, set(), [], 2
        for number in range(dice.randint(1, 60)):
            is_stray = dice.random() < 0.1
            record = line(number, '"Open' if is_stray else dice.choice(values))
            if is_stray:
                refused.append(at)
            else:
                kept.add(f"L{number}")
            text, at = text + record, at + record.count("\n")
        if not kept:
            continue
        done = take(tmp_path / str(turn), {"leads.csv": text})
        assert (set(done.leads), [row["line"] for row in done.refused]) == (kept, refused), text


def test_a_file_full_of_them_is_refused_as_a_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(strays, "MOST", 3)
    text = csv(("lead_id", "created_at")) + "".join(f'L{number},"2026-10-01\n' for number in range(5))
    with pytest.raises(UnusableFile, match="more than 3 lines with a quote that nothing closes"):
        take(tmp_path, {"leads.csv": text})
