"""The cards of stage aging: how long leads have been waiting, against the limits of their stages."""

from funnel import charts, headlines
from funnel.rules.labels import Labels
from funnel.ui.parts import lists
from funnel.ui.parts.cards import card, door, figure
from funnel.ui.state.cache import Answer
from funnel.ui.state.view import View

COLUMNS = ("company", "ratio", "owner", "stage", "waiting", "limit", "score", "last_touch", "record")


def ridge_height(labels: Labels) -> int:
    """As high as the ridge beside it."""
    return max(94 * sum(1 for stage in labels.path if stage in labels.limits) + 40, 300)


def page_headline(view: View, aging: Answer) -> str:
    """The stage in which most leads wait too long."""
    labels = view.labels
    return headlines.aging_headline(aging.frame, labels.stages, labels.written_limits, view.language)


def over_limit_card(view: View, aging: Answer) -> None:
    """Which share of each stage is over its limit."""
    labels = view.labels
    headline = headlines.aging_rates(aging.frame, labels.stages, view.language)
    with card(view, headline, view.say("say.aging.rates_sub"), aging, "over_limit"):
        drawn = charts.over_limit_dots(
            aging.frame, say=view.words, labels=labels.stages, limits=labels.limits
        )
        figure(view, drawn, "over_limit", headline, behind="aging", over_only=True)


def ridge_card(view: View, aging: Answer, sub: str, page: str | None = None) -> None:
    """Ages as multiples of the limit, a ridge per stage; `page`: the one that its door opens."""
    labels = view.labels
    ratios = view.ask("stage_age_ratio")
    headline = headlines.aging_ridge(aging.frame, view.language)
    with card(view, headline, sub, ratios, "ridge"):
        drawn = charts.age_ratio_ridge(
            ratios.frame, aging.frame, say=view.words, labels=labels.stages, limits=labels.limits
        )
        figure(view, drawn, "ridge", headline, behind="aging")
        if page:
            door(view, page, view.say(f"page.{page}"))


def buckets_card(view: View) -> None:
    """Leads by stage and days waited, as high as the ridge."""
    labels = view.labels
    buckets = view.ask("stage_aging_buckets")
    headline = headlines.aging_buckets(buckets.frame, labels.path, view.language)
    aside = [stage.key for stage in view.db.rules.stages if stage.kind in ("lost", "dormant")]
    with card(view, headline, view.say("say.aging.buckets_sub"), buckets, "buckets"):
        drawn = charts.aging_matrix(
            buckets.frame, say=view.words, labels=labels.stages, aside=aside, height=ridge_height(labels)
        )
        figure(view, drawn, "buckets", headline, behind="aging")


def over_card(view: View) -> None:
    """The leads over their limits, the longest over first."""
    over = view.ask("behind_aging", stage=None, bucket=None, ratio_from=None, over_only=True)
    count = len(over.frame)
    headline = view.say(f"say.aging.{'list' if over else 'list_none'}", n=min(count, lists.SHOWN))
    with card(view, headline, view.say("say.aging.list_sub", n=count), over, "over"):
        if over:
            lists.leads(view, over, COLUMNS, "over", headline)
