"""What a lead of the sample company does of its own accord: opening mails, visiting, asking.

Its persona sets the habits. Knows nothing of what the company does in return.
"""

from typing import NamedTuple

from funnel.sample.arrivals import EVENTS, WEBINAR_LOVED
from funnel.sample.life import Life, act, lose_interest
from funnel.sample.time import DAY, HOUR, next_mailing, own_moment


class Habit(NamedTuple):
    """How a persona comes to the site."""

    again_days: float  # days between two visits, mean
    stays: float  # chance that there is another visit
    product: float
    pricing: float
    paper: float
    webinar: float
    opens: float  # chance that a mail is opened
    clicks: float  # … and clicked once opened


HABITS: dict[str, Habit] = {
    "buyer": Habit(26, 0.93, 0.20, 0.02, 0.03, 0.02, 0.42, 0.10),
    "browser": Habit(20, 0.92, 0.30, 0.07, 0.13, 0.05, 0.48, 0.14),
    "collector": Habit(17, 0.90, 0.15, 0.08, 0.42, 0.04, 0.45, 0.14),
    "visitor": Habit(34, 0.968, 0.10, 0.003, 0.016, 0.008, 0.36, 0.042),
    "stranger": Habit(16, 0.45, 0.05, 0.0, 0.01, 0.0, 0.16, 0.015),
}
REQUESTS = ("consult_request", "demo_request", "quote_request")
PAPERS = (
    "原価管理ハンドブック",
    "在庫削減チェックリスト",
    "予実管理の始め方",
    "工程管理の進め方",
    "帳票電子化 事例集",
    "製品カタログ",
)


def arrive(life: Life) -> None:
    """What the lead does on coming in, by channel."""
    lead, rng, created = life.lead, life.rng, life.lead.created
    if lead.channel == "web_form":
        act(life, created, "inquiry", "お問い合わせフォーム")
    elif lead.channel == "whitepaper":
        act(life, created, "whitepaper_download", lead.campaign)
    elif lead.channel in ("seo", "ad", "sns", "referral"):
        act(life, created, "whitepaper_download" if rng.random() < 0.35 else "inquiry")
    elif lead.channel in ("webinar", "seminar"):
        event = next(event for event in EVENTS if event.campaign == lead.campaign)
        if rng.random() < (0.86 if lead.campaign == WEBINAR_LOVED else 0.68):
            life.plan(event.opens + 15 * HOUR + int(rng.random() * 900), "attend", lead.campaign)
    elif lead.asked_for_demo:
        act(life, created + 120 + int(rng.random() * 900), "demo_request", lead.campaign)
    life.plan(own_moment(rng, created, 6), "visit")
    if lead.persona == "buyer":
        soon = rng.random()
        if soon < 0.93:
            life.plan(own_moment(rng, created + 2 * DAY, 9 if soon < 0.62 else 110), "project")


def opened(life: Life, now: int, asset: str | None) -> None:
    act(life, now, "email_open", asset)


def clicked(life: Life, now: int, asset: str | None) -> None:
    act(life, now, "email_click", asset)
    act(life, now + 20 + int(life.rng.random() * 90), "web_visit", "/blog")


def visit(life: Life, now: int, _: str | None) -> None:
    """The lead looks at the site; then it comes again or loses interest, perhaps for long."""
    rng = life.rng
    if life.has_cooled:
        return
    habit = HABITS[life.lead.persona]
    browse(life, now, habit.product, habit.pricing, habit.paper)
    if rng.random() < habit.webinar:
        life.plan(next_mailing(now, 5) + DAY + 5 * HOUR + int(rng.random() * 600), "attend", "定例ウェビナー")
    if life.stage == "lost":
        return
    if rng.random() < habit.stays:
        life.plan(own_moment(rng, now + DAY, habit.again_days), "visit")
    else:
        lose_interest(life, now)


def recall(life: Life, now: int, _: str | None) -> None:
    """Long silent, the lead remembers us."""
    life.is_interested, life.has_cooled = True, False
    visit(life, now, None)


def browse(life: Life, now: int, product: float, pricing: float, paper: float) -> None:
    """One visit: some pages, some of them telling."""
    rng = life.rng
    act(life, now, "web_visit", "/")
    moment = now
    chances = {"product_visit": product, "pricing_visit": pricing, "whitepaper_download": paper}
    for kind, chance in chances.items():
        if rng.random() < chance:
            moment += 30 + int(rng.random() * 400)
            life.plan(moment, "page", kind)
    for _ in range(int(rng.random() * 2.6)):
        moment += 20 + int(rng.random() * 300)
        act(life, moment, "web_visit", rng.choice(("/blog", "/case", "/features", "/company")))


def page(life: Life, now: int, kind: str | None) -> None:
    if kind:
        act(life, now, kind, life.rng.choice(PAPERS) if kind == "whitepaper_download" else None)


def attend(life: Life, now: int, asset: str | None) -> None:
    if life.stage != "lost":
        is_seminar = life.lead.channel == "seminar" and asset == life.lead.campaign
        act(life, now, "seminar_attend" if is_seminar else "webinar_attend", asset)


def project(life: Life, now: int, _: str | None) -> None:
    """A real project begins: visits within three weeks, most of them to the prices, often a request."""
    rng = life.rng
    if life.stage not in ("new", "nurturing", "dormant", "mql"):
        return
    moment = now
    for _visit in range(rng.randrange(4, 8)):
        life.plan(moment, "research")
        moment = own_moment(rng, moment + HOUR, 2.4)
    if rng.random() < 0.45:
        life.plan(moment, "request", "consult_request" if life.handoffs else rng.choice(REQUESTS))
    elif life.handoffs:
        life.plan(moment, "request", "consult_request")


def research(life: Life, now: int, _: str | None) -> None:
    life.is_interested = True
    if life.stage != "lost":
        browse(life, now, 0.55, 0.52, 0.36)


def request(life: Life, now: int, kind: str | None) -> None:
    if kind and life.stage != "lost":
        act(life, now, kind)


STEPS = {
    "open": opened,
    "click": clicked,
    "visit": visit,
    "recall": recall,
    "page": page,
    "attend": attend,
    "project": project,
    "research": research,
    "request": request,
}
