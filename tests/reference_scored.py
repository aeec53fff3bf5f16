"""METRICS.md 3 for the slow twin: what scores are worth, and what mails, papers and seminars do."""

from collections import Counter
from datetime import timedelta
from math import exp, log, sqrt

from tests.reference_conversion import is_small
from tests.reference_handoff import text_order
from tests.reference_lives import Life, Spell
from tests.reference_loading import Refused, Row
from tests.reference_numbers import DAY, Month, local, moment, month_name, rate
from tests.reference_rules import FIXED_TYPES, Stage
from tests.reference_view import View, descending, interval

Z = 1.959963984540054


def within(at: int, days: int, since: int) -> bool:
    """Within so many days of an instant, at it too."""
    return since <= at < since + days * DAY


# ---------------------------------------------------------------- if MQL meant "score ≥ θ"


def crossed_at(life: Life, threshold: float) -> int | None:
    """The first time the score reaches the threshold; one that it had before all changes counts from creation.

    What only leads.score tells has no instant.
    """
    changes = life.all_score_changes
    if life.rules.scoring["source"] == "exported" and changes and changes[0]["occurred_at"] > life.created_at:
        before = life.score_before_changes
        if before is not None and before >= threshold:
            return life.created_at
    for at, _, after in life.score_steps():
        if after is not None and after >= threshold:
            return at
    return None


def thresholds(view: View) -> list[float]:
    """0, step … up to the highest score that a lead ever had."""
    had = [score for life in view.lives if (score := life.highest_score()) is not None]
    step, listed = view.params["step"], []
    while had and len(listed) * step <= max(had):
        listed.append(len(listed) * step)
    return listed


def open_days(view: View) -> int:
    """The days with opening hours in the months, up to and with that of T."""
    last, count = local(view.as_of, view.rules.zone).date(), 0
    for month in view.months():
        day = local(view.begins(month), view.rules.zone).date()
        while (day.year, day.month) == month and day <= last:
            count += bool(view.calendar.windows_on(day))
            day += timedelta(days=1)
    return count


def threshold_curve(view: View) -> list[Row]:
    to, window = view.stage("to_stage"), view.params["window_days"]
    calls, months, workdays = (
        view.rules.capacity.get("calls_per_mql"),
        len(list(view.months())),
        open_days(view),
    )
    rows = []
    for threshold in thresholds(view):
        crossed: list[tuple[int, int | None]] = []
        arrived = captured = 0
        for life in view.lives:
            reach, crossing = life.first_reach(to), crossed_at(life, threshold)
            if reach is not None and reach.is_assumed:
                continue
            reached = None if reach is None else reach.entered
            is_before = crossing is not None and (reached is None or crossing <= reached)
            if is_before and view.is_in_months(crossing):
                crossed.append((crossing, reached))
            if view.is_in_months(reached):
                arrived += 1
                captured += is_before
        mature = [pair for pair in crossed if pair[0] + window * DAY <= view.as_of]
        converted = sum(reached is not None and within(reached, window, at) for at, reached in mature)
        rows.append(
            {
                "threshold": float(threshold),
                "crossed": len(crossed),
                "mature": len(mature),
                "converted": converted,
                "rate": rate(converted, len(mature)),
                **interval(converted, len(mature)),
                "captured_rate": rate(captured, arrived),
                "per_month": rate(len(crossed), months),
                "calls_per_day": None if calls is None or not workdays else len(crossed) * calls / workdays,
            }
        )
    return rows


# ---------------------------------------------------------------- does each rule predict?


def rule_lift(view: View) -> list[Row]:
    to, window = view.stage("to_stage"), view.params["window_days"]
    base = [
        (life, life.reached_on(to))
        for life in view.lives
        if view.is_in_months(life.created_at)
        and life.created_at + window * DAY <= view.as_of
        and not is_reach_assumed(life, to)
    ]
    rows = []
    for kind in ("attributes", "behaviours"):
        for place, rule in enumerate(view.rules.scoring[kind]):
            cells: Counter[tuple[bool, bool]] = Counter()
            for life, reached in base:
                if kind == "attributes":
                    has_it = life.matches(rule["when"])
                else:
                    has_it = any(
                        reached is None or act["occurred_at"] < reached for act in life.awarded(rule)
                    )
                cells[has_it, reached is not None] += 1
            rows.append({"rule": f"{kind}[{place}]", **lift_of(cells), "points": float(rule["points"])})
            rows[-1]["small"] = is_small(min(rows[-1]["leads_with"], rows[-1]["leads_without"]))
    return rows


def is_reach_assumed(life: Life, stage: Stage) -> bool:
    spell = life.first_reach(stage)
    return spell is not None and spell.is_assumed


def lift_of(cells: Counter[tuple[bool, bool]]) -> Row:
    a, b, c, d = (cells[key] for key in ((True, True), (True, False), (False, True), (False, False)))
    odds = low = high = None
    if a and b and c and d:
        odds = a * d / (b * c)
        reach = Z * sqrt(1 / a + 1 / b + 1 / c + 1 / d)
        low, high = exp(log(odds) - reach), exp(log(odds) + reach)
    return {
        "leads_with": a + b,
        "rate_with": rate(a, a + b),
        "leads_without": c + d,
        "rate_without": rate(c, c + d),
        "odds_ratio": odds,
        "ci_low": low,
        "ci_high": high,
    }


# ---------------------------------------------------------------- how leads stand


def is_nurtured(view: View, spell: Spell | None, life: Life, at: int) -> bool:
    """In an open stage as of an instant, and never handed off by then."""
    reach = life.first_reach(view.stage_of_milestone("mql"))
    return spell is not None and spell.stage.kind == "path" and (reach is None or reach.entered >= at)


def mindset(view: View) -> list[Row]:
    view.stage_of_milestone("mql")
    bounds = view.rules.scoring["thresholds"]
    if not {"interest", "consideration", "mql"} <= set(bounds):
        raise Refused("mindset needs the three thresholds")
    rows = []
    for month in view.months():
        at = min(view.ends(month), view.as_of)
        counts = dict.fromkeys(("awareness", "interest", "consideration", "ready"), 0)
        for life in view.lives:
            if life.created_at < at and is_nurtured(view, life.spell_at(at), life, at):
                score = life.score_at(at)
                if score is None:
                    continue
                if score < bounds["interest"]:
                    counts["awareness"] += 1
                elif score < bounds["consideration"]:
                    counts["interest"] += 1
                elif score < bounds["mql"]:
                    counts["consideration"] += 1
                else:
                    counts["ready"] += 1
        rows += [{"month": month_name(month), "mindset": name, "leads": n} for name, n in counts.items()]
    return rows


def nurture_list(view: View) -> list[Row]:
    view.stage_of_milestone("mql")
    rows = []
    for life in view.lives:
        if not is_nurtured(view, life.now, life, view.as_of) or life.lead["opted_out"]:
            continue
        score, recent = life.score_at(view.as_of), None
        if view.rules.scoring["source"] == "rules":
            recent = float(
                sum(
                    rule["points"]
                    for rule in view.rules.scoring["behaviours"]
                    for act in life.awarded(rule)
                    if act["occurred_at"] >= view.as_of - 30 * DAY
                )
            )
        signs = acts_of(view, life, "opened") + acts_of(view, life, "clicked")
        last_sign = max((act["occurred_at"] for act in signs), default=None)
        mails = acts_of(view, life, "mailed")
        acts = [act for act in life.activities if act["type"] not in FIXED_TYPES]
        rows.append(
            {
                "band": view.rules.band_of(score),
                "lead_id": life.lead_id,
                "company": life.lead["company"],
                "score": score,
                "points_30d": recent,
                "mails_unopened": sum(last_sign is None or act["occurred_at"] > last_sign for act in mails),
                "last_activity_at": moment(acts[-1]["occurred_at"]) if acts else None,
                "last_activity_type": acts[-1]["type"] if acts else None,
            }
        )
    return sorted(
        rows, key=lambda row: (descending(row["score"]), descending(row["points_30d"]), row["lead_id"])
    )


def score_flow(view: View) -> list[Row]:
    months = list(view.months())
    if not months:
        return []
    first = months[0] if view.has_first_month else months[-1]
    begins, ends = view.begins(first), min(view.ends(months[-1]), view.as_of)
    moves: Counter[tuple[str | None, str | None]] = Counter()
    for life in view.lives:
        if life.created_at < begins:
            moves[view.rules.band_of(life.score_at(begins)), view.rules.band_of(life.score_at(ends))] += 1
    order = [*(band["key"] for band in view.rules.bands), None]
    pairs = sorted(moves, key=lambda pair: (order.index(pair[0]), order.index(pair[1])))
    return [{"from_band": old, "to_band": new, "leads": moves[old, new]} for old, new in pairs]


# ---------------------------------------------------------------- mails, papers, seminars


def acts_of(view: View, life: Life, role: str) -> list[Row]:
    return [act for act in life.activities if act["type"] in view.rules.roles[role]]


def own_acts(view: View, life: Life) -> list[Row]:
    return [act for act in life.activities if view.rules.side(act["type"]) == "lead"]


def answered(view: View, life: Life, mail: Row, role: str) -> bool:
    return any(within(act["occurred_at"], 14, mail["occurred_at"]) for act in acts_of(view, life, role))


def engagement_of(view: View, lives: list[Life], month: Month) -> dict[str, int]:
    counts = dict.fromkeys(
        ("mailed_leads", "opened_leads", "clicked_leads", "downloads", "attendees", "active_leads"), 0
    )
    for life in lives:
        mails = [act for act in acts_of(view, life, "mailed") if view.is_in(act["occurred_at"], month)]
        counts["mailed_leads"] += bool(mails)
        for role in ("opened", "clicked"):
            counts[f"{role}_leads"] += any(answered(view, life, mail, role) for mail in mails)
        for name, acts in (
            ("downloads", acts_of(view, life, "download")),
            ("attendees", acts_of(view, life, "attendance")),
            ("active_leads", own_acts(view, life)),
        ):
            there = sum(view.is_in(act["occurred_at"], month) for act in acts)
            counts[name] += there if name == "downloads" else bool(there)
    return counts


def engagement(view: View) -> list[Row]:
    months = list(view.months())
    counted = set()
    for life in view.lives:
        if any(any(engagement_of(view, [life], month).values()) for month in months):
            counted |= view.segment_values([life])
    rows = []
    for month in months:
        for segment in view.segments(counted):
            lives = [life for life in view.lives if view.in_segment(life, segment)]
            counts = engagement_of(view, lives, month)
            row: Row = {
                "month": month_name(month),
                "segment": segment,
                "mailed_leads": counts["mailed_leads"],
            }
            for role, name in (("opened", "open"), ("clicked", "click")):
                part, whole = counts[f"{role}_leads"], counts["mailed_leads"]
                row |= {f"{role}_leads": part, f"{name}_rate": rate(part, whole)}
                row |= interval(part, whole, f"{name}_ci_low", f"{name}_ci_high")
            rows.append(row | {key: counts[key] for key in ("downloads", "attendees", "active_leads")})
    return rows


def assets(view: View) -> list[Row]:
    view.stage_of_milestone("mql")
    rows = []
    for role in ("mailed", "download", "attendance"):
        groups: dict[str | None, list[tuple[Life, Row]]] = {}
        for life in view.lives:
            for act in acts_of(view, life, role):
                if view.is_in_months(act["occurred_at"]):
                    groups.setdefault(act["asset"], []).append((life, act))
        listed = [asset_row(view, role, asset, found) for asset, found in groups.items()]
        rows += sorted(listed, key=lambda row: (-row["leads"], text_order(row["asset"])))
    return rows


def asset_row(view: View, role: str, asset: str | None, found: list[tuple[Life, Row]]) -> Row:
    leads = {life.lead_id for life, _ in found}
    responded = {life.lead_id for life, act in found if responds(view, life, act)}
    handed = {life.lead_id for life, act in found if is_handed_off_after(view, life, act)}
    signs: dict[str, int | None] = {}
    for name in ("opened", "clicked"):
        seen = {life.lead_id for life, act in found if is_seen(view, life, act, name)}
        signs[f"{name}_leads"] = len(seen) if role == "mailed" else None
    return {
        "role": role,
        "asset": asset,
        "first_at": moment(min(act["occurred_at"] for _, act in found)),
        "acts": len(found),
        "leads": len(leads),
        **signs,
        "responded_leads": len(responded),
        "rate": rate(len(responded), len(leads)),
        **interval(len(responded), len(leads)),
        "mql_leads": len(handed),
        "small": is_small(len(leads)),
    }


def responds(view: View, life: Life, act: Row) -> bool:
    return any(
        within(other["occurred_at"], 14, act["occurred_at"]) and other["occurred_at"] > act["occurred_at"]
        for other in own_acts(view, life)
        if other["type"] not in view.rules.roles["opened"]
    )


def is_handed_off_after(view: View, life: Life, act: Row) -> bool:
    handed = life.reached_on(view.stage_of_milestone("mql"))
    return handed is not None and within(handed, 30, act["occurred_at"])


def is_seen(view: View, life: Life, mail: Row, role: str) -> bool:
    """Opened or clicked: the same mail, or none that is named."""
    return any(
        within(sign["occurred_at"], 14, mail["occurred_at"]) and sign["asset"] in (None, mail["asset"])
        for sign in acts_of(view, life, role)
    )
