"""TOML files that people write: reading one, and the sentence about what is wrong in it.

A sentence names the file, the path of the key, what is wrong and the nearest valid name. Which keys a file may
hold is the models' business (rule_models.py, importing/mapping_models.py); where files lie is their owners'.
"""

import re
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from funnel.errors import FunnelError
from funnel.toml_values import nearest

Family = type[FunnelError]  # which error it becomes: a file of rules, a mapping


def read(path: Path, family: Family) -> str:
    """The text of a file; refused with the file's name where it cannot be read or is not UTF-8."""
    try:
        content = path.read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise family(
            f"{path.name}: the file cannot be read ({reason}); make it readable or remove it.",
            f"{path.name}: ファイルを読めません({reason})。読めるようにするか、削除してください。",
        ) from None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise family(
            f"{path.name}: line {line} is not UTF-8 text; save the file as UTF-8.",
            f"{path.name}: {line} 行目が UTF-8 ではありません。UTF-8 で保存してください。",
        ) from None


def parse(text: str, name: str, family: Family) -> dict[str, Any]:
    """The keys and values as written; `name` is the file's in errors."""
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise _no_toml(name, str(error), family) from None


def refusal(name: str, path: str, en: str, ja: str, family: Family) -> FunnelError:
    """The sentence about one key of one file."""
    return family(f"{name}: {path}: {en}{'' if en[-1] in '.?' else '.'}", f"{name}: {path}: {ja}")


def _no_toml(name: str, reason: str, family: Family) -> FunnelError:
    mark = re.search(r"\(at line (\d+), column (\d+)\)", reason)
    where = f"{mark[1]} 行目 {mark[2]} 文字目" if mark else "ファイルの終わり"
    if re.search("overwrite|twice|duplicate", reason, re.IGNORECASE):
        why = "同じキーが2回書かれています。1つにしてください。"
    else:
        why = "TOML として読めません。書き方を直してください。"
    return family(f"{name}: this is not valid TOML: {reason}; correct it.", f"{name}: {where}: {why}")


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


def sentence(name: str, filled: dict[str, Any], error: ValidationError, family: Family) -> FunnelError:
    """The first thing that is wrong in `filled`, the file as it was given to the models."""
    first = error.errors(include_url=False)[0]
    kind, values = first["type"], first.get("ctx", {})
    steps = [*first["loc"], *([values["key"]] if "key" in values else [])]
    if kind == "rules":
        en, ja = values["en"], values["ja"]
    elif kind == "literal_error":
        near, near_ja = nearest(str(first["input"]), re.findall(r"'([^']*)'", values["expected"]))
        en, ja = f'cannot be "{first["input"]}"{near}', f"「{first['input']}」は書けません。{near_ja}"
    elif kind in _WRONG:
        en, ja = (sentence.format(**values) for sentence in _WRONG[kind])
    else:
        en, ja = f"cannot be read: {first['msg']}", "この値は読めません。"
    return refusal(name, _path(filled, steps, kind == "missing"), en, ja, family)


def _path(filled: object, steps: Sequence[int | str], last_is_missing: bool) -> str:
    """`sla[2].stop.activity[0]`: the steps of the file, without those that only the models have."""
    path, level = "", filled
    for number, step in enumerate(steps):
        if isinstance(level, dict) and isinstance(step, str):
            if step not in level and not (last_is_missing and number == len(steps) - 1):
                continue
            bare = re.fullmatch(r"[A-Za-z0-9_-]+", step) is not None
            path += ("." if path else "") + (step if bare else f'"{step}"')
            level = level.get(step)
        elif isinstance(level, list) and isinstance(step, int):
            path += f"[{step}]"
            level = level[step]
    return path or "file"
