"""The definitions for the slow twin: one parsed rules file with the defaults of RULES.md filled in.

Written from RULES.md alone. It may not know the product: nothing of `funnel` is imported here.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

LEAD_TYPES = [
    "email_open", "email_click", "web_visit", "pricing_visit", "product_visit", "whitepaper_download",
    "webinar_attend", "seminar_attend", "inquiry", "demo_request", "quote_request", "consult_request",
]  # fmt: skip
DEFAULT_TYPES: dict[str, dict[str, Any]] = {
    "email_sent": {"side": "auto"},
    **{name: {"side": "lead"} for name in LEAD_TYPES},
    "call": {"side": "us", "connects_on": ["connected", "appointment"]},
    "email_out": {"side": "us", "connects_on": ["replied"]},
    "meeting": {"side": "us"},
    "note": {"side": "system"},
}
WORKING_DAY = ["09:00-12:00", "13:00-18:00"]
DEFAULT_HOURS = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), WORKING_DAY)
DEFAULT_ROLES = {
    "mailed": ["email_sent"],
    "opened": ["email_open"],
    "clicked": ["email_click"],
    "download": ["whitepaper_download"],
    "attendance": ["webinar_attend", "seminar_attend"],
}
FIXED_TYPES = ("stage_change", "owner_change", "score_change")
MILESTONES = ("mql", "sql", "opportunity")


@dataclass(frozen=True)
class Stage:
    key: str
    position: int  # in the list of the rules
    rank: int | None  # on the path, from 0; None off the path
    kind: str
    limit: Fraction | None
    unit: str | None  # of the limit: days, business_days

    @property
    def is_gone(self) -> bool:
        """Lost or dormant: off the path."""
        return self.kind in ("lost", "dormant")


@dataclass(frozen=True)
class Rules:
    version: str
    effective_from: date
    zone: ZoneInfo
    calendar: dict[str, Any]
    dimensions: list[str]
    size_bands: list[int]
    stages: list[Stage]
    words: dict[str, Stage]
    milestones: dict[str, Stage | None]
    types: dict[str, dict[str, Any]]
    scoring: dict[str, Any]
    sla: list[dict[str, Any]]
    dormancy: dict[str, Any]
    group_of_channel: dict[str, str]
    title_ranks: list[dict[str, Any]]
    targets: dict[str, float]
    benchmarks: list[dict[str, Any]]
    handoff: list[dict[str, Any]]  # any one of them
    is_masked: bool  # what is personal is in no answer
    definition_matrix: dict[str, Any]
    roles: dict[str, list[str]]  # role of a mail, a paper, a seminar -> activity types
    capacity: dict[str, float]
    given: dict[str, Any]  # the file as it stands

    @property
    def path(self) -> list[Stage]:
        """The stages with a rank; the last is won."""
        return [stage for stage in self.stages if stage.rank is not None]

    @property
    def bands(self) -> list[dict[str, Any]]:
        return self.scoring["bands"]

    def stage_named(self, word: str | None) -> Stage | None:
        """The stage that a tool's word means, or None."""
        return None if word is None else self.words.get(plain_word(word))

    def path_stage(self, name: str) -> Stage | None:
        """A path stage by its key, else by the name of a milestone."""
        for stage in self.path:
            if stage.key == name:
                return stage
        return self.milestones.get(name)

    def side(self, activity_type: str) -> str | None:
        """lead, us, auto or system; None for the three types with a fixed meaning."""
        return self.types.get(activity_type, {}).get("side")

    def is_contact(self, activity: dict[str, Any]) -> bool:
        """A two-way contact of ours."""
        if self.side(activity["type"]) != "us":
            return False
        connects_on = self.types[activity["type"]].get("connects_on")
        return connects_on is None or activity["outcome"] in connects_on

    def band_of(self, score: float | None) -> str | None:
        """The key of the highest band that begins at or below the score."""
        found = None
        if score is not None:
            for band in self.bands:
                if score >= band["from"]:
                    found = band["key"]
        return found

    def size_band_names(self) -> list[str]:
        names = []
        for number, low in enumerate(self.size_bands):
            last = number + 1 == len(self.size_bands)
            names.append(f"{low}+" if last else f"{low}-{self.size_bands[number + 1] - 1}")
        return names

    def size_band(self, employees: int | None) -> str | None:
        found = None
        if employees is not None:
            for low, name in zip(self.size_bands, self.size_band_names(), strict=True):
                if employees >= low:
                    found = name
        return found

    def title_rank(self, title: str | None) -> str | None:
        """What a title means; a title that no line matches is staff; no title has none."""
        if title is None:
            return None
        title = unicodedata.normalize("NFKC", title)
        for line in self.title_ranks:
            for pattern in line["match"]:
                if re.fullmatch(r"[A-Za-z ]+", pattern):
                    alone = r"(?<![A-Za-z])" + re.escape(pattern) + r"(?![A-Za-z])"
                    if re.search(alone, title, re.IGNORECASE):
                        return line["rank"]
                elif pattern in title:
                    return line["rank"]
        return "staff"

    def value_of(self, lead: dict[str, Any], dimension: str) -> str | None:
        """A lead's value in a dimension that is an attribute or is derived from one, as text."""
        if dimension == "channel_group":
            return self.group_of_channel.get(lead["channel"])
        if dimension == "size_band":
            return self.size_band(lead["employees"])
        if dimension == "title_rank":
            return lead["title_rank"] or self.title_rank(lead["title"])
        value = lead.get(dimension)
        if isinstance(value, bool):
            return "true" if value else "false"
        return None if value is None else str(value)


def plain_word(word: str) -> str:
    """How stage words are compared: NFKC, no blanks, no case."""
    return "".join(unicodedata.normalize("NFKC", word).split()).lower()


def number(value: float) -> Fraction:
    """A number of the rules as a person wrote it: 0.1 is one tenth."""
    return Fraction(str(value))


def read_stages(listed: list[dict[str, Any]]) -> list[Stage]:
    stages: list[Stage] = []
    rank = 0
    for position, given in enumerate(listed):
        on_path = given["kind"] in ("path", "won")
        unit, limit = next(iter(given.get("max_age", {}).items()), (None, None))
        stages.append(
            Stage(
                key=given["key"],
                position=position,
                rank=rank if on_path else None,
                kind=given["kind"],
                limit=None if limit is None else number(limit),
                unit=unit,
            )
        )
        rank += on_path
    return stages


def read_rules(given: dict[str, Any]) -> Rules:
    """One version of the rules, defaults filled in."""
    stages = read_stages(given["stages"])
    words: dict[str, Stage] = {}
    for stage, listed in zip(stages, given["stages"], strict=True):
        spellings = [stage.key, *listed.get("label", {}).values(), *listed.get("aliases", [])]
        for spelling in spellings:
            words[plain_word(spelling)] = stage
    by_key = {stage.key: stage for stage in stages}
    named = {**{name: name for name in MILESTONES}, **given.get("milestones", {})}
    calendar = given.get("calendar", {})
    scoring = given.get("scoring", {})
    dormancy = given.get("dormancy", {})
    types = given.get("activity_types", DEFAULT_TYPES)
    roles = {role: [name for name in names if name in types] for role, names in DEFAULT_ROLES.items()}
    return Rules(
        version=given["version"],
        effective_from=given["effective_from"],
        zone=ZoneInfo(given.get("timezone", "Asia/Tokyo")),
        calendar={
            "holidays": calendar.get("holidays", "JP"),
            "closed": calendar.get("closed", []),
            "open": calendar.get("open", []),
            "hours": calendar.get("hours", DEFAULT_HOURS),
        },
        dimensions=given.get("dimensions", []),
        size_bands=given.get("size_bands", []),
        stages=stages,
        words=words,
        milestones={name: by_key.get(key) for name, key in named.items()},
        types=types,
        scoring={
            "source": scoring.get("source", "rules"),
            "attributes": scoring.get("attributes", []),
            "behaviours": scoring.get("behaviours", []),
            "bands": scoring.get("bands", []),
            "thresholds": scoring.get("thresholds", {}),
        },
        sla=given.get("sla", []),
        dormancy={
            "days": dormancy.get("days", 90),
            "warn_days": dormancy.get("warn_days", 75),
            "resets_on": dormancy.get("resets_on", ["lead", "contact"]),
            "ignore": dormancy.get("ignore", ["email_open"]),
            "exclude_stages": dormancy.get(
                "exclude_stages", [stage.key for stage in stages if stage.kind in ("won", "lost")]
            ),
        },
        group_of_channel={
            channel: group
            for group, listed in given.get("channel_groups", {}).items()
            for channel in listed["channels"]
        },
        title_ranks=given.get("title_ranks", []),
        targets=given.get("targets", {}),
        benchmarks=given.get("benchmarks", []),
        handoff=given.get("handoff", {}).get("any_of", []),
        is_masked=given.get("privacy", {}).get("personal_fields", "masked") == "masked",
        definition_matrix=given.get("definition_matrix", {"behaviour": [], "information": [], "agreed": []}),
        roles=roles | given.get("roles", {}),
        capacity=given.get("capacity", {}),
        given=given,
    )
