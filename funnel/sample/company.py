"""The sample company: two years of leads of an invented firm, as its tools would export them.

`write_sample` writes the three exports of the data contract and the two versions of the rules. The same
seed gives the same bytes. Some things went right and some went wrong in those years: `STORIES` says what, and
on which screen it is seen. This floor knows the data contract and nothing of the answers.
"""

import heapq
from importlib import resources
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from funnel.errors import FunnelError
from funnel.months import next_month
from funnel.sample import habits, marketing, sales
from funnel.sample.arrivals import EVENTS, Lead, draw_leads
from funnel.sample.life import Activity, Life
from funnel.sample.marketing import begin
from funnel.sample.names import TEAMS
from funnel.sample.quirks import add_quirks
from funnel.sample.time import BEGIN, END, local_date

STEPS = habits.STEPS | marketing.STEPS | sales.STEPS  # what can be planned, by name

Row = tuple[Any, ...]  # the values of one row, in the order of its schema

_INSTANT = pa.timestamp("us", tz="UTC")
LEADS_SCHEMA = pa.schema(
    {
        "lead_id": pa.string(),
        "created_at": _INSTANT,
        "company": pa.string(),
        "contact_name": pa.string(),
        "email": pa.string(),
        "phone": pa.string(),
        "department": pa.string(),
        "title": pa.string(),
        "industry": pa.string(),
        "campaign": pa.string(),
        "interest": pa.string(),
        "employees": pa.int64(),
        "channel": pa.string(),
        "owner": pa.string(),
        "owner_team": pa.string(),
        "stage": pa.string(),
        "stage_since": _INSTANT,
        "score": pa.float64(),
        "need": pa.string(),
        "budget": pa.string(),
        "timeline": pa.string(),
        "decision_maker": pa.string(),
        "amount": pa.float64(),
        "lost_reason": pa.string(),
        "opted_out": pa.bool_(),
        "excluded": pa.bool_(),
        "record_url": pa.string(),
    }
)
ACTIVITIES_SCHEMA = pa.schema(
    {
        "activity_id": pa.string(),
        "lead_id": pa.string(),
        "occurred_at": _INSTANT,
        "type": pa.string(),
        "actor": pa.string(),
        "outcome": pa.string(),
        "from_value": pa.string(),
        "to_value": pa.string(),
        "reason": pa.string(),
        "asset": pa.string(),
    }
)
COSTS_SCHEMA = pa.schema(
    {"month": pa.date32(), "channel": pa.string(), "campaign": pa.string(), "cost": pa.float64()}
)


class Story(NamedTuple):
    """Something that happened, and the screen on which a reader sees it."""

    key: str
    ja: str
    en: str
    screen_ja: str
    screen_en: str
    question: str


STORIES = (
    Story(
        "expo_uncalled",
        "2026年2月の展示会のMQLに2週間だれも連絡せず、期限内対応率は0%、SQL転換率もほかの展示会を大きく下回った",
        "Nobody contacted the MQLs of the February 2026 exhibition for two weeks: no first contact in time, "
        "and far fewer SQLs than from the other exhibitions",
        "対応期限超過・MQL/SQL転換",
        "Overdue follow-ups, conversion",
        "sla_summary --by campaign",
    ),
    Story(
        "overloaded",
        "高橋 健さんの担当件数はほかの人の3倍、初回接触の期限内対応率は約半分",
        "One person of inside sales has three times the leads of each colleague and half their attainment",
        "対応期限超過",
        "Overdue follow-ups",
        "sla_summary --by owner",
    ),
    Story(
        "papers",
        "資料請求チャネルはMQLが最も多い部類なのに、SQLになるのはわずか",
        "White papers bring a great many MQLs and hardly any SQLs",
        "MQL/SQL転換",
        "Conversion",
        "conversion --by channel",
    ),
    Story(
        "threshold",
        "2026年4月にMQLのしきい値を120点から100点に下げ、MQLは倍以上になったが、SQLはそこまで増えなかった",
        "Since the MQL threshold went from 120 to 100 points in April 2026 there are twice as many MQLs, "
        "but not twice as many SQLs",
        "MQL/SQL転換・定義",
        "Conversion, definitions",
        "conversion",
    ),
    Story(
        "too_early",
        "時期尚早で差し戻したリードのうち、およそ半年後に戻ってきてSQLになったものが少なくない",
        "Of the leads sent back as too early, many returned about half a year later and became SQLs",
        "対応期限超過・リード",
        "Overdue follow-ups, lead",
        "sla_clocks",
    ),
    Story(
        "never_called",
        "無反応のリードのうち過去にホットだったものの多くに、一度も連絡していない",
        "Most of the silent leads that were hot once were never called",
        "休眠・無反応",
        "Silent leads",
        "dormant_leads",
    ),
    Story(
        "webinar",
        "2026年5月のウェビナーは、少ない人数から最も多くのSQLを生んだ",
        "The webinar of May 2026 turned few people into the most SQLs of any event",
        "MQL/SQL転換",
        "Conversion",
        "funnel --by campaign",
    ),
    Story(
        "soon",
        "MQLへの初回接触が早いほどSQLになっている",
        "The sooner an MQL is contacted, the more often it becomes an SQL",
        "対応期限超過",
        "Overdue follow-ups",
        "response_times",
    ),
)


def write_sample(directory: Path, *, leads: int = 6000, seed: int = 20261110) -> None:
    """Write leads, activities, costs and rules of the sample company into a directory.

    Raises FunnelError for less than one lead.
    """
    if leads < 1:
        raise FunnelError(
            f"A sample of {leads} leads cannot be written: ask for at least one.",
            f"{leads}件の見本は作れません。1件以上を指定してください。",
        )
    lives = [live(lead, Random(f"{seed}/{lead.number}")) for lead in draw_leads(Random(f"{seed}"), leads)]
    lead_rows = [_lead_row(life) for life in lives]
    activity_rows = _activity_rows(lives)
    add_quirks(Random(f"{seed}/quirks"), lead_rows, activity_rows)
    (directory / "rules").mkdir(parents=True, exist_ok=True)
    _write(directory / "leads.parquet", [tuple(row.values()) for row in lead_rows], LEADS_SCHEMA)
    _write(directory / "activities.parquet", activity_rows, ACTIVITIES_SCHEMA)
    _write(directory / "costs.parquet", _cost_rows(leads), COSTS_SCHEMA)
    for rules in resources.files("funnel.sample").joinpath("rules").iterdir():
        if rules.name.endswith(".toml"):
            (directory / "rules" / rules.name).write_bytes(rules.read_bytes())


def live(lead: Lead, rng: Random) -> Life:
    """A lead's whole life up to the end of the data."""
    life = begin(lead, rng)
    while life.planned:
        instant, _, step, what = heapq.heappop(life.planned)
        STEPS[step](life, instant, what)
    return life


def _lead_row(life: Life) -> dict[str, Any]:
    lead, firm, person = life.lead, life.lead.firm, life.lead.person
    return {
        "lead_id": lead.lead_id,
        "created_at": lead.created,
        "company": firm.name,
        "contact_name": person.name,
        "email": person.email,
        "phone": person.phone,
        "department": person.department,
        "title": person.title,
        "industry": firm.industry,
        "campaign": lead.campaign,
        "interest": lead.interest,
        "employees": firm.employees,
        "channel": lead.channel,
        "owner": life.owner,
        "owner_team": TEAMS[life.owner] if life.owner else None,
        "stage": life.stage,
        "stage_since": life.stage_since,
        "score": float(life.score(END + 1)),
        "need": lead.need,
        "budget": lead.budget,
        "timeline": lead.timeline,
        "decision_maker": lead.decision_maker,
        "amount": None if life.amount is None else float(life.amount),
        "lost_reason": life.lost_reason if life.stage == "lost" else None,
        "opted_out": life.is_opted_out,
        "excluded": lead.is_excluded,
        "record_url": f"https://sfa.example.jp/leads/{lead.lead_id}",
    }


def _activity_rows(lives: list[Life]) -> list[Row]:
    """All activities by time, numbered in that order. The newest event is a page view at END."""
    activities = [activity for life in lives for activity in life.activities]
    visitor = max(life.lead.number for life in lives if life.stage == "new" or life is lives[-1])
    activities.append(Activity(END, visitor, "web_visit", None, None, None, None, None, "/"))
    activities.sort(key=lambda activity: activity.occurred)
    return [
        (f"A-{number:07d}", f"L-{lead:06d}", occurred, *rest)
        for number, (occurred, lead, *rest) in enumerate(activities, start=1)
    ]


def _cost_rows(leads: int) -> list[Row]:
    """What the channels cost, in proportion to the size of the sample."""
    monthly = {"ad": 640_000, "seo": 380_000, "whitepaper": 420_000, "sns": 90_000, "list": 120_000}
    monthly |= {"outbound_call": 260_000, "referral": 60_000}
    event_costs = {"exhibition": 16_000, "webinar": 4_500, "seminar": 9_000}  # a lead
    rows: list[Row] = []
    month = local_date(BEGIN)
    while month <= local_date(END):
        after = next_month(month)
        for channel, cost in monthly.items():
            grown = 1.4 if channel == "whitepaper" and month.year == 2026 and month.month >= 4 else 1.0
            rows.append((month, channel, None, round(cost * grown * leads / 6000, -3)))
        for event in EVENTS:
            if month <= local_date(event.opens) < after:
                price = float(round(event_costs[event.channel] * event.leads * leads / 6000, -3))
                rows.append((month, event.channel, event.campaign, price))
        month = after
    return rows


def _write(path: Path, rows: list[Row], schema: pa.Schema) -> None:
    """One Parquet file; every option that the bytes depend on is given here."""
    arrays = []
    for kind, values in zip(schema.types, zip(*rows, strict=True), strict=True):
        if kind == _INSTANT:
            micros = [None if value is None else value * 1_000_000 for value in values]
            arrays.append(pa.array(micros, pa.int64()).cast(_INSTANT))
        else:
            arrays.append(pa.array(values, kind))
    pq.write_table(
        pa.Table.from_arrays(arrays, schema=schema),
        path,
        row_group_size=100_000,
        compression="zstd",
        use_dictionary=True,
        version="2.6",
    )
