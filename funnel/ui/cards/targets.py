"""What the month is held against: the targets and the benchmarks of the rules, as tables. Knows rules; no answer."""

import pandas as pd

from funnel.ui.cards.kpis import kpi_label, written
from funnel.ui.parts import readable
from funnel.ui.state.view import View
from funnel.words.numbers import percent


def targets_table(view: View) -> pd.DataFrame | None:
    """Every target of a month."""
    rows = [
        {"kpi": kpi_label(view, name), "target": written(view, name, target)}
        for name, target in view.db.rules.targets.items()
    ]
    return _table(view, rows)


def benchmarks_table(view: View) -> pd.DataFrame | None:
    """Every benchmark: which leads, how many of them should get how far, and who says so."""
    labels = view.labels
    rows = [
        {
            "value": labels.value(each.dimension, each.value),
            "stage": labels.stages[each.stage],
            "low": percent(each.low),
            "high": percent(each.high),
            "source": each.source,
        }
        for each in view.db.rules.benchmarks
    ]
    return _table(view, rows)


def _table(view: View, rows: list[dict[str, str]] | list[dict[str, str | None]]) -> pd.DataFrame | None:
    if not rows:
        return None
    table = pd.DataFrame(rows)
    return table.rename(columns={name: readable.head(view, str(name)) for name in table.columns})
