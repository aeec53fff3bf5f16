"""Where are leads waiting too long?"""

from funnel import charts, headlines, ui
from funnel.ui.cards import aging as aging_cards

COLUMNS = ("company", "ratio", "owner", "stage", "waiting", "limit", "score", "last_touch", "record")

view = ui.current()
head = ui.head(view, "stage_aging")
aging = view.ask("stage_aging")
ratios = view.ask("stage_age_ratio")
buckets = view.ask("stage_aging_buckets")
labels, language = view.labels, view.language

if not aging.frame["waiting_leads"].sum():
    ui.empty(view, head)
else:
    over = view.ask("behind_aging", stage=None, bucket=None, ratio_from=None, over_only=True)
    head.say(headlines.aging_headline(aging.frame, labels.stages, labels.written_limits, language))
    left, right = ui.columns(view, [6, 5])
    with left:
        finding = headlines.aging_ridge(aging.frame, language)
        with ui.card(view, finding, view.say("say.aging.ridge_sub"), ratios, "ridge"):
            drawn = charts.age_ratio_ridge(
                ratios.frame, aging.frame, say=view.words, labels=labels.stages, limits=labels.limits
            )
            ui.figure(view, drawn, "ridge", finding, behind="aging")
    with right:
        finding = headlines.aging_buckets(buckets.frame, labels.path, language)
        with ui.card(view, finding, view.say("say.aging.buckets_sub"), buckets, "buckets"):
            aside = [stage.key for stage in view.db.rules.stages if stage.kind in ("lost", "dormant")]
            drawn = charts.aging_matrix(
                buckets.frame,
                say=view.words,
                labels=labels.stages,
                aside=aside,
                height=aging_cards.ridge_height(labels),
            )
            ui.figure(view, drawn, "buckets", finding, behind="aging")
    key = "list" if over else "list_none"
    finding = view.say(f"say.aging.{key}", n=min(len(over.frame), ui.SHOWN))
    with ui.card(view, finding, view.say("say.aging.list_sub", n=len(over.frame)), over, "over"):
        if over:
            ui.leads(view, over, COLUMNS, "over", finding)
