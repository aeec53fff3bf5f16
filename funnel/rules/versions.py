"""The definitions that marketing and sales agreed: one TOML file per version, read, checked and chosen.

Nothing is guessed: a file that does not fit is refused with its name, the key's path, what is wrong and the
nearest valid name. Knows nothing of leads; the tables made of the rules are in rule_tables.py.
"""

import functools
import hashlib
import tomllib
from collections.abc import Sequence
from datetime import date
from importlib import metadata, resources
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from funnel import toml_files
from funnel.errors import BadQuestion, BadRules, FunnelError
from funnel.rules.checks import problems
from funnel.rules.models import Rules
from funnel.rules.tables import tables
from funnel.rules.values import stage_word
from funnel.toml_values import nearest

__all__ = [
    "Rules",
    "hash_of",
    "load_file",
    "load_text",
    "load_versions",
    "named",
    "pick",
    "stage_word",
    "tables",
    "version_for",
]

EXAMPLE = "example.toml"  # shipped in the package: the built-in rules and the defaults of three sections


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
    return load_text(resources.files("funnel.rules").joinpath(EXAMPLE).read_text(encoding="utf-8"), EXAMPLE)


def load_file(path: Path) -> Rules:
    """One version; refused with the file's name if it cannot be read or breaks RULES.md."""
    return load_text(toml_files.read(path, BadRules), path.name)


# ---------------------------------------------------------------- one file


@functools.lru_cache(maxsize=32)  # a page asks for the rules on every run
def load_text(text: str, name: str) -> Rules:
    """One version from its TOML text; `name` is the file's in errors."""
    filled = _with_defaults(toml_files.parse(text, name, BadRules))
    try:
        rules = Rules.model_validate(filled)
    except ValidationError as error:
        raise toml_files.sentence(name, filled, error, BadRules) from None
    for path, en, ja in problems(rules):
        raise refusal(name, path, en, ja)
    return rules


def refusal(name: str, path: str, en: str, ja: str) -> FunnelError:
    """The sentence about one key of one file of rules."""
    return toml_files.refusal(name, path, en, ja, BadRules)


@functools.cache
def _example() -> dict[str, Any]:
    return tomllib.loads(resources.files("funnel.rules").joinpath(EXAMPLE).read_text(encoding="utf-8"))


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


# ---------------------------------------------------------------- choosing a version


def version_for(versions: Sequence[Rules], day: date) -> Rules:
    """The version in force on a local day; before the first one, the first."""
    begun = [rules for rules in versions if rules.effective_from <= day]
    return begun[-1] if begun else versions[0]


def named(versions: Sequence[Rules], name: str) -> Rules:
    """The one of `versions` that is called exactly so; whatever the name looks like, no file is looked for."""
    for rules in versions:
        if rules.version == name:
            return rules
    names = [rules.version for rules in versions]
    # the name came with an address: however long, and whoever wrote it, it is not repeated
    raise BadQuestion(
        f"There is no version of the rules by that name: there is {', '.join(names)}.",
        f"その名前の定義の版はありません。選べる版は {'、'.join(names)} です。",
    )


def pick(versions: Sequence[Rules], name_or_path: str) -> Rules:
    """The version that `--rules FILE|VERSION` asks for: one of `versions` by its name, else a file.

    For the command line alone, whose user may read the file anyway.
    """
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
    """SHA-256 over everything that `tables` depends on: the version, all versions with their targets, the holidays."""
    parts = [rules.hash(), metadata.version("jpholiday")]
    parts += [
        f"{version.version}\n{version.effective_from}\n{version.note or ''}\n{sorted(version.targets.items())}"
        for version in versions
    ]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
