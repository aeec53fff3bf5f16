"""Who is worth waking up?"""

from funnel import charts, headlines, ui
from funnel.rows import records
from funnel.ui.cards import dormant

COLUMNS = (
    "company", "wakeable", "owner", "max_score", "silent", "last_activity", "last_activity_at", "stage", "score",
)  # fmt: skip
FALLING = ("company", "silent_on", "owner", "silent", "stage", "score")

view = ui.current()
head = ui.head(view, "dormant")
matrix = view.ask("silent_matrix")
flow = view.ask("dormant_flow")
pool = view.ask("dormant_leads")
falling = view.ask("falling_asleep")
labels, language = view.labels, view.language
days = int(view.db.rules.dormancy.days)

if not pool and not falling:
    ui.stop_without_leads(view, head)
head.say(dormant.dormant_finding(view, matrix), dormant.stage_beside(view, matrix))
left, right = ui.columns(view, 2)
with left:
    finding = dormant.dormant_stages(view, matrix)
    with ui.card(view, finding, view.say("say.dormant.matrix_sub", days=days), matrix, "matrix"):
        drawn = charts.dormant_matrix(
            matrix.frame,
            say=view.words,
            stages=dormant.stages_with_rows(view, matrix),
            bands=dormant.band_heads(view),
        )
        ui.figure(view, drawn, "matrix", finding, behind="silent")
with right:
    finding = headlines.dormant_flow(flow.frame, view.local, language)
    with ui.card(view, finding, headlines.dormant_flow_sub(flow.frame, view.local, language), flow, "flow"):
        drawn = charts.dormant_balance(flow.frame, say=view.words, running=ui.running_month(view))
        ui.figure(view, drawn, "flow", finding, behind="silence_flow")

open_to_us = pool.frame[~pool.frame["opted_out"].fillna(False).astype(bool)]
shown = records(open_to_us.head(ui.SHOWN))
finding = headlines.dormant_list(shown, language)
with ui.card(view, finding, dormant.dormant_list_sub(view, open_to_us, ui.SHOWN), pool, "pool"):
    if shown:
        ui.leads(view, pool, COLUMNS, "pool", finding, rows=open_to_us)
finding = headlines.falling_asleep(len(falling.frame), language)
warn = int(view.db.rules.dormancy.warn_days)
with ui.card(view, finding, view.say("say.dormant.falling_sub", warn=warn), falling, "falling"):
    if falling:
        ui.leads(view, falling, FALLING, "falling", finding)
