"""What the people of the sample company do with a lead: hand-off, first contact, decision, meetings, deal.

Steps of the same queue. Everybody works in desk hours; one person of inside sales carries
three times the load of the others and gets to half of it in time; whoever is called soon is won more often.
"""

import math

from funnel.sample.arrivals import EXPO_UNCALLED, WEBINAR_LOVED, qualify
from funnel.sample.life import Life, put_aside
from funnel.sample.names import CUSTOMER_SUCCESS, FIELD_SALES, INSIDE_SALES, MARKETING, OVERLOADED, weighted
from funnel.sample.time import DAY, DESK_DAY, HOUR, at, business_seconds, desk, own_moment

BEHIND = at(2026, 10, 26)  # the pile of the last weeks begins
SHARES = {name: 3.0 if name == OVERLOADED else 1.0 for name in INSIDE_SALES}
FITS = {"buyer": 0.60, "browser": 0.08, "collector": 0.04, "visitor": 0.07, "stranger": 0.05}
TOO_EARLY = "時期尚早"
REASONS: dict[str, dict[str, float]] = {
    "buyer": {TOO_EARLY: 0.42, "予算なし": 0.26, "競合決定": 0.22, "対象外": 0.10},
    "browser": {TOO_EARLY: 0.12, "情報収集のみ": 0.20, "予算なし": 0.28, "対象外": 0.40},
    "collector": {TOO_EARLY: 0.05, "情報収集のみ": 0.25, "予算なし": 0.20, "対象外": 0.50},
}
BACK_TO_NURTURING = (TOO_EARLY, "情報収集のみ")


def handoff(life: Life, now: int, _: str | None) -> None:
    """Marketing hands the lead over: it is an MQL from here on."""
    life.is_awaiting_handoff = False
    if life.stage in ("mql", "sql", "opportunity", "won", "lost"):
        return
    life.move(now, "mql", life.owner if life.owner in MARKETING else None)
    life.handoffs += 1
    life.handed_at = now
    life.attempts = 0
    life.plan(desk(now, life.rng.expovariate(1 / 40) * 60), "assign")


def assign(life: Life, now: int, _: str | None) -> None:
    """Somebody of inside sales becomes the owner and plans the first attempt."""
    rng = life.rng
    if life.stage != "mql":
        return
    owner = life.owner if life.owner in INSIDE_SALES else weighted(rng, SHARES)
    life.give(now, owner, rng.choice(MARKETING))
    life.plan(_first_attempt(life, now), "attempt")


def _first_attempt(life: Life, now: int) -> int:
    rng = life.rng
    if life.lead.campaign == EXPO_UNCALLED and now < at(2026, 3, 5):
        return desk(at(2026, 3, 9, 9), rng.random() * 40 * HOUR)  # all hands at the year's end: two weeks
    is_behind = now >= BEHIND
    if life.owner == OVERLOADED:
        if rng.random() < (0.2 if is_behind else 0.52):
            return desk(now, min(math.exp(rng.gauss(1.9, 0.7)), 15) * HOUR)
        return desk(now, rng.triangular(2.2, 9 if is_behind else 6.5, 6 if is_behind else 3) * DESK_DAY)
    if rng.random() < (0.8 if is_behind else 0.955):
        return desk(now, min(math.exp(rng.gauss(1.6 if is_behind else 0.6, 0.9)), 14) * HOUR)
    return desk(now, rng.uniform(2.1, 4) * DESK_DAY)


def attempt(life: Life, now: int, _: str | None) -> None:
    """A call or a personal mail; until somebody answers, at most six times."""
    rng = life.rng
    if life.stage != "mql":
        return
    life.attempts += 1
    if life.attempts == 1:
        life.wait = _waited(life, now)
    if _reach(life, now):
        is_slow = life.owner == OVERLOADED or now >= BEHIND
        hours = rng.uniform(3, 52 if is_slow else 34) if rng.random() < 0.95 else rng.uniform(50, 120)
        life.plan(desk(now, hours * HOUR), "decide")
    elif life.attempts >= 6:
        life.plan(desk(now, rng.uniform(1, 6) * HOUR), "give_up")
    else:
        pause = rng.uniform(5, 14) if life.owner == OVERLOADED else rng.uniform(3, 10)
        life.plan(desk(now, pause * HOUR), "attempt")


def _reach(life: Life, now: int) -> bool:
    """One attempt of the owner's, and whether the lead answered."""
    rng = life.rng
    eagerness = {"buyer": 1.0, "browser": 0.85, "collector": 0.7}.get(life.lead.persona, 0.8)
    if rng.random() < 0.2:
        replied = rng.random() < 0.32 * eagerness
        life.record(now, "email_out", life.owner, "replied" if replied else "no_reply")
    else:
        replied = rng.random() < 0.42 * eagerness
        appointed = replied and rng.random() < 0.3
        outcome = "appointment" if appointed else "connected" if replied else "no_answer"
        life.record(now, "call", life.owner, outcome)
    if replied:
        life.reacted_at = now
    return replied


def _patience(life: Life) -> float:
    """Interest cools with every hour that passes before the first attempt."""
    hours = life.wait / HOUR
    return (
        1.12 if hours <= 4 else 1.0 if hours <= 8 else 0.85 if hours <= 16 else 0.6 if hours <= 40 else 0.15
    )


def decide(life: Life, now: int, _: str | None) -> None:
    """After a talk: to field sales, or back with a reason."""
    if life.stage != "mql":
        return
    qualify(life.rng, life.lead)
    fit = FITS[life.lead.persona] if life.handoffs == 1 else max(0.5, FITS[life.lead.persona])
    if life.lead.campaign == WEBINAR_LOVED:  # what was shown there was what they needed
        fit = max(0.65, fit)
    if life.rng.random() < min(0.9, fit * _patience(life)):
        accept(life, now)
    else:
        reject(life, now, weighted(life.rng, REASONS.get(life.lead.persona, REASONS["browser"])))


def give_up(life: Life, now: int, _: str | None) -> None:
    if life.stage == "mql":
        reject(life, now, "連絡不能")


def accept(life: Life, now: int) -> None:
    rng = life.rng
    life.move(now, "sql", life.owner)
    life.amount = round(math.exp(rng.gauss(14.1, 0.6)), -4)
    life.plan(desk(now, rng.expovariate(1 / 60) * 60), "to_field")


def reject(life: Life, now: int, reason: str) -> None:
    """Back to marketing, or lost. Of those that were too early, half come back within half a year."""
    rng = life.rng
    actor = life.owner
    if reason in BACK_TO_NURTURING:
        life.move(now, "nurturing", actor, reason)
        life.plan(desk(now, HOUR), "to_marketing")
        if reason == TOO_EARLY and rng.random() < 0.55:
            life.plan(own_moment(rng, now + int(rng.uniform(125, 168) * DAY), 2), "project")
        life.plan(desk(now + 160 * DAY, rng.random() * HOUR), "tidy")
    else:
        put_aside(life, now, reason)


def to_marketing(life: Life, now: int, _: str | None) -> None:
    if life.stage == "nurturing":
        life.give(now, life.rng.choice(MARKETING), life.owner)


def to_field(life: Life, now: int, _: str | None) -> None:
    """Field sales takes over and meets the lead within a week, mostly."""
    rng = life.rng
    if life.stage != "sql":
        return
    life.give(now, rng.choice(FIELD_SALES), life.owner)
    hours = math.exp(rng.gauss(3.0, 0.45)) if rng.random() < 0.9 else rng.uniform(41, 110)
    life.plan(desk(now, hours * HOUR), "meet")


def meet(life: Life, now: int, _: str | None) -> None:
    if life.stage == "sql":
        life.record(now, "meeting", life.owner, "held")
        life.reacted_at = now
        life.plan(desk(now, life.rng.uniform(8, 100) * HOUR), "judge")


def judge(life: Life, now: int, _: str | None) -> None:
    """After the first meeting: a deal in progress, or not."""
    rng = life.rng
    if life.stage != "sql":
        return
    if rng.random() < 0.7:
        life.move(now, "opportunity", life.owner)
        length = min(210.0, math.exp(rng.gauss(4.2, 0.5)))
        life.plan(desk(now + int(length * DAY), HOUR), "close")
        life.plan(_next_touch(life, now), "touch")
        life.plan(own_moment(rng, now, 9), "request", "quote_request")
    elif rng.random() < 0.35:
        reject(life, now, TOO_EARLY)
    else:
        reject(life, now, weighted(rng, {"予算なし": 0.45, "競合決定": 0.35, "対象外": 0.2}))


def _next_touch(life: Life, now: int) -> int:
    rng = life.rng
    usual = rng.triangular(4, 10.3, 9.4) if now >= BEHIND else rng.triangular(1.5, 9.8, 6)
    days = usual if rng.random() < 0.92 else rng.uniform(10.5, 18)
    return desk(now, days * DESK_DAY)


def touch(life: Life, now: int, _: str | None) -> None:
    """Field sales keeps in touch while the deal is open."""
    rng = life.rng
    if life.stage != "opportunity":
        return
    kind = weighted(rng, {"meeting": 0.45, "call": 0.25, "email_out": 0.30})
    outcome = {
        "meeting": "held",
        "call": "connected" if rng.random() < 0.6 else "no_answer",
        "email_out": "replied" if rng.random() < 0.6 else "no_reply",
    }[kind]
    life.record(now, kind, life.owner, outcome)
    if outcome in ("held", "connected", "replied"):
        life.reacted_at = now
    life.plan(_next_touch(life, now), "touch")


def close(life: Life, now: int, _: str | None) -> None:
    """Won or lost."""
    rng = life.rng
    if life.stage != "opportunity":
        return
    if rng.random() < 0.46:
        life.move(now, "won", life.owner)
        life.plan(desk(now, 6 * HOUR), "to_success")
    else:
        put_aside(life, now, weighted(rng, {"競合決定": 0.42, "予算なし": 0.33, "社内調整つかず": 0.25}))


def to_success(life: Life, now: int, _: str | None) -> None:
    life.give(now, life.rng.choice(CUSTOMER_SUCCESS), life.owner)


def cold_call(life: Life, now: int, _: str | None) -> None:
    """Inside sales calls from a list: new names, or silent leads with a low score."""
    rng = life.rng
    if life.stage not in ("new", "nurturing", "dormant") or life.is_awaiting_handoff:
        return
    caller = life.owner if life.owner in INSIDE_SALES else rng.choice(INSIDE_SALES[1:])
    outcome = weighted(rng, {"no_answer": 0.70, "connected": 0.275, "appointment": 0.025})
    life.record(now, "call", caller, outcome)
    if outcome == "no_answer":
        if rng.random() < 0.5:
            life.plan(desk(now, rng.uniform(8, 40) * HOUR), "cold_call")
        return
    life.reacted_at = now
    if outcome == "appointment":  # straight to field sales, past the MQL
        qualify(rng, life.lead)
        life.give(now + 60, caller, caller)
        accept(life, now + 300)


def _waited(life: Life, now: int) -> float:
    """Business seconds since the hand-off."""
    return business_seconds(now) - business_seconds(life.handed_at)


STEPS = {
    "handoff": handoff,
    "assign": assign,
    "attempt": attempt,
    "decide": decide,
    "give_up": give_up,
    "to_marketing": to_marketing,
    "to_field": to_field,
    "meet": meet,
    "judge": judge,
    "touch": touch,
    "close": close,
    "to_success": to_success,
    "cold_call": cold_call,
}
