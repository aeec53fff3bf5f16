"""The rules: what loads, which defaults it has, how a version is chosen."""

from datetime import date
from pathlib import Path

import pytest

from funnel.errors import BadRules
from funnel.rules.models import Rules
from funnel.rules.values import stage_word
from funnel.rules.versions import (
    EXAMPLE,
    built_in,
    hash_of,
    load_file,
    load_text,
    load_versions,
    pick,
    version_for,
)

TEXT = (Path(__file__).parent.parent / "funnel" / "rules" / EXAMPLE).read_text(encoding="utf-8")
OTHER_TOOLS = Path(__file__).parent / "rules"

STAGES = """
[[stages]]
key = "new"
kind = "path"
[[stages]]
key = "won"
kind = "won"
[[stages]]
key = "gone"
kind = "lost"
"""


def small(top: str = "", sections: str = "", stages: str = STAGES) -> Rules:
    text = f'version = "1"\neffective_from = 2026-04-01\n{top}\n{stages}\n{sections}'
    return load_text(text, "1.toml")


def version(name: str, day: str) -> str:
    return f'version = "{name}"\neffective_from = {day}\n{STAGES}'


def folder(directory: Path, **files: str) -> Path:
    (directory / "rules").mkdir()
    for name, text in files.items():
        (directory / "rules" / f"{name}.toml").write_text(text, encoding="utf-8")
    return directory


# ---------------------------------------------------------------- what loads


def test_without_a_rules_folder_the_built_in_example_is_in_force(tmp_path):
    assert load_versions(tmp_path) == (built_in(),)
    assert built_in().version == "2026-04"


@pytest.mark.parametrize("name", ["two_stage_shop", "help_desk"])
def test_rules_of_other_teams_load(name):
    rules = load_file(OTHER_TOOLS / f"{name}.toml")
    assert rules.version == "1"
    assert rules.milestone("mql") is not None
    assert rules.milestone("opportunity") is None


def test_versions_come_oldest_first_whatever_their_file_names(tmp_path):
    folder(tmp_path, b=version("old", "2025-04-01"), a=version("new", "2026-04-01"))
    assert [rules.version for rules in load_versions(tmp_path)] == ["old", "new"]


def test_a_file_that_begins_with_a_byte_order_mark_loads(tmp_path):
    path = tmp_path / "bom.toml"
    path.write_bytes(b"\xef\xbb\xbf" + TEXT.replace("\n", "\r\n").encode())
    assert load_file(path) == built_in()


def test_files_that_are_no_rules_are_passed_over(tmp_path):
    folder(tmp_path, a=version("1", "2026-04-01"))
    (tmp_path / "rules" / "notes.txt").write_text("not rules")
    (tmp_path / "rules" / "._a.toml").write_bytes(b"\x00\x05\x16\x07")
    assert len(load_versions(tmp_path)) == 1


# ---------------------------------------------------------------- defaults


def test_three_keys_are_enough():
    rules = small()
    assert rules.timezone == "Asia/Tokyo"
    assert rules.calendar.holidays == "JP"
    assert rules.calendar.closed == rules.calendar.open == ()
    hours = rules.calendar.hours
    assert hours.mon == hours.tue == hours.wed == hours.thu == hours.fri == ("09:00-12:00", "13:00-18:00")
    assert hours.sat == hours.sun == ()
    assert rules.activity_types == built_in().activity_types
    assert rules.roles == built_in().roles
    dormancy = rules.dormancy
    assert (dormancy.days, dormancy.warn_days) == (90, 75)
    assert dormancy.resets_on == ("lead", "contact")
    assert dormancy.ignore == ("email_open",)
    assert dormancy.exclude_stages == ("won", "gone")
    assert rules.dimensions == rules.size_bands == rules.sla == rules.handoff.any_of == ()
    assert rules.scoring.source == "rules"
    assert rules.scoring.attributes == rules.scoring.behaviours == rules.scoring.bands == ()
    assert rules.channel_groups == rules.targets == {}
    assert rules.benchmarks == rules.staged_targets == rules.title_ranks == ()
    assert rules.currency == "JPY"


def test_what_personal_fields_a_file_says_nothing_about_are_masked():
    assert small().privacy.personal_fields == "masked"


def test_a_default_never_names_a_type_that_the_file_does_not_have():
    rules = small(sections='[activity_types]\ncall = {side = "us"}\nemail_click = {side = "lead"}')
    assert rules.dormancy.ignore == ()
    assert dict(rules.roles) == {
        "mailed": (),
        "opened": (),
        "clicked": ("email_click",),
        "download": (),
        "attendance": (),
    }


def test_a_section_that_says_one_thing_keeps_the_other_defaults():
    rules = small(
        sections='[dormancy]\ndays = 60\n[roles]\nclicked = []\n[calendar.hours]\nsat = ["10:00-24:00"]'
    )
    assert (rules.dormancy.days, rules.dormancy.warn_days) == (60, 60)
    assert rules.dormancy.exclude_stages == ("won", "gone")
    assert rules.roles.clicked == ()
    assert rules.roles.mailed == ("email_sent",)
    assert rules.calendar.hours.mon == ()  # a weekday that is not named is closed
    assert rules.calendar.holidays == "JP"


def test_small_things_have_the_defaults_of_the_contract():
    clock = (
        '[[sla]]\nkey = "c"\nstart = {created = true}\nstop = {stage = ["won"]}\ndue = {elapsed_hours = 1}'
    )
    rules = small(sections=f'{clock}\n[scoring]\nbehaviours = [{{type = "call", points = 1}}]')
    assert rules.sla[0].at_risk == 0.25
    assert rules.sla[0].every is False
    assert rules.sla[0].stop.connected is False
    behaviour = rules.scoring.behaviours[0]
    assert (behaviour.from_nth, behaviour.max_times, behaviour.valid_days) == (1, None, None)


def test_milestones_are_the_stages_of_that_name_where_there_are_any():
    assert [small().milestone(name) for name in ("mql", "sql", "opportunity")] == [None, None, None]
    assert [built_in().milestone(name) for name in ("mql", "sql", "opportunity")] == [
        "mql",
        "sql",
        "opportunity",
    ]
    mapped = small(sections='[milestones]\nmql = "new"\nsql = "won"')
    assert [mapped.milestone(name) for name in ("mql", "sql", "opportunity")] == ["new", "won", None]


def test_the_end_of_the_path_has_the_last_rank_and_what_is_off_it_none():
    assert built_in().ranks() == {"new": 0, "nurturing": 1, "mql": 2, "sql": 3, "opportunity": 4, "won": 5}


# ---------------------------------------------------------------- the hash


def test_the_hash_knows_content_and_not_spelling():
    spelled = small(top='timezone = "Asia/Tokyo" # the default', sections="[dormancy]\ndays = 90.0")
    assert spelled.hash() == small().hash()
    assert small(sections="[dormancy]\ndays = 91").hash() != small().hash()
    assert small(top='note = "x"').hash() != small().hash()


def test_the_order_of_channel_groups_is_content():
    one, two = 'a = {channels = ["x"]}', 'b = {channels = ["y"]}'
    hashes = {
        small(sections=f"[channel_groups]\n{order}").hash() for order in (f"{one}\n{two}", f"{two}\n{one}")
    }
    assert len(hashes) == 2


def test_the_hash_of_the_tables_knows_the_other_versions_too():
    first = small()
    second = load_text(version("2", "2027-01-01"), "2.toml")
    assert hash_of(first, (first,)) != hash_of(first, (first, second)) != hash_of(second, (first, second))


# ---------------------------------------------------------------- which version


@pytest.fixture
def versions(tmp_path):
    folder(tmp_path, a=version("2025-10", "2025-10-01"), b=version("2026-04", "2026-04-01"))
    return load_versions(tmp_path)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(1990, 1, 1), "2025-10"),
        (date(2025, 9, 30), "2025-10"),
        (date(2025, 10, 1), "2025-10"),
        (date(2026, 3, 31), "2025-10"),
        (date(2026, 4, 1), "2026-04"),
        (date(2100, 1, 1), "2026-04"),
    ],
)
def test_a_version_is_in_force_from_its_day_and_the_first_before_it_too(versions, day, expected):
    assert version_for(versions, day).version == expected


def test_a_version_is_picked_by_its_name_or_as_a_file(versions, tmp_path):
    assert pick(versions, "2025-10") is versions[0]
    elsewhere = tmp_path / "proposal.toml"
    elsewhere.write_text(version("2026-10", "2026-10-01"))
    assert pick(versions, str(elsewhere)).version == "2026-10"


def test_an_unknown_version_is_refused_with_the_nearest(versions):
    with pytest.raises(BadRules) as refused:
        pick(versions, "2025-1")
    assert refused.value.en == 'there is no rules version or file "2025-1"; did you mean "2025-10"?'
    assert refused.value.ja == "「2025-1」という版や定義ファイルはありません。もしかして「2025-10」ですか?"
    with pytest.raises(BadRules) as refused:
        pick(versions, "summer")
    assert refused.value.en == 'there is no rules version or file "summer"; it can be 2025-10, 2026-04.'


def test_a_file_that_is_asked_for_and_absent_is_refused(versions, tmp_path):
    with pytest.raises(BadRules) as refused:
        pick(versions, str(tmp_path / "absent.toml"))
    assert refused.value.en == (
        "absent.toml: the file cannot be read (No such file or directory); make it readable or remove it."
    )


# ---------------------------------------------------------------- words


@pytest.mark.parametrize(
    ("written", "word"),
    [
        ("Open - Not Contacted", "open-notcontacted"),
        ("リード 状況", "リード状況"),
        ("ＭＱＬ", "mql"),
        ("ﾘｰﾄﾞ", "リード"),
        ("Stra\u00dfe\u3000", "strasse"),
        (" \t\n", ""),
    ],
)
def test_a_stage_word_is_compared_without_width_blanks_and_case(written, word):
    assert stage_word(written) == word


def test_the_fiscal_year_begins_in_april_where_nobody_says_otherwise():
    assert load_text(version("1", "2026-04-01"), "1.toml").fiscal_year_start == 4
    text = version("1", "2026-04-01").replace("\n", "\nfiscal_year_start = 1\n", 1)
    assert load_text(text, "1.toml").fiscal_year_start == 1


def test_the_definition_matrix_has_a_word_for_every_behaviour_and_every_information():
    matrix = built_in().definition_matrix
    assert [grade.key for grade in matrix.behaviour] == ["none", "once", "often", "asked"]
    assert [grade.times for grade in matrix.behaviour] == [1, 1, 2, 1]
    assert [grade.known for grade in matrix.information][1] == ("department", "title", "need")
    assert [len(row) for row in matrix.agreed] == [3, 3, 3, 3]
    assert matrix.agreed[3] == ("mql", "mql", "sql")


def test_rules_need_no_definition_matrix():
    matrix = load_text(version("1", "2026-04-01"), "1.toml").definition_matrix
    assert (matrix.behaviour, matrix.information, matrix.agreed) == ((), (), ())


def test_a_staged_target_begins_in_the_month_of_any_of_its_days():
    assert (
        load_text(TEXT.replace("2026-03-01", "2026-03-31"), "1.toml").staged_targets[0].baseline_month.day
        == 31
    )
