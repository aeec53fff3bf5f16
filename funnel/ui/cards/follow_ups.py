"""What the morning's pages share: tiles, the chips of owners, attainment, the words about silence."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from funnel import charts, headlines
from funnel.months import Months
from funnel.rows import records
from funnel.ui.ground.markdown import esc, small
from funnel.ui.parts import explain, lists
from funnel.ui.parts.cards import card, choice, door, figure, heading
from funnel.ui.parts.tiles import Tile, tiles
from funnel.ui.state import filters, url_state
from funnel.ui.state.business_day import BusinessDay, day_ahead, whole_months
from funnel.ui.state.cache import Asked
from funnel.ui.state.view import View
from funnel.words.dates import month_range
from funnel.words.durations import late_by
from funnel.words.numbers import signed


def policy_card(view: View, page: str) -> None:
    """How well each agreed deadline is kept, by policy and by no person."""
    rules = view.db.rules
    month = Months(view.months.last, view.months.last)
    asked = view.ask("sla_summary", months=month)
    targets = {policy.key: rules.targets[policy.key] for policy in rules.sla if policy.key in rules.targets}
    finding = headlines.policies_below_target(asked.frame, targets, view.labels.policies, view.language)
    months = month_range(month.first, month.last, view.language)
    with card(view, finding, view.say("say.overdue.policies_sub", months=months), asked, "policies"):
        judged = asked.frame[asked.frame["attainment"].notna()]
        drawn = charts.attainment_dots(
            judged, say=view.words, labels=view.labels.policies, by="policy", targets=targets
        )
        span = [month.first.isoformat(), month.last.isoformat()]
        figure(view, drawn, "policies", finding, behind="clocks", months=span, of_owner=False)
        door(view, page, view.say("page.follow_ups"))


Row = dict[str, Any]
CHIPS = 5
NOBODY, EVERYONE = "nobody", "all"  # in the address


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


def morning_head(view: View, morning: Asked) -> None:
    """The four counts as tiles with their 根拠; on a phone as one line, so that the list is in sight."""
    shown = morning_tiles(view, records(morning.frame)[0])
    if filters.is_phone():
        counts = (f"{tile.icon or ''} {esc(tile.label)} **{esc(tile.value)}**" for tile in shown)
        heading(view, "\u3000".join(counts), morning, "morning", is_markdown=True)
    else:
        heading(view, view.say("say.home.now"), morning, "morning")
        tiles(view, shown, "morning")


def _name(view: View, tile: str) -> str:
    return view.say(f"tile.{tile}")


def _leads(view: View, count: int) -> str:
    return view.say("unit.leads", n=count)


def _late(view: View, now: Row) -> str:
    return late_by(now["longest_late"] or 0.0, view.labels.hours_per_day, view.language)


def overdue_finding(view: View, now: Row, owners: Asked, overdue: Asked, day: BusinessDay) -> str:
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


def today_card(view: View, now: Row, overdue: Asked, day: BusinessDay) -> None:
    """What falls due today; where no business hour of today is left, on the next business day."""
    ahead = day_ahead(view)
    finding = headlines.due_by_closing(
        now["due_by_closing"], day.closing, view.local, view.language, ahead, now["due_today"]
    )
    is_over = day.closing is None or day.closing <= view.local
    if is_over and day.next_opening is not None:
        asked, at, spans = view.ask("due_next"), day.next_opening.replace(hour=0, minute=0), day.next_spans
        sub = view.say("say.overdue.next_sub", why=finding)
        finding = headlines.due_next(len(asked.frame), at, view.language)
    else:
        asked, at, spans = overdue, view.local, day.spans
        sub = view.say("say.overdue.day_sub" if ahead else "say.overdue.today_sub", day=ahead)
    with card(view, finding, sub, asked, "today"):
        drawn = charts.due_today_strip(
            asked.frame, say=view.words, now=at, spans=spans, timezone=view.db.rules.timezone
        )
        if drawn is not None:
            figure(view, drawn, "today", finding, behind="due_today", of_next=asked is not overdue)


def morning_list(view: View, owners: Asked, shown: Asked, columns: Sequence[str]) -> None:
    """Whose list, the list, and what takes it along; on a phone that comes last."""
    owner_chips(view, owners)
    if filters.is_phone():
        lists.leads(view, shown, columns, "overdue", view.say("page.follow_ups"))
    with st.container(horizontal=True, vertical_alignment="center"):
        small(shown_line(view, shown.frame, lists.SHOWN))
        if not view.is_print:
            lists.copy_list(view, shown, "overdue")
            explain.take_along(view, shown, "overdue.list")
    if not filters.is_phone():
        lists.leads(view, shown, columns, "overdue", view.say("page.follow_ups"))


def morning_card(view: View, owners: Asked, overdue: Asked, columns: Sequence[str]) -> None:
    """The list of the morning, of all or of one owner."""
    shown = of_owner(view, owners, overdue)
    with card(view, view.say("say.overdue.list"), view.say("say.overdue.list_sub"), shown, "overdue"):
        morning_list(view, owners, shown, columns)


def of_owner(view: View, owners: Asked, overdue: Asked) -> Asked:
    """The rows of the owner whose chip is chosen."""
    chips = _chips(view, owners)
    code = st.session_state.get(f"c.who.{view.language}") or url_state.first("who")
    if code == EVERYONE or code not in chips:
        return Asked(overdue.name, with_ranges(view, overdue.frame), overdue.bound, overdue.months)
    label, people = chips[code]
    own = overdue.frame[overdue.frame["owner"].fillna(NOBODY).isin(people)]
    return Asked(overdue.name, with_ranges(view, own), overdue.bound, overdue.months, label)


def owner_chips(view: View, owners: Asked) -> None:
    """The choice of one owner, each with the number of rows."""
    chips = _chips(view, owners)
    counts = {row["owner"] or NOBODY: row["clocks"] for row in records(owners.frame)}

    def label(code: str) -> str:
        name, people = chips[code]
        return view.say("control.owner_count", owner=name, n=sum(counts[person] for person in people))

    if chips:
        most = 0 if filters.is_phone() else 8
        choice(view, "who", list(chips), label, view.say("control.owner"), hidden=True, chips=most)


def _chips(view: View, owners: Asked) -> dict[str, tuple[str, list[str]]]:
    """Code → name and owners: all, those with the fullest lists, the rest as one; none where there is one owner."""
    people = [row["owner"] or NOBODY for row in records(owners.frame)]
    if len(people) < 2:
        return {}
    count = len(people) if len(people) <= CHIPS + 1 else CHIPS
    chips = {EVERYONE: (view.say("control.everyone"), people)}
    for person in people[:count]:
        chips[person] = (view.labels.value("owner", None if person == NOBODY else person), [person])
    if rest := people[count:]:
        chips["rest"] = (view.say("list.others", k=len(rest)), rest)
    return chips


def with_ranges(view: View, rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of the morning list with the least and the most of the delays that rest on a range."""
    ranges = view.ask("overdue_ranges")
    if not ranges:
        return rows
    return rows.merge(ranges.frame, how="left", on=["policy", "lead_id", "due_at"])


def shown_line(view: View, shown: pd.DataFrame, limit: int) -> str:
    """How many rows are shown, and how many of them are undeterminable."""
    unsure = int((shown["state"] == "undeterminable").sum())
    line = view.say("say.overdue.shown", n=len(shown))
    if len(shown) > limit:
        line = view.say("say.overdue.shown_some", n=len(shown), k=limit)
    return view.say("say.overdue.shown_unsure", line=line, n=unsure) if unsure else line


def unassigned_card(view: View) -> None:
    """Open leads that nobody looks after, the highest score first."""
    asked = view.ask("unassigned")
    finding = view.say("say.home.unassigned", n=len(asked.frame))
    with card(view, finding, view.say("say.overdue.unassigned_sub"), asked, "unassigned"):
        lists.leads(view, asked, ("company", "score", "stage", "created_at", "days"), "unassigned", finding)


def untouched_card(view: View) -> None:
    """Open leads in the highest band that nobody has ever contacted."""
    asked = view.ask("untouched")
    bands = list(view.labels.bands.values())
    if not asked or not bands:
        return
    finding = view.say("say.scores.untouched", band=bands[-1], n=len(asked.frame))
    with card(view, finding, view.say("say.overdue.unassigned_sub"), asked, "untouched"):
        columns = ("company", "score", "owner", "stage", "created_at", "opted_out", "record")
        lists.leads(view, asked, columns, "untouched", finding)


def attainment_card(view: View) -> None:
    """Who answers in time: the first policy with a target, the last three whole months."""
    rules = view.db.rules
    policies = [policy.key for policy in rules.sla]
    if not policies:
        with card(view, view.say("say.overdue.no_policy"), "", None, "attainment"):
            return
    policy = next((key for key in policies if key in rules.targets), policies[0])
    target = rules.targets.get(policy)
    months = whole_months(view, 3)
    asked = view.ask("sla_summary", by="owner", months=months)
    people = asked.frame[(asked.frame["policy"] == policy) & asked.frame["attainment"].notna()]
    chosen = Asked(asked.name, people, asked.bound, asked.months)
    finding = headlines.owners_below_target(people, target, view.language)
    sub = view.say(
        "say.overdue.attainment_sub",
        policy=view.labels.policies[policy],
        months=month_range(months.first, months.last, view.language),
    )
    with card(view, finding, sub, chosen, "attainment"):
        names = {row["segment"]: view.labels.value("owner", row["segment"]) for row in records(people)}
        drawn = charts.attainment_dots(people, say=view.words, labels=names, target=target)
        span = [months.first.isoformat(), months.last.isoformat()]
        figure(view, drawn, "attainment", finding, behind="clocks", months=span, of_owner=True)
