"""METRICS.md 6 for the slow twin: the leads that were parked, and whom of them to try again."""

from dataclasses import dataclass

from tests.reference_conversion import is_small
from tests.reference_lives import Life, Spell
from tests.reference_loading import Row
from tests.reference_numbers import DAY, days, median, moment, rate
from tests.reference_rules import Stage
from tests.reference_view import View, descending, interval

KINDS = ("lost", "dormant", "rejected")


@dataclass(frozen=True)
class Parking:
    """A dated entry off the path, or from mql or beyond to a path stage below it."""

    life: Life
    spell: Spell
    kind: str

    @property
    def at(self) -> int:
        return self.spell.entered

    def entered_after(self, stage: Stage) -> list[int]:
        """When the lead entered the stage or a higher one after it."""
        later = self.life.spells[self.spell.seq + 1 :]
        return [s.entered for s in later if s.stage.rank is not None and s.stage.rank >= stage.rank]

    def has_entered(self, stage: Stage, start: int, window: int) -> bool:
        return any(start <= at < start + window for at in self.entered_after(stage))

    def first_act(self, mql: Stage, kind: str) -> int | None:
        """The first act of a type at or after it and before the lead came back."""
        back = min(self.entered_after(mql), default=None)
        return min(
            (
                act["occurred_at"]
                for act in self.life.activities
                if act["type"] == kind
                and act["occurred_at"] >= self.at
                and (back is None or act["occurred_at"] < back)
            ),
            default=None,
        )


def parkings_of(life: Life, mql: Stage) -> list[Parking]:
    """Every parking of a life, in order."""
    found = []
    for former, spell in zip([None, *life.spells], life.spells, strict=False):
        kind = None
        if spell.stage.is_gone:
            kind = spell.stage.kind
        elif spell.stage.kind == "path" and spell.stage.rank < mql.rank and former is not None:
            kind = "rejected" if former.stage.rank is not None and former.stage.rank >= mql.rank else None
        if kind is not None and not spell.is_assumed:
            found.append(Parking(life, spell, kind))
    return found


# ---------------------------------------------------------------- recycled


def recycled(view: View) -> list[Row]:
    mql = view.stage_of_milestone("mql")
    parked = [p for life in view.lives for p in parkings_of(life, mql) if view.is_in_months(p.at)]
    routes = [kind for kind in view.rules.types if view.rules.side(kind) in ("lead", "us", "auto")]
    rows = []
    for kind in KINDS:
        of_kind = [parking for parking in parked if parking.kind == kind]
        rows.append(route_row(view, kind, None, [(parking, parking.at) for parking in of_kind]))
        for route in routes:
            acts = [(parking, parking.first_act(mql, route)) for parking in of_kind]
            begun = [(parking, at) for parking, at in acts if at is not None]
            if begun:
                rows.append(route_row(view, kind, route, begun))
    return rows


def route_row(view: View, kind: str, route: str | None, begun: list[tuple[Parking, int]]) -> Row:
    window = view.params["window_days"] * DAY
    grown = [(parking, at) for parking, at in begun if at + window <= view.as_of]

    def arrived(stage: Stage) -> list[Parking]:
        return [parking for parking, at in grown if parking.has_entered(stage, at, window)]

    back = len(arrived(view.stage_of_milestone("mql")))
    won = arrived(view.rules.path[-1])
    amounts = [p.life.lead["amount"] for p in won if p.life.lead["amount"] is not None]
    amount = None if won and not amounts else float(sum(amounts))
    return {
        "kind": kind,
        "route": route,
        "leads": len(grown),
        "back": back,
        "rate": rate(back, len(grown)),
        **interval(back, len(grown)),
        "sql": len(arrived(view.stage_of_milestone("sql"))),
        "won": len(won),
        "amount": amount,
        "per_parking": None if amount is None or not grown else amount / len(grown),
        "small": is_small(len(grown)),
    }


# ---------------------------------------------------------------- recycle_list


def standing_parked(life: Life, mql: Stage) -> tuple[str, Spell | None] | None:
    """As what a lead is parked now and since which spell: None where nobody knows; None altogether where it is not."""
    now = life.now
    if now.stage.is_gone:
        return now.stage.kind, None if now.is_assumed else now
    has_been_there = any(s.stage.rank is not None and s.stage.rank >= mql.rank for s in life.spells)
    if now.stage.kind == "path" and now.stage.rank < mql.rank and has_been_there:
        last = parkings_of(life, mql)[-1]  # it cannot have come here but by one
        return last.kind, last.spell
    return None


def chances(view: View, mql: Stage) -> dict[tuple[str, str | None], float]:
    """By kind and band just before: the share won within the window, where at least 20 have had it."""
    window, won = view.params["window_days"] * DAY, view.rules.path[-1]
    ended: dict[tuple[str, str | None], list[bool]] = {}
    for life in view.all_lives:
        for parking in parkings_of(life, mql):
            if parking.at + window <= view.as_of:
                key = parking.kind, view.rules.band_of(life.score_at(parking.at))
                ended.setdefault(key, []).append(parking.has_entered(won, parking.at, window))
    return {key: sum(found) / len(found) for key, found in ended.items() if len(found) >= 20}


def recycle_list(view: View) -> list[Row]:
    mql, won = view.stage_of_milestone("mql"), view.rules.path[-1]
    shares = chances(view, mql)
    usual = median(
        [
            life.lead["amount"]
            for life in view.all_lives
            if life.has_reached(won) and life.lead["amount"] is not None
        ]
    )
    listed = []
    for life in view.lives:
        found = standing_parked(life, mql)
        if found is None:
            continue
        kind, spell = found
        reason = spell.change["reason"] if spell is not None and spell.change is not None else None
        if reason is None and kind == "lost":
            reason = life.lead["lost_reason"]
        acts = [act for act in life.activities if view.rules.side(act["type"]) is not None]
        chance = shares.get((kind, view.rules.band_of(life.score_at(view.as_of))))
        value = usual if life.lead["amount"] is None else life.lead["amount"]
        expected = None if chance is None or value is None else chance * value
        row = {
            "lead_id": life.lead_id,
            "company": life.lead["company"],
            "kind": kind,
            "stage": life.now.stage.key,
            "parked_at": None if spell is None else moment(spell.entered),
            "days": None if spell is None else days(view.as_of - spell.entered),
            "reason": reason,
            "last_activity_at": moment(acts[-1]["occurred_at"]) if acts else None,
            "last_activity_type": acts[-1]["type"] if acts else None,
            "score": life.score_at(view.as_of),
            "max_score": life.highest_score(),
            "owner": life.owner_at(view.as_of),
            "opted_out": life.lead["opted_out"],
            "chance": chance,
            "value": value,
            "expected": expected,
        }
        listed.append((descending(expected), descending(row["max_score"]), life.lead_id, row))
    listed.sort(key=lambda item: item[:3])
    return [row for *_, row in listed]
