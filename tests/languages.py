"""Words of the other language on a page. What the data and the rules say in their own words is no such word."""

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

JAPANESE = re.compile(r"[぀-ヿ一-鿿]+")
LATIN = re.compile(r"[A-Za-z][A-Za-z'’]*")
# what Japanese teams say and write in Latin letters
USUAL = {
    "MQL", "MQLs", "SQL", "SLA", "SEO", "SFA", "MA", "SNS", "Web", "IT", "ID", "Excel", "CSV", "PDF", "pt", "Wilson", "DuckDB",
    "TSV", "JSON", "Parquet", "zip", "toml",  # kinds of files
    "A", "B",  # two stages, in the definition of a rate
    "English", "Asia", "Tokyo",  # the name of the other language; a time zone
}  # fmt: skip
OWN_NAME = "日本語"  # what the switch calls Japanese, in every language
NAMES = re.compile(
    r"\b(\d{4}-\d\d-\d\dT[\d:]+|L-\d+|[a-z_]+\.(parquet|toml|duckdb)|python -m funnel \w+)|https?://\S+|(?:/[\w.-]+){2,}"
)
LABEL = re.compile(r"\b(?:ja|en) = \"[^\"]*\"")
QUOTED = re.compile(r"\"([^\"\n]+)\"")


UNSHOWN = {"activity_id", "lead_id", "email", "phone", "record_url"}


@cache
def values_of(directory: Path) -> frozenset[str]:
    """Every text of the exports and of the rules that is no label."""
    found: set[str] = set()
    for name in ("leads", "activities"):
        table = pq.read_table(directory / f"{name}.parquet")
        for column in set(table.column_names) - UNSHOWN:
            if pa.types.is_string(table.schema.field(column).type):
                found.update(value for value in table[column].unique().to_pylist() if value)
    for path in (directory / "rules").glob("*.toml"):
        found.update(QUOTED.findall(LABEL.sub("", path.read_text(encoding="utf-8"))))
    return frozenset(found)


@cache
def _strange_values(directory: Path, language: str) -> tuple[str, ...]:
    """Those in the other language, the longest first."""
    is_strange = JAPANESE.search if language == "en" else LATIN.search
    return tuple(sorted(filter(is_strange, values_of(directory)), key=len, reverse=True))


def strangers(words: Iterable[str], language: str, directory: Path) -> list[str]:
    """The texts with words of the other language, as `word in text`."""
    found = []
    for text in sorted(set(words)):
        rest = _own(text, language, directory)
        other = JAPANESE.findall(rest) if language == "en" else set(LATIN.findall(rest)) - USUAL
        found += [f"{word} in {text[:80]}" for word in sorted(other)]
    return found


def _own(text: str, language: str, directory: Path) -> str:
    if text in values_of(directory):
        return ""
    rest = NAMES.sub("", text)
    if language == "en":
        rest = rest.replace(OWN_NAME, "")
    if not (JAPANESE if language == "en" else LATIN).search(rest):
        return rest
    for value in _strange_values(directory, language):
        if value in rest:
            rest = re.sub(rf"(?<![A-Za-z]){re.escape(value)}(?![A-Za-z])", "", rest)
    return rest
