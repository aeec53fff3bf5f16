"""METRICS.md 6 for the slow twin: who would have been an MQL under other rules."""

from dataclasses import dataclass
from datetime import timedelta

from tests.reference_conversion import is_small
from tests.reference_handoff import qualified
from tests.reference_lives import Life, lives_of
from tests.reference_loading import Refused, Row, load
from tests.reference_numbers import Month, local, moment, month_name, rate
from tests.reference_view import View, interval

MOVES = ("before", "after", "same", "earlier", "later", "in", "out")
LISTED = ("in", "out", "earlier", "later")
Met = tuple[int, int] | None  # when, and by which item


@dataclass(frozen=True)
class Outcome:
    """A lead that qualifies now, then, or both."""

    life: Life
    now: Met
    then: Met

    @property
    def move(self) -> str:
        if self.now is None:
            return "in"
        if self.then is None:
            return "out"
        if self.then[0] == self.now[0]:
            return "same"
        return "earlier" if self.then[0] < self.now[0] else "later"


def outcomes(view: View) -> list[Outcome]:
    """Every lead that qualifies under the rules now or under the other ones, by T."""
    version, shift = view.params["version"], view.params["shift"]
    if (version is None) == (shift is None):
        raise Refused("a version or a shift")
    if shift is None:
        if version not in {given["version"] for given in view.world.versions}:
            raise Refused(f"no version {version}")
        elsewhere = {life.lead_id: life for life in lives_of(load(view.world, moment(view.as_of), version))}
        then = {
            life.lead_id: qualified(elsewhere[life.lead_id])
            for life in view.lives
            if life.lead_id in elsewhere
        }
    else:
        then = {life.lead_id: qualified(life, shift) for life in view.lives}
    found = [Outcome(life, qualified(life), then.get(life.lead_id)) for life in view.lives]
    return [each for each in found if each.now is not None or each.then is not None]


def is_of(view: View, each: Outcome, move: str, month: Month) -> bool:
    """A lead stands in a row of the month."""
    by = each.now if move in ("before", "out") else each.then
    if by is None or not view.is_in(by[0], month):
        return False
    return move in ("before", "after") or each.move == move


def open_days(view: View, month: Month) -> int:
    """Days of the month with opening hours, up to and with that of T."""
    day, last, count = (
        local(view.begins(month), view.rules.zone).date(),
        local(view.as_of, view.rules.zone).date(),
        0,
    )
    while (day.year, day.month) == month and day <= last:
        count += bool(view.calendar.windows_on(day))
        day += timedelta(days=1)
    return count


def what_if(view: View) -> list[Row]:
    mql, sql = view.stage_of_milestone("mql"), view.stage_of_milestone("sql")
    found = outcomes(view)
    calls, rows = view.rules.capacity.get("calls_per_mql"), []
    for month in view.months():
        days = open_days(view, month)
        for move in MOVES:
            lives = [each.life for each in found if is_of(view, each, move, month)]
            went_on = sum(life.has_reached(sql) for life in lives)
            rows.append(
                {
                    "month": month_name(month),
                    "move": move,
                    "leads": len(lives),
                    "handed_off": sum(life.has_reached(mql) for life in lives),
                    "sql": went_on,
                    "rate": rate(went_on, len(lives)),
                    **interval(went_on, len(lives)),
                    "calls_per_day": None if calls is None or not days else len(lives) * calls / days,
                    "capacity": view.rules.capacity.get("inside_sales_calls_per_day"),
                    "small": is_small(len(lives)),
                }
            )
    return rows


def what_if_leads(view: View) -> list[Row]:
    mql, sql = view.stage_of_milestone("mql"), view.stage_of_milestone("sql")
    listed = []
    for each in outcomes(view):
        dates = [met[0] for met in (each.now, each.then) if met is not None]
        if each.move == "same" or not any(view.is_in_months(at) for at in dates):
            continue
        life, handed = each.life, each.life.reached_on(mql)
        row = {
            "move": each.move,
            "lead_id": life.lead_id,
            "company": life.lead["company"],
            "stage": life.now.stage.key,
            "owner": life.owner_at(view.as_of),
            "score": life.score_at(view.as_of),
            "qualified_at": each.now and moment(each.now[0]),
            "qualified_by": each.now and f"any_of[{each.now[1]}]",
            "then_at": each.then and moment(each.then[0]),
            "then_by": each.then and f"any_of[{each.then[1]}]",
            "handed_off_at": None if handed is None else moment(handed),
            "sql": life.has_reached(sql),
        }
        by = each.then or each.now
        listed.append((LISTED.index(each.move), by[0], life.lead_id, row))
    listed.sort(key=lambda item: item[:3])
    return [row for *_, row in listed]
