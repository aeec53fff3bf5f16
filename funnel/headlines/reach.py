"""Sentences about how far leads get: against benchmarks, by channel, down the funnel."""

import pandas as pd

from funnel.headlines.common import Labels, fits_half
from funnel.rows import records
from funnel.words.names import listed
from funnel.words.translate import say


def benchmarks(compared: pd.DataFrame, labels: Labels, language: str) -> str:
    """The verdicts that can be given, the unwelcome ones first; `labels` name the groups."""
    groups = [row for row in records(compared) if row["verdict"]]
    if not groups:
        return say("say.benchmarks.none", language)
    for verdict in ("below", "above", "within"):
        names = [labels.get(row["value"], str(row["value"])) for row in groups if row["verdict"] == verdict]
        if names:
            sentence = say(f"say.benchmarks.{verdict}", language, names=listed(names, language))
            if fits_half(sentence):
                return sentence
            return say(f"say.benchmarks.count_{verdict}", language, k=len(names), n=len(groups))
    return say("say.benchmarks.unclear", language)


def channels(
    breakdown: pd.DataFrame, labels: Labels, language: str, dimension: str, a: str = "MQL", b: str = "SQL"
) -> str:
    """Which value loses most of its share from `a` to `b`, beyond chance."""
    judged = [row for row in records(breakdown) if row["verdict"] is not None]
    if len(judged) < 2:
        return say("say.channels.few", language, dimension=dimension)
    behind = [row for row in judged if row["verdict"] == "below"]
    if not behind:
        return say("say.channels.same", language, b=b)
    row = min(behind, key=lambda row: row["share_change"])
    name = labels.get(row["segment"], str(row["segment"]))
    return say("say.channels.gap", language, a=a, b=b, name=name, mql=row["mql_share"], sql=row["sql_share"])


def funnel(stages: pd.DataFrame, labels: Labels, mql: str | None, sql: str | None, language: str) -> str:
    """How many of the leads reached the two milestones."""
    by_stage = {row["stage"]: row for row in records(stages)}
    first = records(stages)[0] if len(stages) else None
    if first is None or not first["leads"]:
        return say("say.funnel.none", language)
    if first["small"]:
        return say("say.funnel.small", language, n=first["leads"])
    later = list(by_stage)[1:]
    named = [stage for stage in (mql, sql) if stage in later]
    if not named:
        named = [row["stage"] for row in records(stages)[1:2]]
    rates = [by_stage[stage]["rate_from_first"] for stage in named if stage]
    names = [labels.get(stage, stage) for stage in named if stage]
    if len(names) == 2:
        return say("say.funnel.two", language, first=rates[0], second=rates[1], a=names[0], b=names[1])
    return say("say.funnel.one", language, first=rates[0], a=names[0])
