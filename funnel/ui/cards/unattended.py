"""The leads that nobody looks after, and those in the highest band that nobody has ever contacted."""

from funnel.ui.parts import lists
from funnel.ui.parts.cards import card
from funnel.ui.state.view import View

UNASSIGNED = ("company", "score", "stage", "created_at", "days")
UNTOUCHED = ("company", "score", "owner", "stage", "created_at", "opted_out", "record")


def unassigned_card(view: View) -> None:
    """Open leads that nobody looks after, the highest score first."""
    rows = view.ask("unassigned")
    headline = view.say("say.home.unassigned", n=len(rows.frame))
    with card(view, headline, view.say("say.overdue.unassigned_sub"), rows, "unassigned"):
        lists.leads(view, rows, UNASSIGNED, "unassigned", headline)


def untouched_card(view: View) -> None:
    """Open leads in the highest band that nobody has ever contacted."""
    rows = view.ask("untouched")
    bands = list(view.labels.bands.values())
    if not rows or not bands:
        return
    headline = view.say("say.scores.untouched", band=bands[-1], n=len(rows.frame))
    with card(view, headline, view.say("say.overdue.unassigned_sub"), rows, "untouched"):
        lists.leads(view, rows, UNTOUCHED, "untouched", headline)
