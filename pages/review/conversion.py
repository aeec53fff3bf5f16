"""How many MQLs become SQLs?"""

from functools import partial

from funnel import ui
from funnel.ui.cards import benchmarks, conversion, funnel

view = ui.current()
ui.part(partial(conversion.step_part, view))
if view.ask("funnel").frame["reached"].sum():
    left, right = ui.columns(view, 2)
    with left:
        benchmarks.benchmark_card(view)
    with right:
        ui.part(partial(funnel.breakdown_card, view))
