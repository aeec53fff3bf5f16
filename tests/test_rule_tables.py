"""The rules as rows: every table, its fixed columns, and what a row says."""

from datetime import date
from unicodedata import normalize

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from funnel.rules.calendar import WINDOWS
from funnel.rules.tables import tables, title_regex
from funnel.rules.versions import built_in, load_text
from tests.test_rules import TEXT, small, version

EXAMPLE = tables(built_in(), (built_in(),))


def rows(name, rules=None):
    made = tables(rules, (rules,)) if rules else EXAMPLE
    return [tuple(row.values()) for row in made[name].to_pylist()]


def only(name, rules=None):
    """The one row of a table by column."""
    made = tables(rules, (rules,)) if rules else EXAMPLE
    (row,) = made[name].to_pylist()
    return row


def test_an_empty_part_has_the_columns_and_types_of_a_full_one():
    nearly_empty = tables(small(sections="[activity_types]\n[dormancy]\nresets_on = []"), (small(),))
    assert nearly_empty.keys() == EXAMPLE.keys()
    for name, table in nearly_empty.items():
        assert table.schema == EXAMPLE[name].schema, name
        assert not any(pa.types.is_null(kind) for kind in table.schema.types), name
    for name in (
        "bands",
        "policies",
        "policy_stops",
        "handoff_items",
        "title_patterns",
        "targets",
    ):
        assert nearly_empty[name].num_rows == 0, name


def test_the_settings_are_one_row():
    assert only("rule_settings") == {
        "scoring_source": "rules",
        "mql_stage": "mql",
        "mql_rank": 2,
        "sql_stage": "sql",
        "sql_rank": 3,
        "opportunity_rank": 4,
        "dormancy_days": 90.0,
        "warn_days": 75.0,
        "personal_masked": True,
        "threshold_interest": 50.0,
        "threshold_consideration": 80.0,
        "threshold_mql": 100.0,
        "weekday_seconds": 28800.0,
        "calls_per_day": 40.0,
        "calls_per_mql": 3.0,
        "agreed_names": 3,
        "agreed_on": date(2026, 3, 25),
        "review_by": date(2026, 10, 1),
    }


def test_what_the_rules_do_not_say_is_null_in_the_settings():
    settings = only("rule_settings", small(sections="[calendar.hours]\n[privacy]\npersonal_fields = 'shown'"))
    silent = [name for name, value in settings.items() if value is None]
    assert silent == [
        "mql_stage", "mql_rank", "sql_stage", "sql_rank", "opportunity_rank", "threshold_interest",
        "threshold_consideration", "threshold_mql", "weekday_seconds", "calls_per_day", "calls_per_mql",
        "agreed_on", "review_by",
    ]  # fmt: skip
    assert settings["personal_masked"] is False


def test_stages_say_who_is_in_charge_what_they_mean_and_what_is_to_be_done():
    said = ["has_owner", "has_definition", "has_action"]
    assert {tuple(row.values()) for row in EXAMPLE["stages"].select(said).to_pylist()} == {(True, True, True)}
    silent = tables(small(), [small()])["stages"].select(said).to_pylist()
    assert {tuple(row.values()) for row in silent} == {(False, False, False)}


def test_every_version_is_listed_by_its_first_day():
    first, second = small(top='note = "first"'), load_text(version("2", "2027-01-01"), "2.toml")
    listed = tables(second, (first, second))["rule_versions"].to_pylist()
    assert listed == [
        {"version": "1", "effective_from": date(2026, 4, 1)},
        {"version": "2", "effective_from": date(2027, 1, 1)},
    ]


def test_stages_have_a_position_and_on_the_path_a_rank():
    listed = (
        EXAMPLE["stages"].select(["stage", "position", "rank", "max_days", "max_business_days"]).to_pylist()
    )
    assert [tuple(row.values()) for row in listed] == [
        ("new", 0, 0, None, 1.0),
        ("nurturing", 1, 1, 180.0, None),
        ("mql", 2, 2, None, 5.0),
        ("sql", 3, 3, None, 10.0),
        ("opportunity", 4, 4, 90.0, None),
        ("won", 5, 5, None, None),
        ("lost", 6, None, None, None),
        ("dormant", 7, None, None, None),
    ]
    assert rows("milestones") == [("mql", "mql", 2), ("sql", "sql", 3), ("opportunity", "opportunity", 4)]
    assert rows("milestones", small(sections='[milestones]\nsql = "won"')) == [("sql", "won", 1)]


def test_every_spelling_of_a_stage_is_one_word():
    words = dict(rows("stage_words"))
    assert len(words) == len(rows("stage_words"))
    assert words["open-notcontacted"] == words["new"] == words["新規"] == words["subscriber"] == "new"
    assert words["mql"] == words["marketingqualifiedlead"] == "mql"


def test_only_an_act_of_ours_without_a_list_connects_whatever_its_outcome():
    kinds = {name: (side, connects) for name, side, connects, *_ in rows("activity_types")}
    assert kinds["meeting"] == ("us", True)
    assert kinds["call"] == ("us", False)
    assert kinds["email_open"] == ("lead", False)
    assert [kinds[name] for name in ("stage_change", "owner_change", "score_change")] == [
        ("system", False)
    ] * 3
    assert rows("activity_connects") == [
        ("call", "connected"),
        ("call", "appointment"),
        ("email_out", "replied"),
    ]


def test_bands_end_where_the_next_begins():
    assert rows("bands") == [
        ("cold", 0, 0.0, 50.0),
        ("warm", 1, 50.0, 100.0),
        ("hot", 2, 100.0, None),
    ]
    assert rows("size_bands") == [
        ("1-49", 0, 1, 50),
        ("50-299", 1, 50, 300),
        ("300-999", 2, 300, 1000),
        ("1000+", 3, 1000, None),
    ]


def test_score_rules_are_named_by_their_place():
    assert rows("score_attributes")[0] == ("attributes[0]", 0, 20.0)
    assert [row for row in rows("score_conditions") if row[0] in ("attributes[0]", "attributes[4]")] == [
        ("attributes[0]", "title_rank", "executive", None, None),
        ("attributes[0]", "title_rank", "manager", None, None),
        ("attributes[4]", "employees", None, 50.0, None),
    ]
    assert rows("score_behaviours")[4] == ("behaviours[4]", 4, "product_visit", None, 15.0, 2, 1, None)
    asset = TEXT.replace(
        '{type = "email_click", points = 10}', '{type = "email_click", asset = "A1", points = -1}'
    )
    assert rows("score_behaviours", load_text(asset, "a"))[1][2:5] == ("email_click", "A1", -1.0)


def test_the_handoff_is_items_and_their_parts():
    assert rows("handoff_items")[1:3] == [("any_of[1]", 1, 80.0), ("any_of[2]", 2, None)]
    assert [row[1:] for row in rows("handoff_parts") if row[0] == "any_of[4]"] == [
        ("did", "webinar_attend"),
        ("known", "need"),
        ("known", "department"),
    ]


CLOCKS = """
[[sla]]
key = "reply"
start = {activity = ["inquiry", "demo_request", "inquiry"]}
stop = {activity = ["call", "call"], connected = true}
due = {business_hours = 4}
at_risk = 0.5
applies_to = {channel = ["seo", "ad", "seo"]}
[[sla]]
key = "a"
owner = "marketing"
start = {created = true}
stop = {stage = ["won"]}
due = {elapsed_hours = 1.5}
"""


def test_a_clock_is_a_policy_with_its_starts_stops_and_conditions():
    rules = small(top='dimensions = ["channel"]', sections=CLOCKS)
    assert rows("policies", rules) == [
        ("reply", 0, "activity", None, None, "business_hours", 4.0, False, True, 0.5),
        ("a", 1, "created", None, None, "elapsed_hours", 1.5, False, False, 0.25),
    ]
    assert rows("policy_starts", rules) == [("reply", "inquiry"), ("reply", "demo_request")]
    assert rows("policy_stops", rules) == [("reply", "activity", "call"), ("a", "stage", "won")]
    assert rows("policy_conditions", rules) == [("reply", "channel", "seo"), ("reply", "channel", "ad")]
    by_name = {row["policy"]: row for row in EXAMPLE["policies"].to_pylist()}
    assert (by_name["handoff_24h"]["start_kind"], by_name["handoff_24h"]["start_score"]) == ("score", 100.0)
    assert by_name["first_contact_same_day"]["due_amount"] == 0.0
    assert by_name["opportunity_touch"]["is_cadence"] is True
    assert by_name["opportunity_touch"]["start_stage"] == "opportunity"


def test_what_a_file_lists_twice_is_one_row():
    twice = '[dormancy]\nresets_on = ["us", "us"]\nignore = ["call", "call"]\nexclude_stages = ["won", "won"]'
    rules = small(sections=f'{twice}\n[channel_groups.a]\nchannels = ["x", "x"]')
    assert rows("dormancy_resets", rules) == [("us",)]
    assert rows("dormancy_ignored", rules) == [("call",)]
    assert rows("excluded_stages", rules) == [("won",)]
    assert rows("channel_group_channels", rules) == [("x", "a")]


def test_goals_and_groups_keep_the_order_of_the_file():
    assert ("seo", "inbound") in rows("channel_group_channels")
    assert rows("targets")[-2:] == [("mql_to_sql", 0.3), ("first_contact", 0.95)]
    assert rows("benchmarks")[2] == (2, "sql", "channel_group", "outbound", 0.10, 0.15, "2025年調査")
    assert rows("staged_targets") == [
        (0, "mql_to_sql", 0, date(2026, 3, 1), 1, 5.0),
        (0, "mql_to_sql", 1, date(2026, 3, 1), 2, 10.0),
    ]
    assert ("attendance", "seminar_attend") in rows("role_types")
    assert rows("dimensions")[:2] == [("channel_group", 0), ("channel", 1)]


def test_the_windows_are_those_of_the_calendar():
    assert EXAMPLE["business_windows"].schema == WINDOWS
    saturday = pc.equal(EXAMPLE["business_windows"]["local_date"], pa.scalar(date(2026, 10, 24)))
    (window,) = EXAMPLE["business_windows"].filter(saturday).to_pylist()
    assert (window["closes_at"] - window["opens_at"]).total_seconds() == 5 * 3600


# ---------------------------------------------------------------- titles


@pytest.mark.parametrize(
    ("pattern", "title", "expected"),
    [
        ("CEO", "ceo", True),
        ("CEO", "代表取締役CEO", True),
        ("CEO", "CEO兼COO", True),
        ("CEO", "(CEO)", True),
        ("CEO", "CEO2", True),
        ("CTO", "Director", False),  # direCTOr
        ("VP", "SVP", False),
        ("VP", "VPs", False),
        ("VP", "VPé", False),
        ("Vice President", "Senior vice president, Sales", True),
        ("ＶＰ", "VP", True),
        ("部長", "副部長", True),
        ("部長", "部 長", False),
        ("営業Manager", "営業manager", False),
        ("C.O", "CXO", False),
        ("(仮)", "部長(仮)", True),
        ("a|b", "a", False),
        ("[x]*", "[x]*", True),
        ("\\d", "5", False),
        ("\\d", "\\d", True),
    ],
)
def test_a_latin_pattern_stands_alone_and_any_other_matches_anywhere(pattern, title, expected):
    assert pc.match_substring_regex(pa.array([title]), title_regex(pattern))[0].as_py() is expected


@given(core=st.text(max_size=5), before=st.text(max_size=2), after=st.text(max_size=2))
def test_any_pattern_that_is_not_latin_is_found_as_it_is_written(core, before, after):
    pattern = normalize("NFKC", f"長{core}")
    assert pc.match_substring_regex(pa.array([f"{before}{pattern}{after}"]), title_regex(pattern))[0].as_py()


def test_the_first_line_of_title_ranks_comes_first():
    patterns = rows("title_patterns")
    assert [row[0] for row in patterns] == list(range(len(patterns)))
    assert patterns[0] == (0, "staff", "社長室")
    assert [row[1] for row in patterns if "社長" in row[2]] == ["staff", "executive"]
