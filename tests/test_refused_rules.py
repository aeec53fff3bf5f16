"""Rules that break the contract: each refused with the file, the key, what is wrong and the nearest name.

Cases that change one thing in the example stand in rules/refused.toml.
"""

import contextlib
import copy
import math
import os
import re
import tomllib
from datetime import date, time

import pytest

from funnel.errors import BadRules
from funnel.rules.versions import load_text, load_versions
from tests.test_rules import OTHER_TOOLS, STAGES, TEXT, folder, version

SLA = """
[[sla]]
key = "c"
start = {stage = "new"}
stop = {stage = ["won"]}
due = {business_days = 2}
"""


def sentence(text: str) -> BadRules:
    """The refusal of a file `1.toml` with this text."""
    with pytest.raises(BadRules) as refused:
        load_text(text, "1.toml")
    error = refused.value
    assert re.search(r"[ぁ-んァ-ヶ一-龠]", error.ja), error.ja
    assert error.ja.startswith("1.toml: ")
    assert error.en.endswith((".", "?")) and error.ja.endswith(("。", "?")), error.ja
    return error


def refused(sections: str = "", top: str = "", stages: str = STAGES) -> str:
    error = sentence(f'version = "1"\neffective_from = 2026-04-01\n{top}\n{stages}\n{sections}')
    path = error.en.split(": ")[1]
    assert f": {path}: " in error.ja
    return error.en.removeprefix("1.toml: ")


CASES = tomllib.loads((OTHER_TOOLS / "refused.toml").read_text(encoding="utf-8"))


def changed(old: str, new: str) -> str:
    """The sentence about the example with one thing changed."""
    assert TEXT.count(old) >= 1, old
    return sentence(TEXT.replace(old, new, 1)).en.removeprefix("1.toml: ")


def said_otherwise(kind: str) -> list[tuple[str, str]]:
    """Of the cases of a kind, those whose sentence is another: as it should be, as it is."""
    sentences = [(case["says"], changed(case["change"], case["to"])) for case in CASES[kind]]
    assert len(sentences) > 10
    return [(wanted, given) for wanted, given in sentences if wanted != given]


# ---------------------------------------------------------------- the shape


def test_a_key_or_value_of_the_wrong_shape_is_refused():
    assert said_otherwise("wrong_shape") == []


def test_a_table_that_is_none_is_refused():
    for name in ("targets", "channel_groups", "activity_types", "roles", "dormancy", "calendar"):
        assert refused(top=f"{name} = 5") == f'{name}: must be a table of keys, like {{key = "value"}}.'


def places(value, path=()):
    """The path of everything in a parsed file."""
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, inner in steps:
        yield (*path, step)
        yield from places(inner, (*path, step))


ODD = [
    0,
    -1,
    10**400,
    1.5,
    math.nan,
    True,
    "",
    "{x}",
    "%s",
    [],
    [[]],
    {},
    {"a": 1},
    date(2026, 1, 1),
    time(1),
]


@pytest.mark.parametrize("odd", ODD, ids=lambda value: repr(value)[:12])
def test_whatever_stands_anywhere_loads_or_is_refused_in_a_sentence(odd, monkeypatch):
    example = tomllib.loads(TEXT)
    for *way, last in list(places(example))[:: 4 if isinstance(odd, list | dict) else 5]:
        written = copy.deepcopy(example)
        around = written
        for step in way:
            around = around[step]
        around[last] = odd
        monkeypatch.setattr("funnel.rules.versions.tomllib.loads", lambda _, written=written: written)
        with contextlib.suppress(BadRules):
            load_text("", "1.toml")


# ---------------------------------------------------------------- business time


@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        ('["9-12"]', '[0]: "9-12" is no range of hours; write it like "09:00-12:00".'),
        ('["09:00-24:30"]', '[0]: "09:00-24:30" is no range of hours; write it like "09:00-12:00".'),
        (
            '["18:00-09:00"]',
            '[0]: "18:00-09:00" runs backwards; the end must be later than the start (24:00 is the latest).',
        ),
        (
            '["09:00-09:00"]',
            '[0]: "09:00-09:00" runs backwards; the end must be later than the start (24:00 is the latest).',
        ),
        (
            '["24:00-24:00"]',
            '[0]: "24:00-24:00" runs backwards; the end must be later than the start (24:00 is the latest).',
        ),
        (
            '["09:00-12:00", "11:59-18:00"]',
            ': "09:00-12:00" and "11:59-18:00" overlap; write hours that do not.',
        ),
        (
            '["13:00-18:00", "09:00-13:01"]',
            ': "09:00-13:01" and "13:00-18:00" overlap; write hours that do not.',
        ),
        ('"09:00-12:00"', ': must be a list, like ["a", "b"].'),
    ],
)
def test_hours_that_are_none_or_run_backwards_or_overlap_are_refused(hours, expected):
    assert refused(f"[calendar.hours]\nmon = {hours}") == f"calendar.hours.mon{expected}"
    opened = refused(f"[calendar]\nopen = [{{date = 2026-10-24, hours = {hours}}}]")
    assert opened == f"calendar.open[0].hours{expected}"


def test_hours_may_touch_each_other_and_midnight():
    load_text(
        f'version = "1"\neffective_from = 2026-04-01\n{STAGES}\n'
        '[calendar.hours]\nmon = ["12:00-24:00", "00:00-12:00"]',
        "1.toml",
    )


@pytest.mark.parametrize(
    ("closed", "expected"),
    [
        ('"2026-02-30"', '"2026-02-30" is no day or range of days; '),
        ('"12-29/2027-01-03"', '"12-29/2027-01-03" is no day or range of days; '),
        ('"2026-08-13/14"', '"2026-08-13/14" is no day or range of days; '),
        ('"new year"', '"new year" is no day or range of days; '),
    ],
)
def test_closed_days_that_do_not_exist_are_refused(closed, expected):
    like = 'write it like "2026-08-13", "2026-08-13/2026-08-15" or "12-29/01-03".'
    assert refused(f"[calendar]\nclosed = [{closed}]") == f"calendar.closed[0]: {expected}{like}"


def test_closed_days_that_run_backwards_are_refused():
    assert refused('[calendar]\nclosed = ["05-01", "2026-08-15/2026-08-13"]') == (
        'calendar.closed[1]: "2026-08-15/2026-08-13" runs backwards; write the earlier day first.'
    )


def test_a_closed_day_may_be_written_as_a_date():
    rules = load_text(TEXT.replace('"2026-08-13/2026-08-15"', "2026-08-13"), "1.toml")
    assert rules.calendar.closed == ("2026-08-13", "12-29/01-03")


def test_an_open_day_needs_hours():
    assert refused("[calendar]\nopen = [{date = 2026-10-24, hours = []}]") == (
        "calendar.open[0].hours: must not be empty."
    )
    assert refused('[calendar]\nopen = [{date = "2026-10-24", hours = ["09:00-10:00"]}]') == (
        "calendar.open[0].date: must be a date without quotes, like 2026-04-01."
    )


@pytest.mark.parametrize("never", ["[calendar.hours]", '[calendar]\nclosed = ["01-01/12-31"]'])
def test_business_time_that_never_comes_is_refused(never):
    nothing_opens = "counts business time, but no weekday ever opens; give calendar.hours."
    assert refused(f"{never}\n{SLA}") == f"sla[0].due.business_days: {nothing_opens}"
    hours = SLA.replace("business_days", "business_hours")
    assert refused(f"{never}\n{hours}") == f"sla[0].due.business_hours: {nothing_opens}"
    aging = STAGES.replace('key = "new"', 'key = "new"\nmax_age = {business_days = 1}')
    assert refused(never, stages=aging) == f"stages[0].max_age.business_days: {nothing_opens}"
    wall = SLA.replace("business_days", "elapsed_hours")
    load_text(f'version = "1"\neffective_from = 2026-04-01\n{STAGES}\n{never}\n{wall}', "1.toml")


# ---------------------------------------------------------------- stages and milestones


def stage(key: str, kind: str = "path", more: str = "") -> str:
    return f'[[stages]]\nkey = "{key}"\nkind = "{kind}"\n{more}\n'


@pytest.mark.parametrize(
    ("stages", "expected"),
    [
        ("", "stages: is missing; add it."),
        ("stages = []", "stages: must not be empty."),
        ('stages = ["new"]', 'stages[0]: must be a table of keys, like {key = "value"}.'),
        (stage("new"), 'stages: the path has no end; give one stage kind = "won".'),
        (stage("won", "won"), 'stages: the path has no beginning; give at least one stage kind = "path".'),
        (
            stage("new") + stage("won", "won") + stage("again", "won"),
            'stages[2].kind: the path ends at stages[1] already; only one stage can be "won".',
        ),
        (
            stage("new") + stage("won", "won") + stage("later"),
            "stages[2].kind: stands after the end of the path, stages[1]; the list is the path in order.",
        ),
        (
            stage("new") + stage("new") + stage("won", "won"),
            'stages[1].key: the key "new" is taken by stages[0].key; choose another.',
        ),
        (
            stage("new") + stage("won", "won", 'aliases = ["x", "ＮＥＷ "]'),
            'stages[1].aliases[1]: "ＮＥＷ " already means another stage, by stages[0].key; '
            "a word can mean only one.",
        ),
        (
            stage("a", more='label = {ja = "リード 状況", en = "A"}')
            + stage("won", "won", 'label = {ja = "ﾘｰﾄﾞ状況"}'),
            'stages[1].label.ja: "ﾘｰﾄﾞ状況" already means another stage, by stages[0].label.ja; '
            "a word can mean only one.",
        ),
        (
            stage("new", more='aliases = ["　"]') + stage("won", "won"),
            "stages[0].aliases[0]: must not be empty.",
        ),
        (
            stage("new", more="max_age = {}") + stage("won", "won"),
            "stages[0].max_age: needs exactly one of days, business_days, not 0.",
        ),
        (
            stage("new", more="max_age = {days = 1, business_days = 1}") + stage("won", "won"),
            "stages[0].max_age: needs exactly one of days, business_days, not 2.",
        ),
    ],
)
def test_a_path_that_is_none_is_refused(stages, expected):
    assert refused(stages=stages) == expected


def test_a_word_may_be_written_twice_for_one_stage():
    load_text(TEXT.replace('aliases = ["salesqualifiedlead"]', 'aliases = ["SQL", "s q l"]'), "1.toml")


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ('mql = "mqll"', 'milestones.mql: there is no stage "mqll"; did you mean "mql"?'),
        (
            'mql = "lost"',
            'milestones.mql: "lost" is not on the path; choose a stage of kind path or won.',
        ),
        (
            'mql = "nurturing"',
            'milestones.mql: means "nurturing", but another stage has the key "mql"; '
            "rename that stage or mean it.",
        ),
        ('lead = "new"', "milestones.lead: there is no such key; it can be mql, sql, opportunity."),
        ("mql = 2", "milestones.mql: must be text in quotes."),
    ],
)
def test_a_milestone_that_is_no_stage_of_the_path_is_refused(written, expected):
    assert changed('mql = "mql"', written) == expected


def test_a_stage_off_the_path_cannot_have_the_name_of_a_milestone():
    assert refused(stages=stage("new") + stage("won", "won") + stage("sql", "dormant")) == (
        'milestones.sql: "sql" is not on the path; choose a stage of kind path or won.'
    )


def test_milestones_come_in_their_order():
    stages = stage("a") + stage("b") + stage("won", "won")
    assert refused('[milestones]\nmql = "b"\nsql = "a"', stages=stages) == (
        "milestones.sql: comes before milestones.mql on the path; it must not."
    )


# ---------------------------------------------------------------- names that do not exist


def test_a_name_that_does_not_exist_is_refused_with_the_nearest():
    assert said_otherwise("unknown_name") == []


def test_every_activity_type_with_a_fixed_meaning_can_be_named_but_not_defined():
    assert changed("email_open          = {", "stage_change = {") == (
        "activity_types.stage_change: has a fixed meaning; leave it out or choose another name."
    )
    load_text(TEXT.replace('activity = ["meeting"]', 'activity = ["owner_change"]'), "1.toml")


def test_an_extra_column_of_the_export_is_a_dimension_once_it_is_listed():
    region = TEXT.replace('"owner_team"]', '"owner_team", "region"]').replace(
        "every = true", 'applies_to = {region = ["関東"]}'
    )
    assert load_text(region, "1.toml").dimensions[-1] == "region"


# ---------------------------------------------------------------- what does not fit together


def test_what_does_not_fit_together_is_refused():
    assert said_otherwise("does_not_fit") == []


# ---------------------------------------------------------------- files and folders


def test_the_same_key_twice_is_refused():
    error = sentence('version = "1"\nversion = "2"\n')
    assert error.en == (
        "1.toml: this is not valid TOML: Cannot overwrite a value (at line 2, column 14); correct it."
    )
    assert error.ja == "1.toml: 2 行目 14 文字目: 同じキーが2回書かれています。1つにしてください。"


def test_text_that_is_no_toml_is_refused():
    error = sentence('version = "1')
    assert error.en.startswith("1.toml: this is not valid TOML: ")
    assert error.ja == "1.toml: ファイルの終わり: TOML として読めません。書き方を直してください。"


def refused_folder(directory) -> BadRules:
    with pytest.raises(BadRules) as found:
        load_versions(directory)
    return found.value


def test_two_versions_of_one_day_are_refused(tmp_path):
    folder(tmp_path, a=version("1", "2026-04-01"), b=version("2", "2026-04-01"))
    error = refused_folder(tmp_path)
    assert (
        error.en == "b.toml: effective_from: a.toml begins on 2026-04-01 too; give each version its own day."
    )
    assert error.ja == (
        "b.toml: effective_from: a.toml も 2026-04-01 から有効です。版ごとに違う日にしてください。"
    )


def test_two_versions_of_one_name_are_refused(tmp_path):
    folder(tmp_path, a=version("1", "2026-04-01"), b=version("1", "2027-04-01"))
    error = refused_folder(tmp_path)
    assert error.en == 'b.toml: version: a.toml is called "1" too; give each version its own name.'
    assert error.ja == "b.toml: version: a.toml も「1」という版です。版ごとに違う名前にしてください。"


def test_a_rules_folder_without_rules_is_refused(tmp_path):
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "readme.txt").write_text("")
    error = refused_folder(tmp_path)
    assert error.en == (
        f"{tmp_path / 'rules'} holds no .toml file; "
        "put the rules there, or remove it to use the built-in ones."
    )
    assert "組み込みの定義" in error.ja


def test_a_rules_folder_that_is_a_file_is_refused(tmp_path):
    (tmp_path / "rules").write_text("")
    assert refused_folder(tmp_path).en == (
        f"{tmp_path / 'rules'} cannot be read as a folder; make it one that holds the rules, or remove it."
    )


def test_one_unreadable_file_stops_the_load(tmp_path):
    folder(tmp_path, a=version("1", "2026-04-01"))
    (tmp_path / "rules" / "b.toml").mkdir()
    assert refused_folder(tmp_path).en == (
        "b.toml: the file cannot be read (Is a directory); make it readable or remove it."
    )
    os.rmdir(tmp_path / "rules" / "b.toml")
    (tmp_path / "rules" / "b.toml").symlink_to(tmp_path / "nowhere.toml")
    assert refused_folder(tmp_path).en == (
        "b.toml: the file cannot be read (No such file or directory); make it readable or remove it."
    )


def test_a_file_in_another_encoding_is_refused_with_its_line(tmp_path):
    folder(tmp_path, a=version("1", "2026-04-01"))
    (tmp_path / "rules" / "b.toml").write_bytes('version = "1"\nnote = "定義"'.encode("cp932"))
    error = refused_folder(tmp_path)
    assert error.en == "b.toml: line 2 is not UTF-8 text; save the file as UTF-8."
    assert error.ja == "b.toml: 2 行目が UTF-8 ではありません。UTF-8 で保存してください。"


def test_a_broken_version_stops_the_load_even_if_another_is_in_force(tmp_path):
    folder(tmp_path, a=version("1", "2026-04-01"), b=version("2", "2099-01-01").replace("won", "wan"))
    assert refused_folder(tmp_path).en == ('b.toml: stages[1].kind: cannot be "wan"; did you mean "won"?')
