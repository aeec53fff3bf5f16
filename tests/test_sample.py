"""The sample company keeps the data contract, its own habits and its bytes."""

import hashlib
from importlib import resources
from pathlib import Path

import jpholiday
import pandas as pd
import pyarrow.parquet as pq
import pytest

from funnel.errors import FunnelError
from funnel.sample.company import ACTIVITIES_SCHEMA, COSTS_SCHEMA, LEADS_SCHEMA, STORIES, write_sample
from funnel.sample.life import POINTS
from funnel.sample.time import END, at, desk

LOCAL = "Asia/Tokyo"
OURS = ("call", "email_out", "meeting")


@pytest.fixture(scope="module")
def leads(sample_dir: Path) -> pd.DataFrame:
    return pq.read_table(sample_dir / "leads.parquet").to_pandas()


@pytest.fixture(scope="module")
def activities(sample_dir: Path) -> pd.DataFrame:
    return pq.read_table(sample_dir / "activities.parquet").to_pandas()


def _hashes(directory: Path) -> dict[str, str]:
    return {
        path.relative_to(directory).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(directory.rglob("*"))
        if path.is_file()
    }


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    for name, seed in (("a", 7), ("b", 7), ("c", 8)):
        write_sample(tmp_path / name, leads=400, seed=seed)
    assert _hashes(tmp_path / "a") == _hashes(tmp_path / "b")
    assert _hashes(tmp_path / "a")["activities.parquet"] != _hashes(tmp_path / "c")["activities.parquet"]


def test_a_sample_without_leads_is_refused_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(FunnelError, match="at least one"):
        write_sample(tmp_path, leads=0)


@pytest.mark.parametrize("leads", [1, 3, 120])
def test_a_tiny_sample_can_be_written(tmp_path: Path, leads: int) -> None:
    write_sample(tmp_path, leads=leads)
    assert pq.read_table(tmp_path / "leads.parquet").num_rows == leads


def test_the_files_have_the_types_of_the_contract(sample_dir: Path) -> None:
    for name, schema in (
        ("leads", LEADS_SCHEMA),
        ("activities", ACTIVITIES_SCHEMA),
        ("costs", COSTS_SCHEMA),
    ):
        assert pq.read_schema(sample_dir / f"{name}.parquet").equals(schema)


def test_the_rules_of_the_sample_are_those_in_the_package(sample_dir: Path) -> None:
    packaged = resources.files("funnel.sample").joinpath("rules")
    names = sorted(each.name for each in packaged.iterdir() if each.name.endswith(".toml"))
    assert names == ["2025-04.toml", "2026-04.toml"]
    written = sample_dir / "rules"
    assert sorted(path.name for path in written.glob("*.toml")) == names
    for name in names:
        assert (written / name).read_bytes() == packaged.joinpath(name).read_bytes()


def test_the_points_of_the_sample_are_those_of_its_rules() -> None:
    import tomllib

    for rules in resources.files("funnel.sample").joinpath("rules").iterdir():
        behaviours = tomllib.loads(rules.read_text(encoding="utf-8"))["scoring"]["behaviours"]
        assert {
            each["type"]: (
                each["points"],
                each.get("from_nth", 1),
                each.get("max_times", 10_000),
                each.get("valid_days", 0),
            )
            for each in behaviours
        } == POINTS


def test_it_is_about_as_large_as_promised(leads: pd.DataFrame, activities: pd.DataFrame) -> None:
    assert len(leads) == 6001  # one is exported twice
    assert 180_000 < len(activities) < 260_000
    assert set(leads.channel) >= {
        "web_form", "seo", "ad", "sns", "referral", "whitepaper",
        "exhibition", "webinar", "seminar", "outbound_call", "list",
    }  # fmt: skip


def test_the_newest_event_is_at_8_42_on_10_november(activities: pd.DataFrame) -> None:
    seen = activities[activities.outcome != "booked"].occurred_at
    assert seen.max() == pd.Timestamp("2026-11-10 08:42", tz=LOCAL)
    assert seen.max().timestamp() == END


def test_our_people_work_in_desk_hours_only(activities: pd.DataFrame) -> None:
    ours = activities[activities.type.isin(OURS) & (activities.outcome != "booked")].occurred_at
    local = ours.dt.tz_convert(LOCAL)
    assert (local.dt.day_of_week < 5).all()
    assert local.dt.hour.isin([9, 10, 11, 12, 13, 14, 15, 16, 17, 18]).all()
    assert not ((local.dt.hour == 12) & (local.dt.minute > 0)).any()
    assert not any(jpholiday.is_holiday(day) for day in set(local.dt.date))


def test_leads_are_quiet_in_golden_week_and_at_the_turn_of_the_year(activities: pd.DataFrame) -> None:
    day = activities[activities.type == "web_visit"].occurred_at.dt.tz_convert(LOCAL).dt.strftime("%m-%d")
    week = {
        name: day.between(*span).sum()
        for name, span in {
            "spring": ("04-29", "05-05"),
            "before": ("04-15", "04-21"),
            "turn": ("12-28", "12-31"),
            "december": ("12-08", "12-11"),
        }.items()
    }
    assert week["spring"] < 0.4 * week["before"]
    assert week["turn"] < 0.4 * week["december"]


def test_mails_are_opened_at_any_hour_but_hardly_by_night(activities: pd.DataFrame) -> None:
    hours = activities[activities.type == "email_open"].occurred_at.dt.tz_convert(LOCAL).dt.hour
    assert (hours >= 19).mean() > 0.1
    assert hours.between(1, 4).mean() < 0.01


def test_nothing_is_opened_before_it_was_sent(activities: pd.DataFrame) -> None:
    sent = activities[activities.type == "email_sent"].groupby(["lead_id", "asset"]).occurred_at.min()
    opened = activities[activities.type == "email_open"].set_index(["lead_id", "asset"]).occurred_at
    pairs = opened.to_frame("opened").join(sent.rename("sent"))
    pairs = pairs.dropna()  # one time is missing on purpose
    assert len(pairs) > 10_000
    assert (pairs.opened > pairs.sent).all()


def test_people_and_companies_can_not_be_reached(leads: pd.DataFrame) -> None:
    assert leads.email.str.endswith(".example.jp").all()
    assert leads.phone.str.startswith("03-0000-").all()
    assert leads.record_url.str.startswith("https://sfa.example.jp/leads/L-").all()


def test_the_desk_counts_business_time_across_lunch_and_weekend() -> None:
    assert desk(at(2026, 11, 6, 17, 30), 3600) == at(2026, 11, 9, 9, 30)
    assert desk(at(2026, 11, 2, 11, 30), 3600) == at(2026, 11, 2, 13, 30)
    assert desk(at(2026, 11, 2, 12, 30), 8 * 3600) == at(2026, 11, 4, 12)  # 3 November is a holiday


def test_every_story_says_where_it_is_seen() -> None:
    assert len(STORIES) >= 6
    for story in STORIES:
        assert story.ja and story.en and story.screen_ja and story.screen_en and story.question
