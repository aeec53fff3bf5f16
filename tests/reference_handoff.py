"""METRICS.md 6 (and delays of 4) for the slow twin: what marketing hands over and what sales makes of it."""

from collections.abc import Iterator
from dataclasses import dataclass

from tests.reference_conversion import is_small
from tests.reference_lives import Life, Spell
from tests.reference_loading import Row
from tests.reference_numbers import DAY, hours, local, median, moment, month_name, p90, rate
from tests.reference_rules import Stage
from tests.reference_view import View, interval

# ---------------------------------------------------------------- who owned the lead at the time


def followed(view: View) -> list[Life]:
    """The leads that the filters let through, that on the owner aside: it looks at the entry that is counted."""
    others = {dimension: values for dimension, values in view.wanted().items() if dimension != "owner"}
    return [
        life
        for life in view.all_lives
        if all(view.value(life, dimension) in values for dimension, values in others.items())
    ]


def owner_after(life: Life, at: int) -> str | None:
    """Who owned the lead right after an instant, a change at that instant included."""
    return life.owner_at(at + 1)


def is_wanted_owner(view: View, owner: str | None) -> bool:
    wanted = view.wanted()
    return "owner" not in wanted or owner in wanted["owner"]


# ---------------------------------------------------------------- qualified, handed off, decided


def met_at(life: Life, item: Row, shift: float = 0) -> int | None:
    """Since when everything that an item of the hand-off lists holds, `shift` points more; None where it does not."""
    parts: list[int | None] = []
    if "score" in item:
        parts.append(reached_score_at(life, item["score"] + shift))
    for kind in item.get("did", []):
        parts.append(min((a["occurred_at"] for a in life.activities if a["type"] == kind), default=None))
    for column in item.get("known", []):
        is_known = life.rules.value_of(life.lead, column) is not None
        parts.append(life.created_at if is_known else None)
    known = [at for at in parts if at is not None]
    return max(known) if len(known) == len(parts) else None


def reached_score_at(life: Life, score: float) -> int | None:
    """The first time the score reaches it; what it was worth before its first change holds from creation.

    What only leads.score tells has no instant.
    """
    if life.rules.scoring["source"] == "exported" and life.all_score_changes:
        before = life.score_before_changes
        if (
            before is not None
            and before >= score
            and life.all_score_changes[0]["occurred_at"] > life.created_at
        ):
            return life.created_at
    return min(
        (at for at, _, after in life.score_steps() if after is not None and after >= score), default=None
    )


def qualified(life: Life, shift: float = 0) -> tuple[int, int] | None:
    """When the lead first met the hand-off, and by which item: the first listed on a tie."""
    instants = [(met_at(life, item, shift), place) for place, item in enumerate(life.rules.handoff)]
    return min(((at, place) for at, place in instants if at is not None and at < life.as_of), default=None)


def deciding(view: View, life: Life, entry: Spell) -> tuple[str, Spell | None]:
    """What sales made of an entry, and the spell that says so."""
    mql, sql = view.stage_of_milestone("mql"), view.stage_of_milestone("sql")
    for spell in life.spells[entry.seq + 1 :]:
        rank = spell.stage.rank
        if rank is not None and rank >= sql.rank:
            return "accepted", spell
        if rank is None or rank < mql.rank:
            return "rejected", spell
    return "open", None


@dataclass(frozen=True)
class Entry:
    """A dated entry to mql."""

    life: Life
    spell: Spell
    owner: str | None  # right after it
    decision: str
    decided: Spell | None


def entries(view: View) -> Iterator[Entry]:
    """Every dated entry to mql itself, of whatever pass."""
    mql = view.stage_of_milestone("mql")
    view.stage_of_milestone("sql")
    for life in followed(view):
        for spell in life.spells:
            owner = owner_after(life, spell.entered)
            if spell.stage == mql and not spell.is_assumed and is_wanted_owner(view, owner):
                yield Entry(life, spell, owner, *deciding(view, life, spell))


def text_order(text: str | None) -> tuple[bool, str]:
    return text is None, text or ""


def mql_log(view: View) -> list[Row]:
    found = [
        entry for entry in entries(view) if not view.has_months or view.is_in_months(entry.spell.entered)
    ]
    found.sort(key=lambda e: (e.spell.entered, e.life.lead_id, e.spell.number_of_pass, e.spell.seq))
    rows = []
    for entry in found:
        life, spell, change = entry.life, entry.spell, entry.decided and entry.decided.change
        condition = qualified(life)
        rows.append(
            {
                "lead_id": life.lead_id,
                "pass": spell.number_of_pass,
                "reached_at": moment(spell.entered),
                "score": life.score_at(spell.entered),
                "qualified_at": moment(condition[0]) if condition else None,
                "qualified_by": f"any_of[{condition[1]}]" if condition else None,
                "handed_by": spell.change["actor"] if spell.change else None,
                "channel": life.lead["channel"],
                "decision": entry.decision,
                "decided_at": moment(entry.decided.entered) if entry.decided else None,
                "decided_by": change["actor"] if change else None,
                "reason": change["reason"] if change else None,
                "rules_version": version_on(view, spell.entered),
            }
        )
    return rows


def version_on(view: View, at: int) -> str:
    """The version in force on the day of an instant; before all of them the first."""
    day = local(at, view.rules.zone).date()
    in_order = sorted(view.loaded.versions)
    begun = [version for begins, version in in_order if begins <= day]
    return begun[-1] if begun else in_order[0][1]


def rejections(view: View) -> list[Row]:
    sql = view.stage_of_milestone("sql")
    groups: dict[tuple[str | None, str | None], list[Entry]] = {}
    for entry in entries(view):
        if entry.decision == "rejected" and view.is_in_months(entry.decided.entered):
            segment = entry.owner if view.by == "owner" else view.by and view.value(entry.life, view.by)
            reason = entry.decided.change["reason"] if entry.decided.change else None
            groups.setdefault((reason, segment), []).append(entry)
    rows = [
        {
            "reason": reason,
            "segment": segment,
            "leads": len({entry.life.lead_id for entry in found}),
            "later_sql": len({e.life.lead_id for e in found if came_later(e.life, sql, e.decided.entered)}),
        }
        for (reason, segment), found in groups.items()
    ]
    return sorted(
        rows,
        key=lambda row: (-row["leads"], text_order(row["reason"]), view.place(view.by, row["segment"])),
    )


def came_later(life: Life, stage: Stage, rejected: int) -> bool:
    """It entered the stage or a higher one within 180 days all the same."""
    return any(
        spell.stage.rank is not None
        and spell.stage.rank >= stage.rank
        and not spell.is_assumed
        and rejected <= spell.entered < rejected + 180 * DAY
        for spell in life.spells
    )


def handoff_agreement(view: View) -> list[Row]:
    mql, sql = view.stage_of_milestone("mql"), view.stage_of_milestone("sql")
    if not view.rules.handoff:
        return []
    found: list[tuple[str, int, Life]] = []  # kind, the instant whose month it is
    for life in followed(view):
        condition, reached = qualified(life), life.reached_on(mql)
        if reached is not None and is_wanted_owner(view, owner_after(life, reached)):
            if condition is None:
                found.append(("outside", reached, life))
            else:
                found.append(("as_agreed" if condition[0] <= reached else "before_agreed", reached, life))
        elif (
            condition is not None
            and not life.has_reached(mql)
            and is_wanted_owner(view, life.owner_at(view.as_of))
        ):
            found.append(("held_back", condition[0], life))
    rows = []
    for month in view.months():
        for kind in ("as_agreed", "before_agreed", "outside", "held_back"):
            lives = [life for name, at, life in found if name == kind and view.is_in(at, month)]
            went_on = sum(life.has_reached(sql) for life in lives)
            rows.append(
                {
                    "month": month_name(month),
                    "kind": kind,
                    "leads": len(lives),
                    "sql": went_on,
                    "rate": rate(went_on, len(lives)),
                    **interval(went_on, len(lives)),
                }
            )
    return rows


# ---------------------------------------------------------------- what SQLs share, how often and how fast


def winners(view: View) -> list[Row]:
    sql = view.stage_of_milestone("sql")
    grown = [
        life
        for life in view.lives
        if view.is_in_months(life.created_at) and life.created_at + 90 * DAY <= view.as_of
    ]
    overall = rate(sum(life.has_reached(sql) for life in grown), len(grown))
    rows = []
    for dimension in view.rules.dimensions:
        if dimension in ("owner", "owner_team"):
            continue
        values = {view.value(life, dimension) for life in grown}
        for value in sorted(values, key=lambda each: view.place(dimension, each)):
            lives = [life for life in grown if view.value(life, dimension) == value]
            won = sum(life.has_reached(sql) for life in lives)
            rows.append(
                {
                    "dimension": dimension,
                    "value": value,
                    "leads": len(lives),
                    "sql": won,
                    "rate": rate(won, len(lives)),
                    **interval(won, len(lives)),
                    "lift": won / len(lives) / overall if overall else None,
                    "small": is_small(len(lives)),
                }
            )
    return rows


def acts_of_ours(life: Life) -> list[Row]:
    return [act for act in life.activities if life.rules.side(act["type"]) == "us"]


def touches(view: View) -> list[Row]:
    rows = []
    opportunity, mql = view.rules.milestones["opportunity"], view.rules.milestones["mql"]
    if opportunity is not None:
        counts = []
        for life in view.lives:
            end = life.reached_on(opportunity)
            if end is not None and view.is_in_months(end):
                counts.append(sum(life.created_at <= act["occurred_at"] < end for act in acts_of_ours(life)))
        rows.append(span_row("creation_to_opportunity", counts))
    if mql is not None:
        counts = []
        for life in view.lives:
            start = life.reached_on(mql)
            acts = [a for a in acts_of_ours(life) if start is not None and a["occurred_at"] >= start]
            end = min((a["occurred_at"] for a in acts if a["outcome"] == "appointment"), default=None)
            if end is not None and view.is_in_months(end):
                counts.append(sum(act["occurred_at"] <= end for act in acts))
        rows.append(span_row("mql_to_appointment", counts))
    return rows


def span_row(span: str, counts: list[int]) -> Row:
    numbers = [float(count) for count in counts]
    return {"span": span, "leads": len(counts), "median": median(numbers), "p90": p90(numbers)}


def delays(view: View) -> list[Row]:
    mql = view.stage_of_milestone("mql")
    lengths: dict[str, list[float]] = {
        "qualified_to_handoff": [],
        "handoff_to_owner": [],
        "owner_to_attempt": [],
        "attempt_to_contact": [],
    }
    for life in followed(view):
        reached = life.reached_on(mql)
        if not view.is_in_months(reached) or not is_wanted_owner(view, owner_after(life, reached)):
            continue
        condition = qualified(life)
        acts = [act for act in acts_of_ours(life) if act["occurred_at"] >= reached]
        instants = [
            condition[0] if condition else None,
            reached,
            owned_at(life, reached),
            min((act["occurred_at"] for act in acts), default=None),
            min((act["occurred_at"] for act in acts if life.rules.is_contact(act)), default=None),
        ]
        for step, first, second in zip(lengths, instants, instants[1:], strict=False):
            if first is not None and second is not None and first <= second:
                lengths[step].append(hours(second - first))
    return [
        {"step": step, "leads": len(found), "median_hours": median(found), "p90_hours": p90(found)}
        for step, found in lengths.items()
    ]


def owned_at(life: Life, reached: int) -> int | None:
    """From when on somebody owned the lead that was handed off."""
    if owner_after(life, reached) is not None:
        return reached
    changes = [
        change["occurred_at"]
        for change in life.all_owner_changes
        if reached < change["occurred_at"] < life.as_of and change["to_value"] is not None
    ]
    return min(changes, default=None)


# ---------------------------------------------------------------- behaviour and information


def behaviour_grade(life: Life, acts: list[Row]) -> int:
    """The last grade whose condition these acts meet; the first has none."""
    met = 0
    for place, grade in enumerate(life.rules.definition_matrix["behaviour"]):
        if place and sum(act["type"] in grade["did"] for act in acts) >= grade.get("times", 1):
            met = place
    return met


def information_grade(life: Life) -> int:
    met = 0
    for place, grade in enumerate(life.rules.definition_matrix["information"]):
        if place and all(life.rules.value_of(life.lead, column) is not None for column in grade["known"]):
            met = place
    return met


def definition_matrix(view: View) -> list[Row]:
    mql, sql = view.stage_of_milestone("mql"), view.stage_of_milestone("sql")
    found: list[tuple[int, int, str]] = []  # behaviour, information, what became of the lead
    for life in followed(view):
        spell = life.first_reach(mql)
        if spell is not None and not spell.is_assumed and view.is_in_months(spell.entered):
            if is_wanted_owner(view, owner_after(life, spell.entered)):
                acts = [act for act in life.activities if act["occurred_at"] <= spell.entered]
                is_beyond = spell.stage.rank is not None and spell.stage.rank >= sql.rank
                decision = "accepted" if is_beyond else deciding(view, life, spell)[0]
                found.append((behaviour_grade(life, acts), information_grade(life), decision))
        elif (
            not life.has_reached(mql)
            and life.now.stage.kind == "path"
            and is_wanted_owner(view, life.owner_at(view.as_of))
        ):
            found.append((behaviour_grade(life, life.activities), information_grade(life), "waiting"))
    rows = []
    matrix = view.rules.definition_matrix
    for row, behaviour in enumerate(matrix["behaviour"]):
        for column, information in enumerate(matrix["information"]):
            decisions = [became for at, known, became in found if (at, known) == (row, column)]
            accepted, rejected = decisions.count("accepted"), decisions.count("rejected")
            still_open = decisions.count("open")
            rows.append(
                {
                    "behaviour": behaviour["key"],
                    "information": information["key"],
                    "agreed": matrix["agreed"][row][column],
                    "handed_off": accepted + rejected + still_open,
                    "accepted": accepted,
                    "rejected": rejected,
                    "open": still_open,
                    "rate": rate(accepted, accepted + rejected),
                    **interval(accepted, accepted + rejected),
                    "waiting": decisions.count("waiting"),
                    "small": is_small(accepted + rejected),
                }
            )
    return rows
