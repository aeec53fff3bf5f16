"""What is true of one lead and when, for the slow twin: stages, passes, owners, scores, silences.

Written from METRICS.md 0 alone; nothing of `funnel` is imported here. Everything is as T sees it: an event
at or after T has not happened.
"""

from dataclasses import dataclass, field, replace
from typing import Any

from tests.reference_loading import Loaded, Row, read_double
from tests.reference_numbers import DAY
from tests.reference_rules import Rules, Stage

FOREVER = 10**18  # after everything


@dataclass(frozen=True)
class Spell:
    """A stage from `entered` until just before `left` (None: still)."""

    stage: Stage
    entered: int
    seq: int = 0  # place in the life
    left: int | None = None
    next_stage: Stage | None = None
    exit_kind: str | None = None
    number_of_pass: int = 1
    is_assumed: bool = False  # nothing dates it
    is_until_then: bool = False  # the first stage until stage_since: assumed in every duration
    not_before: int | None = None  # of the change that it was entered with
    change: Row | None = field(default=None, compare=False)  # the same, itself

    @property
    def has_duration(self) -> bool:
        return not self.is_assumed and not self.is_until_then

    def covers(self, at: int) -> bool:
        """The lead is in it just before `at`."""
        return self.entered < at and (self.left is None or self.left >= at)


@dataclass(frozen=True)
class Silence:
    began: int
    ended: int | None
    ended_by_lead: bool = False


@dataclass(eq=False)
class Life:
    """One lead that exists at T, with everything that T has seen of it."""

    lead: Row
    rules: Rules
    as_of: int
    newest: int | None
    activities: list[Row]  # before T, in order of time, then by id
    spells: list[Spell]
    all_score_changes: list[Row]  # of the whole data, one per instant
    score_before_changes: float | None  # the from_value of the very first
    all_owner_changes: list[Row]
    whole: "Life | None" = None  # the same, nothing unseen; only where an event is known by a range

    @property
    def lead_id(self) -> str:
        return self.lead["lead_id"]

    @property
    def created_at(self) -> int:
        return self.lead["created_at"]

    # ------------------------------------------------------------ stages

    def spell_at(self, at: int) -> Spell | None:
        """The spell that the lead is in as of an instant (events before it are seen)."""
        for spell in self.spells:
            if spell.covers(at):
                return spell
        return None

    @property
    def now(self) -> Spell:
        """The spell at T."""
        return self.spells[-1]

    def first_reach(self, stage: Stage) -> Spell | None:
        """The first spell of the stage's rank or a higher one."""
        for spell in self.spells:
            if spell.stage.rank is not None and spell.stage.rank >= stage.rank:
                return spell
        return None

    def reached_on(self, stage: Stage) -> int | None:
        """When it first reached the stage; None where it did not or nobody knows when."""
        spell = self.first_reach(stage)
        return None if spell is None or spell.is_assumed else spell.entered

    def has_reached(self, stage: Stage) -> bool:
        return stage.rank == 0 or self.first_reach(stage) is not None

    def has_entered(self, stage: Stage) -> bool:
        return any(spell.stage == stage for spell in self.spells)

    # ------------------------------------------------------------ owner

    def owner_at(self, at: int) -> str | None:
        """The last change before the instant; before the first one whom it was taken from."""
        if not self.all_owner_changes:
            return self.lead["owner"]
        owner = self.all_owner_changes[0]["from_value"]
        for change in self.all_owner_changes:
            if change["occurred_at"] < at:
                owner = change["to_value"]
        return owner

    def owner_right_after(self, at: int) -> str | None:
        """The same where a change at that very instant counts."""
        return self.owner_at(at + 1)

    # ------------------------------------------------------------ score

    def attribute_points(self) -> float:
        return sum(rule["points"] for rule in self.rules.scoring["attributes"] if self.matches(rule["when"]))

    def matches(self, when: dict[str, Any]) -> bool:
        """Every condition of an attribute rule holds."""
        for name, wanted in when.items():
            if isinstance(wanted, dict):
                value = self.lead[name]
                if value is None or value < wanted.get("min", value) or value > wanted.get("max", value):
                    return False
            elif self.rules.value_of(self.lead, name) not in wanted:
                return False
        return True

    def awarded(self, rule: dict[str, Any]) -> list[Row]:
        """The acts before T that a behaviour rule gives its points for."""
        hits = [
            activity
            for activity in self.activities
            if activity["type"] == rule["type"] and rule.get("asset", activity["asset"]) == activity["asset"]
        ][rule.get("from_nth", 1) - 1 :]
        return hits[: rule.get("max_times", len(hits))]

    def behaviour_points(self) -> list[tuple[int, float]]:
        """(instant, points) of every award and withdrawal before T."""
        return [(at, points) for at, _, points in self.behaviour_hits()]

    def behaviour_hits(self) -> list[tuple[int, int, float]]:
        """(instant, earliest instant, points) of every award and withdrawal before T."""
        points: list[tuple[int, int, float]] = []
        for rule in self.rules.scoring["behaviours"]:
            for activity in self.awarded(rule):
                at, early = activity["occurred_at"], earliest(activity)
                points.append((at, early, rule["points"]))
                if "valid_days" in rule:
                    valid = rule["valid_days"] * DAY
                    points.append((at + valid, early + valid, -rule["points"]))
        return [hit for hit in points if hit[0] < self.as_of]

    def score_at(self, at: int) -> float | None:
        """The score as of an instant; at the instant of creation the attribute points count already."""
        if self.rules.scoring["source"] == "rules":
            attributes = self.attribute_points() if self.created_at <= at else 0
            return attributes + sum(points for hit, points in self.behaviour_points() if hit < at)
        return self.exported_score(at, seen=[c for c in self.all_score_changes if c["occurred_at"] < at])

    def score_after_creation(self) -> float | None:
        """What it was worth when it was born: the attributes, or the tool's score just after creation."""
        if self.rules.scoring["source"] == "rules":
            return self.attribute_points()
        at = self.created_at
        seen = [change for change in self.all_score_changes if change["occurred_at"] <= at]
        return self.exported_score(at + 1, seen)

    def exported_score(self, at: int, seen: list[Row]) -> float | None:
        if not self.all_score_changes:
            return self.lead["score"] if self.newest is not None and at > self.newest else None
        if seen:
            return as_number(seen[-1]["to_value"])
        return self.score_before_changes

    def score_steps(self) -> list[tuple[int, float | None, float | None]]:
        """(instant, score before, score from then on) for every instant before T with a score event."""
        if self.rules.scoring["source"] == "rules":
            hits = self.behaviour_points()
            instants = sorted({self.created_at, *(at for at, _ in hits)})
            steps = []
            for at in instants:
                before = sum(points for hit, points in hits if hit < at)
                after = before + sum(points for hit, points in hits if hit == at)
                before += self.attribute_points() if self.created_at < at else 0
                after += self.attribute_points() if self.created_at <= at else 0
                steps.append((at, before, after))
            return steps
        changes = [change for change in self.all_score_changes if change["occurred_at"] < self.as_of]
        steps = []
        before = self.score_before_changes
        for change in changes:
            after = as_number(change["to_value"])
            steps.append((change["occurred_at"], before, after))
            before = after
        return steps

    def highest_score(self) -> float | None:
        """The highest score that it ever had before T."""
        held = [after for _, _, after in self.score_steps()]
        if self.rules.scoring["source"] == "exported":
            held.append(self.exported_score(self.as_of, seen=[]))  # what it was before the first change
        known = [score for score in held if score is not None]
        return max(known, default=None)

    # ------------------------------------------------------------ silence

    def resets(self) -> list[tuple[int, Row | None]]:
        """(instant, activity) of what breaks a silence; None is the creation."""
        dormancy = self.rules.dormancy
        found: list[tuple[int, Row | None]] = [(self.created_at, None)]
        for activity in self.activities:
            side = self.rules.side(activity["type"])
            counts = (
                ("lead" in dormancy["resets_on"] and side == "lead")
                or ("us" in dormancy["resets_on"] and side == "us")
                or ("contact" in dormancy["resets_on"] and self.rules.is_contact(activity))
            )
            ignored = activity["type"] in dormancy["ignore"]
            if counts and not ignored and activity["occurred_at"] >= self.created_at:
                found.append((activity["occurred_at"], activity))
        return found

    def silences(self) -> list[Silence]:
        """Every silence that began before T."""
        resets = self.resets()
        instants = sorted({at for at, _ in resets})
        found = []
        for number, at in enumerate(instants):
            began = at + self.rules.dormancy["days"] * DAY
            ended = instants[number + 1] if number + 1 < len(instants) else None
            if began < self.as_of and (ended is None or ended > began):
                sides = {self.rules.side(a["type"]) for when, a in resets if when == ended and a is not None}
                found.append(Silence(began, ended, "lead" in sides))
        return found

    def is_excluded_from_silence(self, spell: Spell | None) -> bool:
        return spell is None or spell.stage.key in self.rules.dormancy["exclude_stages"]

    def is_silent(self, at: int) -> bool:
        """Silent as of an instant, in a stage that counts."""
        if self.is_excluded_from_silence(self.spell_at(at)):
            return False
        return any(s.began < at and (s.ended is None or s.ended >= at) for s in self.silences())

    def last_act_of_ours(self) -> int | None:
        acts = [a["occurred_at"] for a in self.activities if self.rules.side(a["type"]) == "us"]
        return max(acts, default=None)


def earliest(activity: Row) -> int:
    """The earliest instant at which an event can have happened; the latest is occurred_at."""
    at: int = activity["occurred_at"]
    return at if activity["not_before"] is None else min(at, activity["not_before"])


def as_number(text: str | None) -> float | None:
    """A score as text; what is no number reads as empty."""
    try:
        return None if text is None else read_double(text)
    except ValueError:
        return None


# ---------------------------------------------------------------- spells


def undated_spells(lead: Row, rules: Rules) -> list[Spell]:
    """The spells of a lead without any stage change in the whole data."""
    first = rules.path[0]
    stage = rules.stage_named(lead["stage"]) or first
    created, since = lead["created_at"], lead["stage_since"]
    if since is None:
        return [Spell(stage, created, is_assumed=stage != first)]
    if stage == first:
        return [Spell(first, created)]
    if since <= created:
        return [Spell(stage, since)]
    return [Spell(first, created, is_until_then=True), Spell(stage, since)]


def as_they_led(changes: list[Row], rules: Rules) -> list[Row]:
    """The stage changes of a lead; of those of one instant next the first that starts where the lead is, if any does."""
    ordered, others, stage = [], list(changes), rules.path[0]
    while others:
        shared = [change for change in others if change["occurred_at"] == others[0]["occurred_at"]]
        fitting = [change for change in shared if rules.stage_named(change["from_value"]) == stage]
        following = (fitting or shared)[0]
        others = [change for change in others if change is not following]
        ordered.append(following)
        stage = rules.stage_named(following["to_value"])
    return ordered


def entered_spells(lead: Row, changes: list[Row], rules: Rules) -> list[Spell]:
    """One spell per stage that was really entered, not yet closed."""
    if not changes:
        return undated_spells(lead, rules)
    first = rules.path[0]
    spells = []
    if lead["created_at"] < changes[0]["occurred_at"]:
        born_in = rules.stage_named(changes[0]["from_value"]) or first
        spells.append(Spell(born_in, lead["created_at"], is_assumed=born_in != first))
    for change in changes:
        stage = rules.stage_named(change["to_value"])
        if not spells or spells[-1].stage != stage:
            spells.append(Spell(stage, change["occurred_at"], not_before=earliest(change), change=change))
    return spells


def exit_kind(left: Stage, entered: Stage) -> str:
    if entered.is_gone:
        return entered.kind
    if left.is_gone:
        return "recycled"
    if entered.kind == "won":
        return "won"
    return "forward" if entered.rank > left.rank else "back"


def spells_of(lead: Row, changes: list[Row], rules: Rules, as_of: int) -> list[Spell]:
    """A lead's stage spells with passes, cut at T."""
    entered = [spell for spell in entered_spells(lead, changes, rules) if spell.entered < as_of]
    handoff = rules.milestones["mql"]
    spells: list[Spell] = []
    number_of_pass, has_been_there, fell_out = 1, False, False
    for spell, following in zip(entered, [*entered[1:], None], strict=False):
        if handoff is not None:
            if spell.stage.rank is not None and spell.stage.rank >= handoff.rank:
                if has_been_there and fell_out:
                    number_of_pass += 1
                has_been_there, fell_out = True, False
            elif has_been_there:
                fell_out = True
        spell = replace(spell, seq=len(spells), number_of_pass=number_of_pass)
        if following is not None:
            spell = replace(
                spell,
                left=following.entered,
                next_stage=following.stage,
                exit_kind=exit_kind(spell.stage, following.stage),
            )
        spells.append(spell)
    return spells


def last_of_each_instant(changes: list[Row]) -> list[Row]:
    return [
        change
        for change, following in zip(changes, [*changes[1:], None], strict=False)
        if following is None or following["occurred_at"] != change["occurred_at"]
    ]


def first_score(changes: list[Row]) -> float | None:
    return as_number(changes[0]["from_value"]) if changes else None


def lives_of(loaded: Loaded, with_excluded: bool = False) -> list[Life]:
    """Every lead that counts and exists at T, by lead_id."""
    lives = []
    activities = loaded.changes_by_lead
    for lead in sorted(loaded.leads.loaded, key=lambda lead: lead["lead_id"]):
        if (lead["excluded"] and not with_excluded) or lead["created_at"] >= loaded.as_of:
            continue
        history = activities[lead["lead_id"]]
        life = life_of(lead, history, loaded, loaded.as_of)
        if any(earliest(activity) < activity["occurred_at"] for activity in history):
            life.whole = life_of(lead, history, loaded, FOREVER)
        lives.append(life)
    return lives


def life_of(lead: Row, history: list[Row], loaded: Loaded, as_of: int) -> Life:
    """One lead's life as an instant sees it."""
    of_type = {
        name: [activity for activity in history if activity["type"] == name]
        for name in ("stage_change", "owner_change", "score_change")
    }
    return Life(
        lead=lead,
        rules=loaded.rules,
        as_of=as_of,
        newest=loaded.newest,
        activities=[activity for activity in history if activity["occurred_at"] < as_of],
        spells=spells_of(lead, as_they_led(of_type["stage_change"], loaded.rules), loaded.rules, as_of),
        all_score_changes=last_of_each_instant(of_type["score_change"]),
        score_before_changes=first_score(of_type["score_change"]),
        all_owner_changes=of_type["owner_change"],
    )
