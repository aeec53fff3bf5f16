"""What the page データ取込 calls files, targets and reasons, and what it takes over of what they are called."""

import re

import pytest

from funnel.importing.converting.session import SQL
from funnel.importing.mapping.models import TARGETS
from funnel.ui.importing import choose, columns
from funnel.words.translate import has


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/passwd.csv", "passwd.csv"),
        ("C:\\Users\\x\\リード一覧 (2).CSV", "リード一覧 (2).csv"),
        ("..", "file"),
        (".csv", "file.csv"),
        ("a\x00b\n.csv", "a_b_.csv"),
        ("con.csv", "_con.csv"),
        ("hubspot-crm-exports-all-2026-11-08.csv", "hubspot-crm-exports-all-2026-11-08.csv"),
        ("script.sh", "script"),
    ],
)
def test_a_browsers_file_name_is_never_a_path(sent: str, kept: str) -> None:
    assert choose.plain_name(sent) == kept


def test_every_target_of_a_mapping_and_every_reason_has_its_word() -> None:
    assert [name for names in TARGETS.values() for name in names if not has(f"target.{name}")] == []
    text = (SQL / "10_values.sql").read_text(encoding="utf-8")
    reasons = re.findall(r"'(\w+)', \d+\)", text)
    assert len(reasons) == 12 and [name for name in reasons if not has(f"refused.{name}")] == []


def test_a_header_becomes_a_harmless_text_of_a_mapping() -> None:
    assert columns._quoted('a"b\\c\nd') == '"a\\"b\\\\c d"'
