"""What marketing of the sample company does with a lead, and its mailing machine, before sales takes over.

Steps of the same queue: the first look, mails, waking and putting to sleep, and the review of April 2026,
when the MQL line went down from 120 to 100 points.
"""

from random import Random

from funnel.sample.arrivals import EXPO_UNCALLED, Lead
from funnel.sample.habits import HABITS, arrive
from funnel.sample.life import NEW_DEFINITION, Life, put_aside
from funnel.sample.names import INSIDE_SALES, MARKETING
from funnel.sample.time import (
    DAY,
    DESK_DAY,
    HOUR,
    at,
    desk,
    local_date,
    next_mailing,
    next_tidying,
    opened_after,
    own_moment,
)


def begin(lead: Lead, rng: Random) -> Life:
    """A lead has come in: its owner and the first plans. Those of the older tool only look in."""
    is_outbound = lead.channel in ("outbound_call", "list")
    owner = rng.choice(INSIDE_SALES[1:] if is_outbound else MARKETING)
    is_overlooked = not is_outbound and not lead.is_migrated and rng.random() < 0.07
    life = Life(
        lead, rng, None if is_overlooked else owner, lasting_points=lead.base_points, reacted_at=lead.created
    )
    created = lead.created
    if lead.is_migrated:
        life.stage = "lost" if rng.random() < 0.25 else "nurturing"
        if life.stage == "nurturing":
            life.plan(own_moment(rng, created, 60), "visit")
        return life
    arrive(life)
    if is_outbound:
        life.plan(desk(created, rng.uniform(0.5, 20) * HOUR), "cold_call")
    if is_overlooked:
        life.plan(desk(created, rng.uniform(0.5, 6) * DESK_DAY), "find_owner", owner)
    life.plan(_welcome_moment(life), "welcome")
    life.plan(created + 60 * 24 * (1 + int(rng.random() * 8)), "mail", "ご登録ありがとうございます")
    plan_tidying(life, created + 150 * DAY)
    life.plan(desk(NEW_DEFINITION, rng.random() * 90 * HOUR), "review")
    return life


def find_owner(life: Life, now: int, owner: str | None) -> None:
    """Somebody notices that nobody looks after the lead."""
    if owner and life.owner is None:
        life.give(now, owner, owner)


def _welcome_moment(life: Life) -> int:
    """When marketing looks at a new lead: next working day; at February's cards after two weeks."""
    rng, created = life.rng, life.lead.created
    if life.lead.campaign == EXPO_UNCALLED:
        return desk(at(2026, 3, 6, 9), rng.random() * 22 * HOUR)
    return desk(created, rng.uniform(4, 8) * HOUR if rng.random() < 0.9 else rng.uniform(8, 26) * HOUR)


def welcome(life: Life, now: int, _: str | None) -> None:
    """First look: into nurturing, or not the target at all."""
    if life.stage == "new" and not life.is_awaiting_handoff:
        if life.rng.random() < {"stranger": 0.55, "visitor": 0.08}.get(life.lead.persona, 0.0):
            put_aside(life, now, "対象外")
        else:
            life.move(now, "nurturing")


def mail(life: Life, now: int, asset: str | None) -> None:
    """A mail goes out: step mails first, then the newsletter, rarely to those who are silent."""
    rng = life.rng
    if life.is_opted_out or life.stage in ("lost", "won"):
        return
    age, silent = now - life.lead.created, now - life.reacted_at
    if life.stage not in ("sql", "opportunity"):
        life.record(now, "email_sent", asset=asset)
        habit = HABITS[life.lead.persona]
        fondness = 1.0 if life.is_interested else 0.4
        if rng.random() < habit.opens * fondness:
            opens = opened_after(rng, now)
            life.plan(opens, "open", asset)
            if rng.random() < habit.clicks * fondness**2:
                life.plan(opens + 15 + int(rng.random() * 240), "click", asset)
        if rng.random() < 0.0022:
            life.is_opted_out = True
            return
    if age < 25 * DAY:
        following = desk(now + int(rng.uniform(3, 7) * DAY), 1800)
        life.plan(following, "mail", f"ステップメール{1 + age // (5 * DAY)}")
    else:
        following = next_mailing(now, 8 if silent < 120 * DAY else 34)
        issue = f"ニュースレター {local_date(following):%Y-%m-%d}"
        life.plan(following + int(rng.random() * 900), "mail", issue)


def wake(life: Life, now: int, _: str | None) -> None:
    if life.stage == "dormant" and not life.is_awaiting_handoff:
        life.move(now, "nurturing")
        plan_tidying(life, now + 150 * DAY)


def review(life: Life, now: int, _: str | None) -> None:
    """April 2026: who stands above the new line is handed off if still about, else put to sleep uncalled."""
    if not life.owes_handoff or life.is_awaiting_handoff or life.stage not in ("new", "nurturing"):
        return
    is_about = now - life.reacted_at < 45 * DAY
    if is_about and life.rng.random() < 0.5:  # worked off by and by
        life.is_awaiting_handoff = True
        life.plan(desk(now, life.rng.random() * 60 * DESK_DAY), "handoff")
    elif not is_about and life.rng.random() < 0.9:
        life.move(now, "dormant", life.owner)
    else:
        put_aside(life, now, life.rng.choice(("退職・異動", "他社利用中", "対象外")))


def plan_tidying(life: Life, after: int) -> None:
    life.plan(next_tidying(after) + int(life.rng.random() * 6000), "tidy")


def tidy(life: Life, now: int, _: str | None) -> None:
    """Monthly: who has been silent for long goes to sleep or is taken off the list; a few are called."""
    rng = life.rng
    silent = now - life.reacted_at
    if life.stage not in ("new", "nurturing") or life.is_awaiting_handoff:
        if life.stage in ("mql", "sql", "opportunity"):
            plan_tidying(life, now)
        return
    if silent < 150 * DAY:
        plan_tidying(life, max(now, life.reacted_at + 150 * DAY))
    elif life.score(now) < 60 and rng.random() < 0.2:
        put_aside(life, now, rng.choice(("退職・異動", "宛先不明", "対象外")))
    elif life.score(now) < 80 and rng.random() < 0.12:
        life.plan(desk(now, rng.random() * 60 * HOUR), "cold_call")
        plan_tidying(life, now + 40 * DAY)
    else:
        life.move(now, "dormant", life.owner)


STEPS = {
    "find_owner": find_owner,
    "welcome": welcome,
    "mail": mail,
    "wake": wake,
    "review": review,
    "tidy": tidy,
}
