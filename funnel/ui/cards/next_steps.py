"""What to do next: what is overdue, over its limit or nobody's by now, which team it falls to, and where the list is."""

from collections.abc import Iterable
from typing import Any

from funnel import headlines
from funnel.rows import records
from funnel.ui.ground.markdown import esc
from funnel.ui.parts.cards import card, columns, door
from funnel.ui.state.view import View

Counted = tuple[str | None, str, int]  # team, policy or stage, how many


def next_card(view: View) -> None:
    """The tasks of now by team, whatever month is looked back on."""
    steps = records(view.ask("next_steps").frame)
    totals = {row["task"]: row["of_task"] for row in steps}
    overdue, over_limit, nobody = (totals.get(task, 0) for task in ("overdue", "over_limit", "unassigned"))
    headline = headlines.next_steps(overdue, over_limit, nobody, view.language)
    with card(view, headline, view.say("say.next.sub", at=view.last_seen), None, "next"):
        for task, page in (("overdue", "follow_ups"), ("over_limit", "stage_aging")):
            found = [_named(view, row) for row in steps if row["task"] == task]
            for team in dict.fromkeys(team for team, _, _ in found):
                own = [(name, count) for whose, name, count in found if whose == team]
                _task(view, team, view.say(f"say.next.{task}"), own, page)
        if nobody:
            own = [(view.say("tile.unassigned"), nobody)]
            _task(view, None, view.say("say.next.unassigned"), own, "follow_ups")


def _task(view: View, team: str | None, what: str, own: Iterable[tuple[str, int]], page: str) -> None:
    counted = view.say("app.dot").join(f"{name} {view.say('unit.leads', n=count)}" for name, count in own)
    places = columns(view, [3, 10, 3])
    places[0].markdown(f"**{esc(team or view.say('say.next.any_team'))}**")
    places[1].markdown(f"{esc(what)}\u2002:gray[{esc(counted)}]")
    with places[2]:
        door(view, page, view.say(f"page.{page}"))


def _named(view: View, row: dict[str, Any]) -> Counted:
    """A row of `next_steps` by the team that it falls to."""
    labels, rules, name = view.labels, view.db.rules, row["name"]
    if row["task"] == "overdue":
        owner = next(policy.owner for policy in rules.sla if policy.key == name)
        return labels.team(owner), labels.policies[name], row["count"]
    owner = next(stage.owner for stage in rules.stages if stage.key == name)
    return labels.team(owner), labels.stages[name], row["count"]
