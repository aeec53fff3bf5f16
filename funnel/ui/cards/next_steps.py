"""What to do next: what is overdue, over its limit or nobody's by now, which team it falls to, and where the list is."""

from collections.abc import Iterable

from funnel import headlines
from funnel.rows import records
from funnel.ui.ground.markdown import esc
from funnel.ui.parts.cards import card, columns, door
from funnel.ui.state.view import View

Counted = tuple[str | None, str, int]  # team, policy or stage, how many


def next_card(view: View) -> None:
    """The tasks of now by team, whatever month is looked back on."""
    late, over, nobody = _overdue(view), _over_limit(view), len(view.ask("unassigned").frame)
    sums = [sum(count for _, _, count in found) for found in (late, over)]
    headline = headlines.next_steps(sums[0], sums[1], nobody, view.language)
    with card(view, headline, view.say("say.next.sub", at=view.last_seen), None, "next"):
        for task, page, found in (("overdue", "follow_ups", late), ("over_limit", "stage_aging", over)):
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


def _overdue(view: View) -> list[Counted]:
    clocks = view.ask("overdue").frame
    late = clocks[clocks["state"] == "overdue"].groupby("policy").size()
    labels = view.labels
    return [
        (labels.team(policy.owner), labels.policies[policy.key], int(late[policy.key]))
        for policy in view.db.rules.sla
        if policy.key in late.index
    ]


def _over_limit(view: View) -> list[Counted]:
    over = {row["stage"]: row["over_limit"] for row in records(view.ask("stage_aging").frame)}
    labels = view.labels
    return [
        (labels.team(stage.owner), labels.stages[stage.key], over[stage.key])
        for stage in view.db.rules.stages
        if stage.kind == "path" and over.get(stage.key)
    ]
