"""The sentences of the page of data quality."""

import pandas as pd

from funnel.rows import records
from funnel.words.translate import say


def quality_headline(quality: pd.DataFrame, language: str) -> str:
    """Rows read, refused, and how many kinds of findings there are."""
    parts = records(quality)
    files = [row for row in parts if row["part"] == "file"]
    read = sum(row["rows"] for row in files if row["name"].endswith("rows_read"))
    refused = sum(row["rows"] for row in files if row["name"].endswith("quarantined"))
    kinds = sum(1 for row in parts if row["part"] == "finding")
    if refused:
        return say("say.quality.quarantined", language, n=read, k=refused)
    return say("say.quality.findings" if kinds else "say.quality.clean", language, n=read, k=kinds)


def quality_reasons(quality: pd.DataFrame, language: str) -> str:
    """How many rows were refused."""
    refused = sum(row["rows"] for row in records(quality) if row["part"] == "reason")
    return say("say.quality.reasons" if refused else "say.quality.reasons_none", language, n=refused)


def quality_kinds(quality: pd.DataFrame, language: str) -> str:
    """How many kinds of findings there are."""
    kinds = sum(1 for row in records(quality) if row["part"] == "finding")
    return say("say.quality.kinds" if kinds else "say.quality.kinds_none", language, n=kinds)
