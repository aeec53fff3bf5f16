"""Mappings: one TOML file per tool says what its files look like. Read, checked and chosen here.

Shipped ones lie beside this module; a company's own (`mappings/*.toml` in its data directory, `--mapping FILE`) takes
the place of the shipped one of the same tool, or adds to it (additions.py). A file that does not fit is refused like rules are. Sees no export.
"""

import functools
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from importlib import resources
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from funnel import toml_files
from funnel.errors import FunnelError
from funnel.importing.mapping.additions import added
from funnel.importing.mapping.models import LEAD_TARGETS, Mapping, Shape, with_tools_words
from funnel.toml_values import Problem, nearest, twice, unknown

__all__ = ["BadMapping", "Mapping", "Shape", "load_mapping", "load_mappings", "normal", "plain"]

QUOTES = str.maketrans(dict.fromkeys("'`´‘’‚‛“”„‟«»「」『』", '"'))
DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−", "-"))
UNSEEN = dict.fromkeys(map(ord, "\ufeff\u200b\u200c\u200d\u2060"))


class BadMapping(FunnelError):
    """A mapping file that cannot be used: the file, the key's path, what is wrong, the nearest valid name."""


# ---------------------------------------------------------------- how headers and words are compared


@functools.lru_cache(maxsize=10_000)  # each header is compared with every mapping
def plain(header: str) -> str:
    """As patterns see a header: NFKC, one kind of quote and dash, single blanks, none at the ends."""
    text = unicodedata.normalize("NFKC", header.translate(UNSEEN)).translate(QUOTES).translate(DASHES)
    return " ".join(text.split())


def normal(header: str) -> str:
    """As headers and words are compared: like `plain`, without blanks, whatever the case."""
    return "".join(plain(header).split()).casefold()


# ---------------------------------------------------------------- where mappings lie


def load_mappings(extra: Sequence[Path] = (), folder: Path | None = None) -> tuple[Mapping, ...]:
    """The mapping of every tool, by tool name: of `extra` files, else of the company's `folder`, else as shipped."""
    chosen = {mapping.tool: mapping for mapping in shipped()}
    for paths in (_in(folder), tuple(extra)):
        named: dict[str, str] = {}
        for path in paths:
            mapping = load_mapping(path)
            if mapping.tool in named:
                other = named[mapping.tool]
                raise toml_files.refusal(
                    path.name,
                    "tool",
                    f'{other} is a mapping of "{mapping.tool}" too; keep one of them',
                    f"{other} も「{mapping.tool}」の対応表です。どちらか1つにしてください。",
                    BadMapping,
                )
            named[mapping.tool] = path.name
            chosen[mapping.tool] = mapping
    return tuple(chosen[tool] for tool in sorted(chosen))


def _in(folder: Path | None) -> tuple[Path, ...]:
    if folder is None or not folder.exists():
        return ()
    try:
        paths = [path for path in folder.iterdir() if path.suffix.lower() == ".toml" and path.name[0] != "."]
    except OSError:
        raise BadMapping(
            f"{folder} cannot be read as a folder; make it one that holds mappings, or remove it.",
            f"{folder} をフォルダとして読めません。対応表を置いたフォルダにするか、削除してください。",
        ) from None
    return tuple(sorted(paths))


@functools.cache
def shipped() -> tuple[Mapping, ...]:
    """The mappings that come with the product."""
    return tuple(load_text(text, name) for name, text in _shipped_texts().items())


def _shipped_texts() -> dict[str, str]:
    folder = resources.files("funnel.importing.mapping").joinpath("shipped")
    files = sorted(
        (file for file in folder.iterdir() if file.name.endswith(".toml")), key=lambda file: file.name
    )
    return {file.name: file.read_text(encoding="utf-8") for file in files}


def _shipped_as_written(addition: dict[str, Any], name: str) -> dict[str, Any]:
    """The keys and values of the shipped mapping that an addition names."""
    texts, tool = _shipped_texts(), addition["adds_to"]
    if "tool" in addition:
        raise toml_files.refusal(
            name,
            "adds_to",
            "stands beside tool; keep adds_to to add to a shipped mapping, or tool to replace it",
            "が tool と一緒に書かれています。足すなら adds_to、置き換えるなら tool だけにしてください。",
            BadMapping,
        )
    if f"{tool}.toml" not in texts:
        near, near_ja = nearest(str(tool), [file.removesuffix(".toml") for file in texts])
        raise toml_files.refusal(
            name,
            "adds_to",
            f'there is no shipped mapping "{tool}"{near}',
            f"「{tool}」という対応表はありません。{near_ja}",
            BadMapping,
        )
    return toml_files.parse(texts[f"{tool}.toml"], f"{tool}.toml", BadMapping)


def load_mapping(path: Path) -> Mapping:
    """One mapping file; BadMapping names the key that is wrong."""
    return load_text(toml_files.read(path, BadMapping), path.name)


def load_text(text: str, name: str) -> Mapping:
    """One mapping from its TOML text; `name` is the file's in errors."""
    written = toml_files.parse(text, name, BadMapping)
    if "adds_to" in written:
        written = added(written, _shipped_as_written(written, name), normal)
    try:
        mapping = Mapping.model_validate(written)
    except ValidationError as error:
        raise toml_files.sentence(name, written, error, BadMapping) from None
    for path, en, ja in problems(mapping):
        raise toml_files.refusal(name, path, en, ja, BadMapping)
    return with_tools_words(mapping)


# ---------------------------------------------------------------- what does not fit together


def problems(mapping: Mapping) -> Iterator[Problem]:
    """What the models cannot see: names that come twice, headers with two targets, words with two meanings."""
    for index, target in enumerate(mapping.wins):
        yield from unknown(f"wins[{index}]", "lead column", "リードの項目", target, LEAD_TARGETS)
    everywhere: list[tuple[str, Shape]] = []
    for index, shape in enumerate(mapping.files):
        everywhere.append((f"files[{index}]", shape))
        everywhere += [(f"files[{index}].also[{also}]", other) for also, other in enumerate(shape.also)]
        if not shape.needs:
            yield Problem(
                f"files[{index}].needs",
                "is missing; name the headers that tell this file",
                "がありません。このファイルの目印になる列名を書いてください。",
            )
    yield from twice(lambda index: f"{everywhere[index][0]}.name", [shape.name for _, shape in everywhere])
    for path, shape in everywhere:
        yield from _headers(path, shape)
        yield from _words(path, shape)
        for index, other in enumerate(shape.also):
            if other.also:
                yield Problem(
                    f"{path}.also[{index}].also",
                    "goes one step deep only; list it beside",
                    "は1段だけです。並べて書いてください。",
                )
    yield from _words("", mapping)


def _headers(path: str, shape: Shape) -> Iterator[Problem]:
    """A column goes to one place: a header under two targets is a mistake."""
    taken: dict[str, str] = {}
    for section in ("columns", "coalesce", "entered"):
        for target, headers in getattr(shape, section).items():
            field = f"{path}.{section}.{target}"
            for header in headers:
                there = taken.setdefault(normal(header), field)
                if there != field:
                    yield Problem(
                        field,
                        f'"{header}" is named for {there} too; keep it in one place',
                        f"列「{header}」は {there} にも書かれています。どちらか1つにしてください。",
                    )


def _words(path: str, holder: Shape | Mapping) -> Iterator[Problem]:
    """A word has one meaning, however it is written."""
    for section in ("stages", "statuses", "channels", "types", "fields", "outcomes"):
        yield from _one_meaning(f"{path}.{section}".lstrip("."), getattr(holder, section), normal)


def _one_meaning(path: str, words: dict[str, str], compared: Callable[[str], str]) -> Iterator[Problem]:
    seen: dict[str, tuple[str, str]] = {}
    for word, meaning in words.items():
        other, before = seen.setdefault(compared(word), (word, meaning))
        if before != meaning:
            yield Problem(
                f'{path}."{word}"',
                f'is the same word as "{other}", which means "{before}"; keep one',
                f"「{other}」(意味:{before})と同じ語です。どちらか1つにしてください。",
            )
