"""The cards of scores: how they are spread, by band and by stage."""

from funnel import charts, headlines
from funnel.ui.parts.cards import _chosen, card, choice, figure
from funnel.ui.state.cache import Asked
from funnel.ui.state.view import View


# ---------------------------------------------------------------------------------------- scores
def bands_answer(view: View, day: int, window: int) -> Asked | None:
    """score_bands, where the rules have bands and a stage for SQL."""
    sql = view.db.rules.milestone("sql")
    if sql is None or not view.labels.bands:
        return None
    return view.ask("score_bands", day=day, window_days=window, to_stage=sql)


def scores_finding(view: View, bands: Asked | None, days: int) -> str:
    """The highest band against the next."""
    sql = view.labels.milestone("sql")
    if bands is None or sql is None:
        return view.say("say.scores.bands_small")
    return headlines.scores_headline(bands.frame, view.labels.bands, sql, days, view.language)


def spread_card(view: View) -> None:
    """How the scores are spread over the stages: now, or at another moment of each lead."""
    mql = view.db.rules.milestone("mql")
    moments = ("now", "mql", "created") if mql else ("now", "created")
    at = _chosen(view, "at", moments, "now")
    asked = view.ask("score_distribution", at=at)
    threshold = view.db.rules.scoring.thresholds.mql
    finding = headlines.score_distribution(asked.frame, mql, view.labels.stages, threshold, view.language)
    with card(view, finding, spread_sub(view, at), asked, "scores"):
        choice(
            view,
            "at",
            moments,
            lambda code: view.say(f"control.at_{code}", mql=view.labels.milestone("mql")),
            view.say("control.score_at"),
            hidden=True,
        )
        drawn = charts.score_ridge(
            asked.frame, say=view.words, labels=open_stages(view), thresholds=thresholds(view)
        )
        figure(view, drawn, "scores", finding, behind="scores", at=at)


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
    found = view.db.rules.scoring.thresholds
    pairs = {"interest": found.interest, "consideration": found.consideration, "mql": found.mql}
    return {name: value for name, value in pairs.items() if value is not None}


def band_names(view: View) -> dict[str, str]:
    """Bands with their points: ホット(100〜点)."""
    labels = view.labels
    return {
        key: view.say("drill.band", band=name, points=labels.band_ranges[key])
        for key, name in labels.bands.items()
    }
