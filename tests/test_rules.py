"""The rules: what loads, which defaults it has, what is refused and how it is said."""

from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from funnel.errors import BadRules
from funnel.rule_tables import title_regex
from funnel.rules import (
    built_in,
    hash_of,
    load_file,
    load_text,
    load_versions,
    pick,
    stage_word,
    tables,
    version_for,
)

SMALL = """
version = "1"
effective_from = 2026-04-01
[[stages]]
key = "new"
kind = "path"
[[stages]]
key = "won"
kind = "won"
"""


def test_the_built_in_rules_are_the_example():
    assert built_in().version == "2026-04"
