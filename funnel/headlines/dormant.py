"""Sentences about silence: how many, who was hot once, where they are, whether they grow, whom to call."""

from datetime import datetime

import pandas as pd

from funnel.headlines.common import Labels, Row, newest_whole_month
from funnel.months import next_month
from funnel.rows import records
from funnel.words.dates import as_date, month_near
from funnel.words.names import listed
from funnel.words.translate import say


def dormant_headline(silent: int, hot: int, band_label: str | None, days: int, language: str) -> str:
    """How many are silent, and how many of them were in the highest band once."""
    if not silent:
        return say("say.dormant.none", language, days=days)
    if hot and band_label:
        key = "headline_all_hot" if hot == silent else "headline_hot"
        return say(f"say.dormant.{key}", language, n=silent, k=hot, band=band_label, days=days)
    return say("say.dormant.headline", language, n=silent, days=days)


def dormant_stages(stages: pd.DataFrame, labels: Labels, days: int, language: str) -> str:
    """The two stages that hold most of the silent leads (`silent_stages`)."""
    top = records(stages)[:2]
    if not top:
        return say("say.dormant.none", language, days=days)
    if top[0]["small"]:
        return say("say.dormant.few", language, n=top[0]["of_all"])
    names = [labels.get(row["stage"], row["stage"]) for row in top]
    share = top[-1]["top_share"]
    if share == 1:
        return say("say.dormant.only", language, names=listed(names, language))
    if len(names) == 2 and top[0]["share"] < 0.8:
        return say("say.dormant.two", language, a=names[0], b=names[1], rate=share)
    return say("say.dormant.one", language, a=names[0], rate=top[0]["share"])


def dormant_flow(flow: pd.DataFrame, as_of: datetime, language: str) -> str:
    """Whether the silent leads grew in the newest month that is over, else in the running one so far."""
    row = newest_whole_month(flow, as_of)
    months = records(flow)
    if row is None and not months:
        return say("say.dormant.flow_none", language)
    running = row is None
    row = months[-1] if row is None else row
    change = row["closing"] - row["opening"]
    values = {"month": month_near(row["month"], months[-1]["month"], language), "n": abs(change)}
    if not change:
        return say("say.dormant.level", language, **values)
    if running:
        key = "growing" if change > 0 else "shrinking"
        return say(f"say.dormant.{key}", language, day=last_seen(as_of).day, **values)
    return say(f"say.dormant.{'grew' if change > 0 else 'shrank'}", language, **values)


def dormant_flow_sub(flow: pd.DataFrame, as_of: datetime, language: str) -> str:
    """The grey line of the flow: says where the last month is not over."""
    months = records(flow)
    if not months or next_month(as_date(months[-1]["month"])) <= as_of.date():
        return say("say.dormant.flow_sub", language)
    month = month_near(months[-1]["month"], months[-1]["month"], language)
    return say("say.dormant.flow_sub_running", language, month=month, day=last_seen(as_of).day)


def last_seen(as_of: datetime) -> datetime:
    """The last instant that was seen: the day of it is the day that a list stands for."""
    return as_of - pd.Timedelta(microseconds=1).to_pytimedelta()


def dormant_list(shown: list[Row], language: str) -> str:
    """By which order to work through the list."""
    if not shown:
        return say("say.dormant.list_none", language)
    known = [row["wakeable"] for row in shown if row["wakeable"] is not None]
    if not known:
        return say("say.dormant.list_unknown", language)
    if len(shown) > 1 and len(known) == len(shown) and min(known) == max(known):
        return say("say.dormant.list_flat", language, rate=known[0])
    return say("say.dormant.list", language)


def falling_asleep(leads: int, language: str) -> str:
    """How many are about to fall silent."""
    return say("say.dormant.falling" if leads else "say.dormant.falling_none", language, n=leads)
