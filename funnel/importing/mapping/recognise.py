"""Which tool wrote a file, which kind of file it is, and where each of its columns goes: told by the header alone.

A shape fits where every group of its `needs` has one of its headers in the file and none of `refuses` is there.
Of the fitting shapes of one tool, the one that names most of the file's headers is taken, of equals the one that
stands first in the mapping. A tool is taken before another only if it names all that the other names and more;
else a file name that tells the tool (`file_names`) decides, and else it is asked. Reads no row.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from funnel.importing.mapping.load import normal, plain
from funnel.importing.mapping.models import LEAD_TARGETS, TARGETS, Mapping, Shape, named
from funnel.importing.reading.head import TOTALS
from funnel.importing.reading.needs_answer import NeedsAnswer
from funnel.importing.records.quarantine import is_added
from funnel.toml_values import nearest


class Unrecognised(NeedsAnswer):
    """A file that follows no shape."""


class Ambiguous(NeedsAnswer):
    """A file that follows shapes of several tools equally well."""


@dataclass(frozen=True)
class Recognised:
    """What a file is, and the headers (or the file's name) that told."""

    mapping: Mapping
    shape: Shape
    by: tuple[str, ...]


@dataclass(frozen=True)
class Column:
    """Where one column of a file goes: a target, `entered:<stage word>`, `extra:<header>`, or "" (nowhere)."""

    header: str
    position: int
    target: str
    turn: int = 0  # among the columns of a coalesced target: the lowest filled one is taken


# ---------------------------------------------------------------- which tool, which kind


def recognise(
    name: str,
    header: Sequence[str],
    mappings: Sequence[Mapping],
    source: str | None = None,
    kind: str | None = None,
) -> Recognised:
    """The shape that the file follows, among those of `source` and of `kind` where given.

    Raises Unrecognised or Ambiguous; their sentences quote only headers that a mapping knows.
    """
    allowed = _asked(mappings, source, kind)
    best: list[tuple[Recognised, frozenset[str]]] = []
    for mapping in allowed:
        fitting = [shape for shape in mapping.files if kind in (None, shape.kind) and fits(shape, header)]
        if fitting:
            shape = max(fitting, key=lambda shape: len(_seen(shape, header)))  # max takes the first of equals
            best.append((Recognised(mapping, shape, _told(shape, header)), _seen(shape, header)))
    if not best:
        raise _unrecognised(name, header, allowed, kind)
    for match, seen in best:
        if all(seen > other for rival, other in best if rival is not match):
            return match
    by_name = [match for match, _ in best if _names_the_tool(match.mapping, name)]
    if len(by_name) == 1:
        return Recognised(by_name[0].mapping, by_name[0].shape, (*by_name[0].by, name))
    raise _ambiguous(name, [match for match, _ in best])


def fits(shape: Shape, header: Sequence[str]) -> bool:
    """Whether the header has what the shape needs and nothing that it refuses."""
    present = {normal(text) for text in header}
    return all(any(normal(text) in present for text in group) for group in shape.needs) and not any(
        normal(text) in present for text in shape.refuses
    )


def shapes(shape: Shape, header: Sequence[str]) -> tuple[Shape, ...]:
    """The shape and those that it also gives over the same rows."""
    return (shape, *(other for other in shape.also if fits(other, header)))


def _seen(shape: Shape, header: Sequence[str]) -> frozenset[str]:
    """The file's headers that the shape names."""
    known = {normal(text) for text in named(shape)}
    patterns = _patterns((shape,))
    return frozenset(
        normal(text)
        for text in header
        if normal(text) in known or any(pattern.search(plain(text)) for pattern in patterns)
    )


def _told(shape: Shape, header: Sequence[str]) -> tuple[str, ...]:
    """For each group of `needs` the header that it was found by, as it stands in the file."""
    written = {normal(text): plain(text) for text in reversed(header)}
    headers = (
        next(written[normal(text)] for text in group if normal(text) in written) for group in shape.needs
    )
    return tuple(dict.fromkeys(headers))


def _names_the_tool(mapping: Mapping, name: str) -> bool:
    parts = name.split("/")  # of a zip: its own name and the member's
    return any(re.search(pattern, part, re.IGNORECASE) for pattern in mapping.file_names for part in parts)


# ---------------------------------------------------------------- where the columns go


def columns(shape: Shape, header: Sequence[str]) -> tuple[Column, ...]:
    """One per column of the file, in order; of a header that comes twice the first is taken."""
    places: dict[str, int] = {}
    for position, text in enumerate(header):
        places.setdefault(normal(text), position)
    goes: dict[int, tuple[str, int]] = {}

    def send(headers: Iterable[str], target: str, all_of_them: bool = False) -> None:
        for turn, text in enumerate(headers):
            position = places.get(normal(text)) if normal(text) else None
            if position is not None and position not in goes:
                goes[position] = (target, turn if all_of_them else 0)
                if not all_of_them:
                    return

    for target, headers in shape.columns.items():
        send(headers, target)
    for target, headers in shape.coalesce.items():
        send(headers, target, all_of_them=True)
    for word, headers in shape.entered.items():
        send(headers, f"entered:{word}")
    known = {normal(text) for text in named(shape)}
    for text, position in places.items():
        if text and position not in goes and not is_added(header[position]):
            target = _rest(shape, header[position], text in known, {target for target, _ in goes.values()})
            if target:
                goes[position] = (target, 0)
    return tuple(Column(text, position, *goes.get(position, ("", 0))) for position, text in enumerate(header))


def _rest(shape: Shape, header: str, is_known: bool, taken: set[str]) -> str:
    """Where a column goes that no target asked for."""
    for pattern in _patterns((shape,)):
        match = pattern.search(plain(header))
        if match and f"entered:{match[1].strip()}" not in taken:
            return f"entered:{match[1].strip()}"
    kept = {normal(text) for text in shape.keep}
    if normal(header) in kept or ("*" in kept and not is_known):
        name = header.strip()  # beside a column of ours it needs a name of its own
        return f"extra:{name} (2)" if name.casefold() in LEAD_TARGETS else f"extra:{name}"
    return ""


def header_score(mappings: Sequence[Mapping]) -> Callable[[Sequence[str]], float]:
    """How much a row of cells looks like a header: the number of its cells that some mapping names."""
    every = [shape for mapping in mappings for shape in mapping.files]
    known = {normal(text) for shape in every for text in named(shape)}
    patterns = _patterns(every)

    def score(cells: Sequence[str]) -> float:
        words = {normal(text) for text in cells if text and normal(text) in known}
        like = {
            plain(text) for text in cells if text and any(pattern.search(plain(text)) for pattern in patterns)
        }
        return float(len(words) + len(like))

    return score


def _patterns(every: Iterable[Shape]) -> list[re.Pattern[str]]:
    texts = dict.fromkeys(
        text for shape in every if shape.entered_like for text in shape.entered_like.pattern
    )
    return [re.compile(text, re.IGNORECASE) for text in texts]


# ---------------------------------------------------------------- what to say where it cannot be told


def _asked(mappings: Sequence[Mapping], source: str | None, kind: str | None) -> list[Mapping]:
    tools = [mapping.tool for mapping in mappings]
    if source is not None and source not in tools:
        near, near_ja = nearest(source, tools)
        raise Unrecognised(
            f'there is no mapping of a tool "{source}"{near}{"" if near.endswith("?") else "."}',
            f"「{source}」というツールの対応表はありません。{near_ja}",
        )
    if kind is not None and kind not in TARGETS:
        near, near_ja = nearest(kind, TARGETS)
        raise Unrecognised(
            f'there is no kind of file "{kind}"{near}{"" if near.endswith("?") else "."}',
            f"「{kind}」という種類のファイルはありません。{near_ja}",
        )
    return [mapping for mapping in mappings if source in (None, mapping.tool)]


def _unrecognised(
    name: str, header: Sequence[str], allowed: Sequence[Mapping], kind: str | None
) -> Unrecognised:
    """What was seen, which shape comes nearest, what that one lacks."""
    present = {normal(text) for text in header}
    candidates = [
        (mapping, shape) for mapping in allowed for shape in mapping.files if kind in (None, shape.kind)
    ]
    known = {normal(text) for _, shape in candidates for text in named(shape)}
    seen = [plain(text) for text in header if normal(text) in known][:6]
    if any(TOTALS.fullmatch(plain(text)) for text in header):
        return Unrecognised(
            f"{name}: sums up its rows (a summary or matrix report) and has no row per lead: export the report with "
            "its details only.",
            f"{name}: 集計レポート(サマリーやマトリックス)で、リードごとの行がありません。「明細行のみ」で書き出し直してください。",
            name=name,
            asks="mapping",
        )
    en = f"{name}: no known file has this header ({len(header)} columns"
    ja = f"{name}: この見出しのファイルは対応表にありません({len(header)}列"
    en += f"; known are {', '.join(seen)})" if seen else ", none of them known)"
    ja += f"、分かった列:{'、'.join(seen)})" if seen else "、分かった列なし)"
    missing = [
        (len(lacking) / len(shape.needs), mapping, shape, lacking)
        for mapping, shape in candidates
        if (lacking := [group for group in shape.needs if not any(normal(text) in present for text in group)])
        and len(lacking) < len(shape.needs)
    ]
    if missing:
        _, mapping, shape, lacking = min(missing, key=lambda candidate: candidate[0])
        en += f"; nearest is {mapping.label.english}: {shape.label.english}, which also needs {_quoted(lacking)}"
        ja += (
            f"。最も近いのは {mapping.label.japanese} の「{shape.label.japanese}」で、"
            f"ほかに {_quoted(lacking)} の列が要ります"
        )
    return Unrecognised(
        en,
        ja,
        (
            "; export it with these columns, or describe it in a mapping of your own and name that with --mapping.",
            "。列を足して書き出し直すか、自社の対応表を作って --mapping で指定してください。",
        ),
        name,
        "mapping",
    )


def _quoted(groups: Sequence[Sequence[str]]) -> str:
    return ", ".join(f'"{group[0]}"' for group in groups[:3])


def _ambiguous(name: str, matches: Sequence[Recognised]) -> Ambiguous:
    headers = ", ".join(dict.fromkeys(header for match in matches for header in match.by))
    en = " or ".join(f"{match.mapping.label.english}: {match.shape.label.english}" for match in matches)
    ja = "、".join(f"{match.mapping.label.japanese} の「{match.shape.label.japanese}」" for match in matches)
    flags = " or ".join(f"--source {match.mapping.tool}" for match in matches)
    flags_ja = " か ".join(f"--source {match.mapping.tool}" for match in matches)
    return Ambiguous(
        f"{name}: the header ({headers}) can be {en}",
        f"{name}: 見出し({headers})からは {ja} のどれか決まりません",
        (f"; say which with {flags}.", f"。{flags_ja} で指定してください。"),
        name,
        "source",
        tuple(match.mapping.tool for match in matches),
    )
