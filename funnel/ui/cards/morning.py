"""The morning: the tiles of what waits for someone, and the headlines over them."""

from typing import Any

from funnel import headlines
from funnel.rows import records
from funnel.ui.ground.markdown import esc
from funnel.ui.parts.cards import heading
from funnel.ui.parts.tiles import Tile, tiles
from funnel.ui.state import filters
from funnel.ui.state.business_day import BusinessDay, day_ahead
from funnel.ui.state.cache import Answer
from funnel.ui.state.view import View
from funnel.words.durations import late_by
from funnel.words.numbers import signed

Row = dict[str, Any]


def home_headline(view: View, now: Row, owners: Answer) -> str:
    """The headline of the front page: what is overdue, and with whom."""
    if not view.db.rules.sla and not now["unassigned"]:
        return view.say("say.overdue.not_judged")
    return headlines.home_headline(
        now,
        owners.frame,
        now["longest_late"],
        view.labels.hours_per_day,
        now["unassigned"],
        view.language,
        ahead=day_ahead(view),
    )


def overdue_headline(view: View, now: Row, owners: Answer, overdue: Answer, day: BusinessDay) -> str:
    """The headline of the morning; after closing time of tomorrow's deadlines."""
    if not view.db.rules.sla:
        return view.say("say.overdue.not_judged")
    is_over = day.closing is not None and day.closing <= view.local
    tomorrow = 0
    if is_over and day.next_opening is not None:
        due = overdue.frame.loc[overdue.frame["state"] != "undeterminable", "due_at"]
        tomorrow = int(((due > view.local) & (due.dt.date == day.next_opening.date())).sum())
    return headlines.overdue_headline(
        now,
        owners.frame,
        now["longest_late"],
        view.labels.hours_per_day,
        view.language,
        next_opening=day.next_opening if is_over else None,
        due_after_opening=tomorrow,
        ahead=day_ahead(view),
    )


def door_tiles(view: View, now: Row) -> list[Tile]:
    """Home: what waits for someone, each a door."""
    overdue, due_today, _, unassigned = morning_tiles(view, now)
    longest = view.say("tile.longest", late=_late(view, now)) if now["overdue"] else overdue.delta
    falling = Tile(
        view.say("tile.falling"),
        view.say("unit.leads", n=now["falling"]),
        view.say("tile.within_week", n=now["falling_this_week"]),
        page="dormant",
    )
    return [
        Tile(overdue.label, overdue.value, longest, page="follow_ups", icon=overdue.icon),
        Tile(due_today.label, due_today.value, due_today.delta, page="follow_ups", icon=due_today.icon),
        Tile(unassigned.label, unassigned.value, unassigned.delta, page="follow_ups"),
        falling,
    ]


def morning_tiles(view: View, now: Row) -> list[Tile]:
    """The morning: overdue, due today, at risk, without an owner."""
    change = now["overdue"] - now["overdue_before"]
    since = (
        view.say("tile.since", change=signed(change, view.language))
        if change
        else view.say("tile.since_same")
    )
    share = max((policy.at_risk for policy in view.db.rules.sla), default=0.25)
    oldest = view.say("tile.nobody")
    if now["unassigned"]:
        days = int(now["unassigned_days"] or 0)
        oldest = view.say("tile.oldest_days", n=days) if days else view.say("tile.since_today")
    if not view.db.rules.sla:  # no deadline: 0 would read as good news
        unknown = view.say("tile.no_policy")
        clocks = [Tile(_name(view, name), "—", unknown) for name in ("overdue", "due_today", "at_risk")]
        return [*clocks, Tile(_name(view, "unassigned"), _leads(view, now["unassigned"]), oldest)]
    return [
        Tile(_name(view, "overdue"), _leads(view, now["overdue"]), since, icon=":red[:material/error:]"),
        Tile(
            view.say("state.due_ahead", day=day_ahead(view)) if day_ahead(view) else _name(view, "due_today"),
            _leads(view, now["due_today"]),
            view.say("tile.by_noon", n=now["due_by_noon"]),
            icon=":orange[:material/schedule:]",
        ),
        Tile(_name(view, "at_risk"), _leads(view, now["at_risk"]), view.say("tile.left", share=share)),
        Tile(_name(view, "unassigned"), _leads(view, now["unassigned"]), oldest),
    ]


def morning_head(view: View, morning: Answer) -> None:
    """The four counts as tiles with their 根拠; on a phone as one line, so that the list is in sight."""
    row = morning_tiles(view, records(morning.frame)[0])
    if filters.is_phone():
        counts = (f"{tile.icon or ''} {esc(tile.label)} **{esc(tile.value)}**" for tile in row)
        heading(view, "\u3000".join(counts), morning, "morning", is_markdown=True)
    else:
        heading(view, view.say("say.home.now"), morning, "morning")
        tiles(view, row, "morning")


def _name(view: View, tile: str) -> str:
    return view.say(f"tile.{tile}")


def _leads(view: View, count: int) -> str:
    return view.say("unit.leads", n=count)


def _late(view: View, now: Row) -> str:
    return late_by(now["longest_late"] or 0.0, view.labels.hours_per_day, view.language)
