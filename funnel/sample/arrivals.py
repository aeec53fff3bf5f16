"""Who comes to the sample company, when, from which channel, and what is in their mind.

The answer is a list of leads in the order of their creation, still without a history. What a lead has in
mind (`Persona`) decides what it will do later; it is never written out, the screens must find it.
"""

from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from random import Random
from typing import Literal

from funnel.months import next_month
from funnel.sample.names import (
    BUDGETS,
    INTERESTS,
    NEEDS,
    TARGET_INDUSTRIES,
    TIMELINES,
    Firm,
    Person,
    draw_firm,
    draw_person,
    weighted,
)
from funnel.sample.time import BEGIN, DAY, END, HOUR, at, local_date, own_moment

# buyer: has a project · browser: reads with interest, buys rarely · collector: collects papers
# visitor: looks by now and then · stranger: does not come back
Persona = Literal["buyer", "browser", "collector", "visitor", "stranger"]

PERSONAS: dict[str, dict[Persona, float]] = {
    "referral": {"buyer": 0.19, "browser": 0.06, "visitor": 0.45, "stranger": 0.30},
    "web_form": {"buyer": 0.16, "browser": 0.07, "visitor": 0.44, "stranger": 0.33},
    "seo": {"buyer": 0.075, "browser": 0.09, "visitor": 0.475, "stranger": 0.36},
    "ad": {"buyer": 0.055, "browser": 0.08, "visitor": 0.42, "stranger": 0.445},
    "sns": {"buyer": 0.02, "browser": 0.06, "visitor": 0.40, "stranger": 0.52},
    "whitepaper": {"buyer": 0.01, "browser": 0.04, "collector": 0.27, "visitor": 0.38, "stranger": 0.30},
    "exhibition": {"buyer": 0.035, "browser": 0.06, "visitor": 0.42, "stranger": 0.485},
    "webinar": {"buyer": 0.05, "browser": 0.10, "visitor": 0.50, "stranger": 0.35},
    "seminar": {"buyer": 0.08, "browser": 0.09, "visitor": 0.50, "stranger": 0.33},
    "outbound_call": {"buyer": 0.045, "browser": 0.04, "visitor": 0.38, "stranger": 0.535},
    "list": {"buyer": 0.025, "browser": 0.03, "visitor": 0.33, "stranger": 0.615},
}
# leads a month of the channels that flow all the time
STEADY = {
    "seo": 50.0,
    "ad": 38.0,
    "web_form": 35.0,
    "whitepaper": 34.0,
    "outbound_call": 14.0,
    "list": 12.0,
    "referral": 9.0,
    "sns": 5.0,
}
CAMPAIGNS = {
    "ad": ("検索広告", "比較サイト", "ディスプレイ広告"),
    "whitepaper": ("原価管理ハンドブック", "在庫削減チェックリスト", "予実管理の始め方"),
    "list": ("業界団体名簿", "帝都名簿2025"),
}
EXPO_UNCALLED = "そらいろEXPO 2026年2月"
WEBINAR_LOVED = "ウェビナー 2026年5月 原価の見える化"


@dataclass(frozen=True)
class Event:
    """A day or some days on which many leads come at once."""

    channel: str
    campaign: str
    opens: int
    days: int
    leads: float


EVENTS = (
    Event("exhibition", "みらい製造フェア 2025年6月", at(2025, 6, 18), 3, 120),
    Event("exhibition", "そらいろEXPO 2025年10月", at(2025, 10, 15), 3, 140),
    Event("exhibition", EXPO_UNCALLED, at(2026, 2, 18), 3, 330),
    Event("exhibition", "みらい製造フェア 2026年6月", at(2026, 6, 17), 3, 120),
    Event("exhibition", "そらいろEXPO 2026年10月", at(2026, 10, 14), 3, 120),
    Event("webinar", "ウェビナー 2025年1月 在庫管理", at(2025, 1, 23), 1, 40),
    Event("webinar", "ウェビナー 2025年5月 予実管理", at(2025, 5, 22), 1, 45),
    Event("webinar", "ウェビナー 2025年9月 受発注", at(2025, 9, 18), 1, 45),
    Event("webinar", "ウェビナー 2026年1月 帳票電子化", at(2026, 1, 22), 1, 40),
    Event("webinar", WEBINAR_LOVED, at(2026, 5, 21), 1, 78),
    Event("webinar", "ウェビナー 2026年9月 工程管理", at(2026, 9, 17), 1, 45),
    Event("seminar", "セミナー 2025年3月 東京", at(2025, 3, 13), 1, 35),
    Event("seminar", "セミナー 2025年7月 大阪", at(2025, 7, 10), 1, 35),
    Event("seminar", "セミナー 2025年11月 名古屋", at(2025, 11, 13), 1, 35),
    Event("seminar", "セミナー 2026年3月 東京", at(2026, 3, 12), 1, 35),
    Event("seminar", "セミナー 2026年7月 大阪", at(2026, 7, 9), 1, 35),
    Event("seminar", "セミナー 2026年10月 東京", at(2026, 10, 22), 1, 30),
)
MIGRATED = 42  # leads that came from an older tool on the first day, without a history


@dataclass
class Lead:
    """What is known of a lead, and what it has in mind."""

    number: int
    created: int
    channel: str
    campaign: str | None
    firm: Firm
    person: Person
    persona: Persona
    interest: str | None
    need: str | None = None
    budget: str | None = None
    timeline: str | None = None
    decision_maker: str | None = None
    asked_for_demo: bool = False  # at the booth
    is_migrated: bool = False
    is_excluded: bool = False

    @property
    def lead_id(self) -> str:
        return f"L-{self.number:06d}"

    @property
    def base_points(self) -> int:
        """The points of the rules' attributes."""
        rank = self.person.rank if self.person.title else ""
        points = {"executive": 20, "manager": 20, "section_chief": 10, "staff": 5, "": 0}[rank]
        points += 15 * (self.firm.industry in TARGET_INDUSTRIES)
        return points + 10 * ((self.firm.employees or 0) >= 50)


def _months() -> list[tuple[int, int]]:
    """First and last instant of every month from BEGIN to END."""
    firsts = [BEGIN]
    while firsts[-1] < END:
        following = next_month(local_date(firsts[-1]))
        firsts.append(at(following.year, following.month, 1))
    return [(first, min(after, END)) for first, after in pairwise(firsts)]


def _season(first: int, channel: str) -> float:
    """A little growth, a weak August and December, more papers since the new campaign of April 2026."""
    month = local_date(first)
    growth = 0.88 + 0.24 * (first - BEGIN) / (END - BEGIN)
    quiet = {8: 0.82, 12: 0.85, 1: 0.92}.get(month.month, 1.0)
    papers = 1.45 if channel == "whitepaper" and month >= date(2026, 4, 1) else 1.0
    return growth * quiet * papers


def _arrivals(rng: Random, leads: int) -> list[tuple[int, str, str | None]]:
    """When, channel, campaign of `leads` arrivals: the steady channels month by month, and the events."""
    cells: list[tuple[float, str, Event | None, int, int]] = []
    for first, last in _months():
        share = (last - first) / (30.4 * DAY)
        for channel, monthly in STEADY.items():
            cells.append((monthly * share * _season(first, channel), channel, None, first, last))
    for day in EVENTS:
        cells.append((day.leads, day.channel, day, day.opens, day.opens + day.days * DAY))
    total = sum(cell[0] for cell in cells)
    arrivals: list[tuple[int, str, str | None]] = []
    drawn = 0.0
    for weight, channel, event, first, last in cells:
        drawn += weight * leads / total
        for _ in range(round(drawn) - len(arrivals)):
            arrivals.append(_arrival(rng, channel, event, first, last))
    return sorted(arrivals, key=lambda arrival: arrival[0])


def _arrival(
    rng: Random, channel: str, event: Event | None, first: int, last: int
) -> tuple[int, str, str | None]:
    if event is None:
        campaigns = CAMPAIGNS.get(channel)
        campaign = rng.choice(campaigns) if campaigns else None
        while True:
            moment = own_moment(rng, first + int(rng.random() * (last - first)) - DAY, 0.01)
            if first <= moment < last:
                return moment, channel, campaign
    if event.channel == "exhibition":  # badges are scanned while the hall is open
        moment = event.opens + rng.randrange(event.days) * DAY + 10 * HOUR + int(rng.random() * 7 * HOUR)
    else:  # people sign up in the three weeks before
        moment = own_moment(rng, event.opens - int(rng.triangular(2, 21, 3) * DAY), 0.5)
    return moment, channel, event.campaign


def draw_leads(rng: Random, leads: int) -> list[Lead]:
    """The leads by creation. Some companies send several people."""
    drawn: list[Lead] = []
    firms: list[Firm] = []
    for number, (created, channel, campaign) in enumerate(_arrivals(rng, leads), start=1):
        if firms and rng.random() < 0.2:
            firm = firms[-1 - int(rng.random() ** 2 * min(len(firms), 400))]
        else:
            firm = draw_firm(rng, len(firms) + 1)
            firms.append(firm)
        lead = Lead(
            number=number,
            created=created,
            channel=channel,
            campaign=campaign,
            firm=firm,
            person=draw_person(rng, firm),
            persona=weighted(rng, PERSONAS[channel]),
            interest=rng.choice(INTERESTS) if rng.random() < 0.7 else None,
            is_excluded=rng.random() < 0.007,
        )
        if channel == "web_form" and rng.random() < 0.5:  # the form asks for it
            lead.need = rng.choice(NEEDS)
        if campaign == WEBINAR_LOVED:
            lead.persona = weighted(rng, {"buyer": 0.36, "browser": 0.04, "visitor": 0.42, "stranger": 0.18})
        if channel == "exhibition":
            lead.asked_for_demo = rng.random() < (0.12 if campaign == EXPO_UNCALLED else 0.07)
            if lead.asked_for_demo:
                lead.persona = weighted(rng, {"buyer": 0.6, "browser": 0.3, "visitor": 0.1})
        drawn.append(lead)
    for lead in drawn[: MIGRATED * leads // 6000]:
        lead.created = at(2024, 11, 1, 9) + lead.number * 40
        lead.is_migrated, lead.persona, lead.asked_for_demo = True, "visitor", False
    return drawn


def qualify(rng: Random, lead: Lead) -> None:
    """A conversation brings out what the lead needs, with which money, until when."""
    lead.need = lead.need or rng.choice(NEEDS)
    lead.budget = rng.choice(BUDGETS) if rng.random() < 0.75 else None
    lead.timeline = rng.choice(TIMELINES) if rng.random() < 0.8 else None
    lead.decision_maker = rng.choice(("本人", "上長", "役員会", "未確認")) if rng.random() < 0.6 else None
