"""The cards of scores: how they are spread, what each band became, who is held back."""

from funnel import charts, headlines
from funnel.ui.parts import lists
from funnel.ui.parts.cards import card, choice, chosen, figure
from funnel.ui.state.cache import Answer
from funnel.ui.state.view import View

HELD = ("company", "score", "owner", "record")  # what fits a half-width card
DAY, WINDOW = 30, 90


def page_headline(view: View, bands: Answer | None) -> str:
    """The highest band against the next."""
    sql = view.labels.milestone("sql")
    if bands is None or sql is None:
        return view.say("say.scores.bands_small")
    return headlines.scores_headline(bands.frame, view.labels.bands, sql, DAY + WINDOW, view.language)


def bands_answer(view: View) -> Answer | None:
    """score_bands, where the rules have bands and a stage for SQL."""
    sql = view.db.rules.milestone("sql")
    if sql is None or not view.labels.bands:
        return None
    return view.ask("score_bands", day=DAY, window_days=WINDOW, to_stage=sql)


def bands_card(view: View, bands: Answer) -> None:
    """How many leads of each band went on."""
    labels = view.labels
    step = {name: bands.bound[name] for name in ("day", "window_days", "to_stage")}
    headline = headlines.score_bands(
        bands.frame, labels.bands, labels.stages[step["to_stage"]], view.language
    )
    with card(view, headline, view.say("say.scores.bands_sub", day=DAY, window=WINDOW), bands, "bands"):
        drawn = charts.band_dots(bands.frame, say=view.words, labels=band_names(view))
        figure(view, drawn, "bands", headline, behind="bands", **step)


def held_card(view: View) -> None:
    """Who has reached the threshold and was not handed off."""
    threshold = view.db.rules.scoring.thresholds.mql
    if threshold is None or not view.db.rules.milestone("mql"):
        return
    held = view.ask("held_back")
    headline = headlines.held_back(len(held.frame), threshold, view.language)
    sub = view.say("say.scores.held_sub", mql=view.labels.milestone("mql"))
    with card(view, headline, sub, held, "held"):
        if held:
            lists.leads(view, held, HELD, "held", headline, height=250)


def spread_card(view: View) -> None:
    """How the scores are spread over the stages: now, or at another moment of each lead."""
    mql = view.db.rules.milestone("mql")
    moments = ("now", "mql", "created") if mql else ("now", "created")
    at = chosen(view, "at", moments, "now")
    scores = view.ask("score_distribution", at=at)
    threshold = view.db.rules.scoring.thresholds.mql
    shortfall = view.ask("score_shortfall", at=at)
    headline = headlines.score_distribution(
        shortfall.frame, mql, view.labels.stages, threshold, view.language
    )
    with card(view, headline, spread_sub(view, at), scores, "scores"):
        choice(
            view,
            "at",
            moments,
            lambda code: view.say(f"control.at_{code}", mql=view.labels.milestone("mql")),
            view.say("control.score_at"),
            hidden=True,
        )
        drawn = charts.score_ridge(
            scores.frame, say=view.words, labels=open_stages(view), thresholds=thresholds(view)
        )
        figure(view, drawn, "scores", headline, behind="scores", at=at)


def spread_sub(view: View, at: str) -> str:
    """The grey line of the distribution."""
    threshold = view.db.rules.scoring.thresholds.mql
    name = view.say(f"control.at_{at}", mql=view.labels.milestone("mql"))
    if threshold is None:
        return view.say("say.scores.spread_sub_plain", at=name)
    return view.say("say.scores.spread_sub", at=name, threshold=threshold)


def open_stages(view: View) -> dict[str, str]:
    """The stages in which leads wait, in the order of the path."""
    return {stage: view.labels.stages[stage] for stage in view.labels.path}


def thresholds(view: View) -> dict[str, float]:
    """The thresholds that the rules have."""
    points = view.db.rules.scoring.thresholds
    pairs = {"interest": points.interest, "consideration": points.consideration, "mql": points.mql}
    return {name: value for name, value in pairs.items() if value is not None}


def band_names(view: View) -> dict[str, str]:
    """Bands with their points: ホット(100〜点)."""
    labels = view.labels
    return {
        key: view.say("drill.band", band=name, points=labels.band_ranges[key])
        for key, name in labels.bands.items()
    }
