"""What the rules call things, in one language: stages, bands, policies, channel groups, activities, limits.

Knows rules and words; nothing of answers and screens. A code that neither names is shown as it is.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from funnel.rules.calendar import weekday_seconds
from funnel.rules.models import Rules
from funnel.toml_values import Label
from funnel.words.translate import has, say


@dataclass(frozen=True)
class Labels:
    """Names by key for one version of the rules and one language."""

    rules: Rules
    language: str

    def _name(self, label: Label | None, key: str) -> str:
        if label is None:
            return key
        return label.japanese if self.language == "ja" else label.english

    def _word(self, section: str, key: str) -> str:
        word = f"{section}.{key}"
        return say(word, self.language) if has(word) else key

    @cached_property
    def stages(self) -> dict[str, str]:
        """Every stage."""
        return {stage.key: self._name(stage.label, stage.key) for stage in self.rules.stages}

    @cached_property
    def path(self) -> list[str]:
        """The stages in which leads wait: the path without its end."""
        return [stage.key for stage in self.rules.stages if stage.kind == "path"]

    @cached_property
    def bands(self) -> dict[str, str]:
        """Score bands, the lowest first."""
        return {band.key: self._name(band.label, band.key) for band in self.rules.scoring.bands}

    @cached_property
    def band_ranges(self) -> dict[str, str]:
        """`0〜49`, `50〜99`, `100〜`: bands as points."""
        bands, dash = self.rules.scoring.bands, "〜" if self.language == "ja" else "–"
        ends = [f"{after.from_ - 1:g}" for after in bands[1:]] + [""]
        return {band.key: f"{band.from_:g}{dash}{end}" for band, end in zip(bands, ends, strict=True)}

    @cached_property
    def score_rules(self) -> dict[str, str]:
        """What gives points: attributes and behaviours; an attribute without a label is its number."""
        scoring = self.rules.scoring
        attributes = ((f"attributes[{n}]", rule) for n, rule in enumerate(scoring.attributes))
        behaviours = ((f"behaviours[{n}]", rule) for n, rule in enumerate(scoring.behaviours))
        return {
            **{key: self._name(rule.label, key) for key, rule in attributes},
            **{
                key: self.activities.get(rule.type, rule.type) + (f" ({rule.asset})" if rule.asset else "")
                for key, rule in behaviours
            },
        }

    @cached_property
    def policies(self) -> dict[str, str]:
        """Follow-up policies."""
        return {policy.key: self._name(policy.label, policy.key) for policy in self.rules.sla}

    @cached_property
    def elapsed(self) -> frozenset[str]:
        """The policies that count every hour, not only business hours."""
        return frozenset(policy.key for policy in self.rules.sla if policy.due.elapsed_hours is not None)

    @cached_property
    def activities(self) -> dict[str, str]:
        """Activity types, the three fixed ones too."""
        named = {key: self._name(kind.label, key) for key, kind in self.rules.activity_types.items()}
        fixed = {key: self._word("value.activity", key) for key in self.rules.types() if key not in named}
        return named | fixed

    @cached_property
    def groups(self) -> dict[str, str]:
        """Channel groups."""
        return {key: self._name(group.label, key) for key, group in self.rules.channel_groups.items()}

    def grades(self, kind: str) -> dict[str, str]:
        """The grades of `behaviour` or of `information`, from little to much."""
        return {
            grade.key: self._name(grade.label, grade.key)
            for grade in getattr(self.rules.definition_matrix, kind)
        }

    def dimension(self, name: str) -> str:
        """What a dimension is called."""
        return self._word("dimension", name)

    def value(self, dimension: str, value: str | None) -> str:
        """What a value of a dimension is called; null is `(空欄)`, of an owner `担当者なし`."""
        if value is None:
            return say("unit.nobody" if dimension == "owner" else "filter.empty_value", self.language)
        known: Mapping[str, str] = {
            "stage": self.stages,
            "score_band": self.bands,
            "channel_group": self.groups,
        }.get(dimension, {})
        return known[value] if value in known else self._word(f"value.{dimension}", value)

    def team(self, name: str | None) -> str:
        """A role in charge."""
        return self._word("value.owner_team", name) if name else ""

    @cached_property
    def limits(self) -> dict[str, tuple[float, str]]:
        """Stage → (number, `days` or `business_days`), for the stages that have a limit."""
        limits: dict[str, tuple[float, str]] = {}
        for stage in self.rules.stages:
            if stage.max_age and stage.max_age.business_days is not None:
                limits[stage.key] = (stage.max_age.business_days, "business_days")
            elif stage.max_age and stage.max_age.days is not None:
                limits[stage.key] = (stage.max_age.days, "days")
        return limits

    @cached_property
    def written_limits(self) -> dict[str, str]:
        """`5営業日`, `180日`."""
        return {
            stage: say(f"unit.limit_{unit}", self.language, n=number)
            for stage, (number, unit) in self.limits.items()
        }

    def milestone(self, name: str) -> str | None:
        """How the stage that `mql`, `sql` or `opportunity` means is called; None where the path has none."""
        stage = self.rules.milestone(name)
        return self.stages[stage] if stage else None

    @cached_property
    def hours_per_day(self) -> float:
        """Business hours of a usual business day."""
        seconds = weekday_seconds(self.rules.calendar.hours.spans())
        return (seconds or 8 * 3600) / 3600
