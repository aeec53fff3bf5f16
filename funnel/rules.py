"""The definitions that marketing and sales agreed: one TOML file per version, read, checked and chosen.

Nothing is guessed: a file that does not fit is refused with its name, the key's path, what is wrong and the
nearest valid name. Knows nothing of leads; the tables made of the rules are in rule_tables.py.
"""

import functools
import hashlib
import re
import tomllib
from collections.abc import Sequence
from datetime import date
from importlib import metadata, resources
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from funnel.errors import BadRules
from funnel.rule_checks import problems
from funnel.rule_models import Rules
from funnel.rule_tables import tables
from funnel.rule_values import nearest, stage_word

__all__ = [
    "Rules",
    "hash_of",
    "load_file",
    "load_text",
    "load_versions",
    "pick",
    "stage_word",
    "tables",
    "version_for",
]

EXAMPLE = (
    "rules.example.toml"  # shipped in the package: the built-in rules and the defaults of three sections
)


# ---------------------------------------------------------------- where rules lie


def load_versions(directory: Path) -> tuple[Rules, ...]:
    """All versions in `rules/` of a data directory, the oldest first; the built-in rules where it has none.

    A `rules/` folder without a .toml file, or with one that cannot be read, is refused.
    """
    folder = directory / "rules"
    if not folder.exists() and not folder.is_symlink():
        return (built_in(),)
    try:
        paths = sorted(path for path in folder.iterdir() if _is_rules_file(path))
    except OSError:
        raise BadRules(
            f"{folder} cannot be read as a folder; make it one that holds the rules, or remove it.",
            f"{folder} をフォルダとして読めません。定義ファイルを置いたフォルダにするか、削除してください。",
        ) from None
    if not paths:
        raise BadRules(
            f"{folder} holds no .toml file; put the rules there, or remove it to use the built-in ones.",
            f"{folder} に .toml ファイルがありません。定義ファイルを置くか、フォルダごと削除してください"
            "(削除すると組み込みの定義を使います)。",
        )
    loaded = [(path.name, load_file(path)) for path in paths]
    _refuse_twins(loaded)
    return tuple(sorted((rules for _, rules in loaded), key=lambda rules: rules.effective_from))


def _is_rules_file(path: Path) -> bool:
    return path.suffix.lower() == ".toml" and not path.name.startswith(".")


def _refuse_twins(loaded: Sequence[tuple[str, Rules]]) -> None:
    versions: dict[str, str] = {}
    days: dict[date, str] = {}
    for name, rules in loaded:
        other = versions.setdefault(rules.version, name)
        if other != name:
            raise refusal(
                name,
                "version",
                f'{other} is called "{rules.version}" too; give each version its own name',
                f"{other} も「{rules.version}」という版です。版ごとに違う名前にしてください。",
            )
        other = days.setdefault(rules.effective_from, name)
        if other != name:
            raise refusal(
                name,
                "effective_from",
                f"{other} begins on {rules.effective_from} too; give each version its own day",
                f"{other} も {rules.effective_from} から有効です。版ごとに違う日にしてください。",
            )


@functools.cache
def built_in() -> Rules:
    """The rules of a data directory that has none."""
    return load_text(resources.files("funnel").joinpath(EXAMPLE).read_text(encoding="utf-8"), EXAMPLE)


def load_file(path: Path) -> Rules:
    """One version; refused with the file's name if it cannot be read or breaks RULES.md."""
    try:
        content = path.read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise BadRules(
            f"{path.name}: the file cannot be read ({reason}); make it readable or remove it.",
            f"{path.name}: ファイルを読めません({reason})。読めるようにするか、削除してください。",
        ) from None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise BadRules(
            f"{path.name}: line {line} is not UTF-8 text; save the file as UTF-8.",
            f"{path.name}: {line} 行目が UTF-8 ではありません。UTF-8 で保存してください。",
        ) from None
    return load_text(text, path.name)


# ---------------------------------------------------------------- one file


def load_text(text: str, name: str) -> Rules:
    """One version from its TOML text; `name` is the file's in errors."""
    try:
        written = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise _no_toml(name, str(error)) from None
    filled = _with_defaults(written)
    try:
        rules = Rules.model_validate(filled)
    except ValidationError as error:
        raise _sentence(name, filled, error) from None
    for path, en, ja in problems(rules):
        raise refusal(name, path, en, ja)
    return rules


def refusal(name: str, path: str, en: str, ja: str) -> BadRules:
    """The sentence about one key of one file."""
    return BadRules(f"{name}: {path}: {en}{'' if en[-1] in '.?' else '.'}", f"{name}: {path}: {ja}")


def _no_toml(name: str, reason: str) -> BadRules:
    place = re.search(r"\(at line (\d+), column (\d+)\)", reason)
    where = f"{place[1]} 行目 {place[2]} 文字目" if place else "ファイルの終わり"
    if re.search("overwrite|twice|duplicate", reason, re.IGNORECASE):
        why = "同じキーが2回書かれています。1つにしてください。"
    else:
        why = "TOML として読めません。書き方を直してください。"
    return BadRules(f"{name}: this is not valid TOML: {reason}; correct it.", f"{name}: {where}: {why}")


@functools.cache
def _example() -> dict[str, Any]:
    return tomllib.loads(resources.files("funnel").joinpath(EXAMPLE).read_text(encoding="utf-8"))


def _with_defaults(written: dict[str, Any]) -> dict[str, Any]:
    """The file with what the example says for the types, roles and dormancy that it leaves out.

    A default never names a type that the file's own `activity_types` do not have.
    """
    example, filled = _example(), dict(written)
    types = filled.setdefault("activity_types", example["activity_types"])

    def known(names: list[str]) -> list[str]:
        return [name for name in names if isinstance(types, dict) and name in types]

    roles = filled.setdefault("roles", {})
    if isinstance(roles, dict):
        filled["roles"] = {role: known(names) for role, names in example["roles"].items()} | roles

    dormancy, usual = filled.setdefault("dormancy", {}), example["dormancy"]
    if isinstance(dormancy, dict):
        days = dormancy.get("days", usual["days"])
        number = isinstance(days, int | float) and not isinstance(days, bool)
        default = {
            "days": days,
            "warn_days": min(usual["warn_days"], max(days, 0)) if number else usual["warn_days"],
            "resets_on": usual["resets_on"],
            "ignore": known(usual["ignore"]),
            "exclude_stages": _ended(filled.get("stages")),
        }
        filled["dormancy"] = default | dormancy
    return filled


def _ended(stages: object) -> list[object]:
    """Keys of the stages of kind won and lost; the stages have not been checked yet."""
    listed = [stage for stage in stages if isinstance(stage, dict)] if isinstance(stages, list) else []
    return [stage["key"] for stage in listed if stage.get("kind") in ("won", "lost") and "key" in stage]


# ---------------------------------------------------------------- sentences about values of the wrong shape

_WRONG = {
    "missing": ("is missing; add it", "がありません。書いてください。"),
    "string_type": ("must be text in quotes", "文字列(引用符つき)で書いてください。"),
    "int_type": ("must be a whole number", "整数で書いてください。"),
    "float_type": ("must be a number", "数値で書いてください。"),
    "finite_number": ("must be a finite number", "有限の数値で書いてください。"),
    "bool_type": ("must be true or false", "true か false で書いてください。"),
    "date_type": (
        "must be a date without quotes, like 2026-04-01",
        "2026-04-01 のような日付(引用符なし)で書いてください。",
    ),
    "tuple_type": ('must be a list, like ["a", "b"]', '["a", "b"] のような並びで書いてください。'),
    "dict_type": (
        'must be a table of keys, like {{key = "value"}}',
        "キーと値の組(テーブル)で書いてください。",
    ),
    "too_short": ("must not be empty", "空にはできません。"),
    "greater_than": ("must be more than {gt:g}", "{gt:g} より大きくしてください。"),
    "greater_than_equal": ("must be at least {ge:g}", "{ge:g} 以上にしてください。"),
    "less_than_equal": ("must be at most {le:g}", "{le:g} 以下にしてください。"),
}


def _sentence(name: str, filled: dict[str, Any], error: ValidationError) -> BadRules:
    """The first thing that is wrong, as one sentence."""
    first = error.errors(include_url=False)[0]
    kind, values = first["type"], first.get("ctx", {})
    place = [*first["loc"], *([values["key"]] if "key" in values else [])]
    if kind == "rules":
        en, ja = values["en"], values["ja"]
    elif kind == "literal_error":
        near, near_ja = nearest(str(first["input"]), re.findall(r"'([^']*)'", values["expected"]))
        en, ja = f'cannot be "{first["input"]}"{near}', f"「{first['input']}」は書けません。{near_ja}"
    elif kind in _WRONG:
        en, ja = (sentence.format(**values) for sentence in _WRONG[kind])
    else:
        en, ja = f"cannot be read: {first['msg']}", "この値は読めません。"
    return refusal(name, _path(filled, place, kind == "missing"), en, ja)


def _path(filled: object, place: Sequence[int | str], last_is_missing: bool) -> str:
    """`sla[2].stop.activity[0]`: the steps of the file, without those that only the models have."""
    path, here = "", filled
    for number, step in enumerate(place):
        if isinstance(here, dict) and isinstance(step, str):
            if step not in here and not (last_is_missing and number == len(place) - 1):
                continue
            bare = re.fullmatch(r"[A-Za-z0-9_-]+", step) is not None
            path += ("." if path else "") + (step if bare else f'"{step}"')
            here = here.get(step)
        elif isinstance(here, list) and isinstance(step, int):
            path += f"[{step}]"
            here = here[step]
    return path or "file"


# ---------------------------------------------------------------- choosing a version


def version_for(versions: Sequence[Rules], day: date) -> Rules:
    """The version in force on a local day; before the first one, the first."""
    begun = [rules for rules in versions if rules.effective_from <= day]
    return begun[-1] if begun else versions[0]


def pick(versions: Sequence[Rules], name_or_path: str) -> Rules:
    """The version that `--rules FILE|VERSION` asks for: one of `versions` by its name, else a file."""
    for rules in versions:
        if rules.version == name_or_path:
            return rules
    path = Path(name_or_path)
    if path.suffix.lower() == ".toml" or path.is_file():
        return load_file(path)
    near, near_ja = nearest(name_or_path, [rules.version for rules in versions])
    raise BadRules(
        f'there is no rules version or file "{name_or_path}"{near}{"" if near.endswith("?") else "."}',
        f"「{name_or_path}」という版や定義ファイルはありません。{near_ja}",
    )


def hash_of(rules: Rules, versions: Sequence[Rules]) -> str:
    """SHA-256 over everything that `tables` depends on: the version, the list of versions, the holidays."""
    parts = [rules.hash(), metadata.version("jpholiday")]
    parts += [f"{each.version}\n{each.effective_from}\n{each.note or ''}" for each in versions]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
