"""The command line: what it prints, what it refuses, and that the same input gives the same bytes."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as parquet
import pytest

from funnel.commands import cli
from funnel.questions.catalogue import CATALOGUE, of_kind
from tests.given import ALWAYS_BY, GIVEN


@pytest.fixture
def run(
    monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> Callable[..., tuple[int, bytes, str]]:
    """Run `python -m funnel …` in this process: exit code, stdout, stderr."""

    def call(*arguments: object) -> tuple[int, bytes, str]:
        monkeypatch.setattr("sys.argv", ["funnel", *map(str, arguments)])
        code = 0
        try:
            cli.main()
        except SystemExit as done:
            code = int(done.code or 0)
        out, err = capfdbinary.readouterr()
        return code, out, err.decode()

    return call


Run = Callable[..., tuple[int, bytes, str]]


@pytest.mark.parametrize("name", CATALOGUE)
def test_every_question_is_one_json_object(name: str, run: Run, sample_dir: Path) -> None:
    given = [word for key, value in GIVEN.get(name, {}).items() for word in ("--param", f"{key}={value}")]
    given += ["--by", ALWAYS_BY[name]] if name in ALWAYS_BY else []
    code, out, err = run(
        "query", name, "--data", sample_dir, "--as-of", "2026-10-31", "--format", "json", *given
    )
    assert (code, err) == (0, "")
    whole = json.loads(out)
    assert list(whole) == ["query", "rules_version", "as_of", "params", "rows"]
    assert whole["query"] == name
    assert whole["rules_version"] == "2026-04"
    assert whole["as_of"] == "2026-10-31T15:00:00+00:00"
    assert set(whole["params"]) == set(CATALOGUE[name].arguments)


@pytest.mark.parametrize("asked", [("--by", "owner"), ("--where", "owner=高橋 健")])
def test_what_would_choose_by_the_outcome_is_refused_in_one_sentence(
    asked: tuple[str, str], run: Run, sample_dir: Path
) -> None:
    code, out, err = run("query", "funnel", "--data", sample_dir, *asked)
    assert (code, out, err.count("\n")) == (2, b"", 1)
    assert "would choose by the outcome" in err and "conversion or rejections or sla_summary by owner" in err


def test_csv_always_has_its_header(run: Run, sample_dir: Path) -> None:
    code, out, _ = run("query", "overdue", "--data", sample_dir, "--where", "channel=none", "--format", "csv")
    assert code == 0
    assert out.decode().splitlines() == [
        "policy,state,lead_id,company,stage,score,owner,due_at,late_hours,last_touch_at,attempts,opted_out,record_url"
    ]


def test_csv_writes_months_instants_and_nulls_plainly(run: Run, sample_dir: Path) -> None:
    _, out, _ = run(
        "query", "conversion", "--data", sample_dir, "--from", "2026-10", "--to", "2026-10", "--format", "csv"
    )
    header, row = out.decode().splitlines()
    assert header.startswith("month,segment,entered,converted,rate,")
    assert row.startswith("2026-10,,")
    assert ",false," in row


def test_parquet_is_a_parquet_file(run: Run, sample_dir: Path, tmp_path: Path) -> None:
    _, out, _ = run("query", "flow", "--data", sample_dir, "--format", "parquet")
    (tmp_path / "flow.parquet").write_bytes(out)
    assert parquet.read_table(tmp_path / "flow.parquet").column_names[0] == "month"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["query", "conversoin"], "Unknown question 'conversoin': did you mean conversion?"),
        (["query", "funnel", "--by", "chanel"], "Unknown dimension 'chanel': did you mean channel?"),
        (["query", "funnel", "--where", "indstry=IT"], "Unknown dimension 'indstry': did you mean industry?"),
        (
            ["query", "conversion", "--param", "window_day=3"],
            "Unknown parameter 'window_day': did you mean window_days?",
        ),
        (
            ["query", "conversion", "--param", "window_days=-3"],
            "window_days=-3 is wrong: whole days from 0 to 36500.",
        ),
        (
            ["query", "conversion", "--param", "from_stage=sql"],
            "from_stage 'sql' must come before to_stage 'sql'",
        ),
        (["query", "conversion", "--param", "to_stage=sqll"], "did you mean sql?"),
        (
            ["query", "score_distribution", "--param", "at=then"],
            "at=then is wrong: one of now, mql, created.",
        ),
        (["query", "response_times", "--param", "policy=first"], "did you mean"),
        (["query", "overdue", "--from", "2026-01"], "overdue has no use for --from: leave it out."),
        (["query", "kpis", "--from", "2026-01"], "kpis has no use for --from: leave it out."),
        (["query", "overdue", "--by", "channel"], "overdue cannot be broken down by a dimension."),
        (["query", "flow", "--from", "2026-05", "--to", "2026-04"], "--from 2026-05 is after --to 2026-04."),
        (["query", "flow", "--from", "2026-13"], "--from '2026-13' is not a month (2026-10)."),
        (["query", "flow", "--as-of", "31.10.2026"], "--as-of '31.10.2026' is neither a day"),
        (
            ["query", "behind_kpi", "--param", "month=2026-07"],
            "behind_kpi needs kpi: give it (--param kpi=…).",
        ),
        (["query", "lead_cart"], "Unknown question 'lead_cart': did you mean lead_card?"),
        (
            ["query", "lead_card", "--param", "leadid=L-1"],
            "Unknown parameter 'leadid': did you mean lead_id?",
        ),
        (["query", "untouched", "--from", "2026-01"], "untouched has no use for --from: leave it out."),
        (["query", "flow", "--where", "channel"], "--where 'channel' is not KEY=VALUE."),
        (["query", "flow", "--rules", "2026-05"], "2026-0"),
        (["query", "flow", "--format", "xml"], "'xml'"),
    ],
)
def test_what_does_not_exist_is_one_sentence_with_the_nearest_name(
    arguments: list[str], sentence: str, run: Run, sample_dir: Path
) -> None:
    code, out, err = run(*arguments, "--data", sample_dir)
    assert (code, out) == (2, b"")
    assert sentence in err
    assert len(err.strip().splitlines()) == 1
    assert "Traceback" not in err


def test_the_help_of_query_lists_all_that_can_be_asked_by_its_kind(run: Run) -> None:
    code, out, _ = run("query", "--help")
    listed = out.decode()
    assert code == 0
    titles = ["\nQuestions:", "\nWhat stands behind a number:", "\nOf one lead:", "\nOnly for a screen:"]
    places = [listed.index(title) for title in titles]
    for kind, begins, ends in zip(
        ("answer", "leads", "lead", "screen"), places, [*places[1:], None], strict=True
    ):
        for name in of_kind(kind):  # type: ignore[arg-type]
            assert f"\n  {name} " in listed[begins:ends], name


def test_the_leads_behind_a_number_are_as_many_as_it_counts(run: Run, sample_dir: Path) -> None:
    asked = ["--data", sample_dir, "--format", "csv", "--param", "from_stage=mql", "--param", "to_stage=sql"]
    _, number, _ = run("query", "conversion", *asked, "--from", "2026-07", "--to", "2026-07")
    _, leads, _ = run("query", "behind_conversion", *asked, "--param", "month=2026-07")
    entered, converted = number.decode().splitlines()[1].split(",")[2:4]
    lines = leads.decode().splitlines()
    place = lines[0].split(",").index("converted_at")
    assert (len(lines) - 1, sum(bool(line.split(",")[place]) for line in lines[1:])) == (
        int(entered),
        int(converted),
    )


def test_a_directory_without_exports_is_one_sentence(run: Run, tmp_path: Path) -> None:
    code, out, err = run("query", "funnel", "--data", tmp_path)
    assert (code, out) == (2, b"")
    assert "leads.parquet" in err
    assert len(err.strip().splitlines()) == 1


def test_check_exits_with_1_where_there_are_findings_and_2_where_nothing_can_be_used(
    run: Run, sample_dir: Path, tmp_path: Path
) -> None:
    code, out, _ = run("check", "--data", sample_dir)
    assert code == 1
    assert "leads.parquet rows_read" in out.decode()
    code, out, err = run("check", "--data", tmp_path)
    assert (code, out) == (2, b"")
    assert err.strip()


def test_a_day_is_seen_whole_and_a_time_is_that_instant(run: Run, sample_dir: Path) -> None:
    day = run("query", "flow", "--data", sample_dir, "--as-of", "2026-06-30", "--format", "json")
    instant = run("query", "flow", "--data", sample_dir, "--as-of", "2026-07-01T00:00", "--format", "json")
    zoned = run("query", "flow", "--data", sample_dir, "--as-of", "2026-06-30T15:00:00Z", "--format", "json")
    assert day == instant == zoned


def test_the_version_of_the_rules_follows_the_last_day_seen(run: Run, sample_dir: Path) -> None:
    for day, version in (("2026-03-31", "2025-04"), ("2026-04-01", "2026-04"), ("2024-12-31", "2025-04")):
        _, out, _ = run("query", "unassigned", "--data", sample_dir, "--as-of", day, "--format", "json")
        assert json.loads(out)["rules_version"] == version


def test_shuffled_rows_and_split_files_change_no_byte(run: Run, sample_dir: Path, tmp_path: Path) -> None:
    shuffled = tmp_path / "shuffled"
    (shuffled / "activities").mkdir(parents=True)
    shutil.copytree(sample_dir / "rules", shuffled / "rules")
    shutil.copy(sample_dir / "costs.parquet", shuffled)
    leads = parquet.read_table(sample_dir / "leads.parquet")
    parquet.write_table(leads.take(list(range(len(leads)))[::-1]), shuffled / "leads.parquet")
    events = parquet.read_table(sample_dir / "activities.parquet")
    order = sorted(range(len(events)), key=lambda place: place * 2654435761 % 2**32)
    half = len(order) // 2
    parquet.write_table(events.take(order[:half]), shuffled / "activities" / "a.parquet")
    parquet.write_table(events.take(order[half:]), shuffled / "activities" / "b.parquet", row_group_size=5000)
    for name in of_kind("answer"):
        by = ("--by", ALWAYS_BY[name]) if name in ALWAYS_BY else ()
        here = run("query", name, *by, "--data", sample_dir, "--format", "csv")
        there = run("query", name, *by, "--data", shuffled, "--format", "csv")
        assert here == there, name


@pytest.mark.parametrize("as_of", ["9999-12-31", "0001-01-01T00:00"])
def test_an_instant_outside_the_calendar_is_one_sentence(as_of: str, run: Run, sample_dir: Path) -> None:
    code, out, err = run("query", "flow", "--data", sample_dir, "--as-of", as_of)
    assert (code, out) == (2, b"")
    assert "outside the years" in err


def test_kpis_stand_for_the_last_month_that_has_begun(run: Run, sample_dir: Path) -> None:
    asked = ("query", "kpis", "--data", sample_dir, "--as-of", "2026-10-31", "--format", "json")
    _, out, _ = run(*asked)
    assert json.loads(out)["rows"][0]["month"] == "2026-10"
    _, out, _ = run(*asked, "--to", "2026-11")
    assert json.loads(out)["rows"] == []
