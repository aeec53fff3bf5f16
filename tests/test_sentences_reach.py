"""The sentences about how far leads get: made from the verdicts of the answer, small groups left out."""

import pandas as pd

from funnel import headlines
from funnel.words.translate import say


def test_of_the_channels_that_lose_beyond_chance_the_one_that_loses_most_is_named() -> None:
    names = ["segment", "mql_share", "sql_share", "share_change", "verdict"]
    breakdown = pd.DataFrame(
        [
            ("seo", 0.7, 0.9, 0.2, "above"),
            ("exhibition", 0.2, 0.06, -0.14, "below"),
            ("list", 0.05, 0.01, -0.04, "below"),
            ("other", 0.05, 0.0, -0.05, None),
        ],
        columns=names,
    )
    said = headlines.channels(breakdown, {"exhibition": "展示会"}, "ja", "チャネル")
    assert said == "展示会はMQLの20%、SQLでは6%です"
    near = breakdown.assign(verdict=["within_chance"] * 4)
    assert headlines.channels(near, {}, "ja", "チャネル") == "SQL到達率の差は誤差の範囲です"
    few = breakdown.assign(verdict=["above", None, None, None])
    assert headlines.channels(few, {}, "ja", "チャネル") == say(
        "say.channels.few", "ja", dimension="チャネル"
    )
