"""What can be asked and with which arguments."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from funnel.errors import BadQuestion, suggest
from funnel.questions.arguments import Argument, Choice, Days, Number, PolicyKey, StageKey, Window


@dataclass(frozen=True)
class Question:
    """What a question takes.

    `months`: "range" (default: from the first lead's month to that of T), "due" (the same, but none by default),
    "to" (one month, default that of T) or None. `by`: the question can be broken down; `by_default` how without asking.
    """

    name: str
    arguments: Mapping[str, Argument]
    months: str | None = None
    by: bool = False
    by_default: str | None = None


STEP: dict[str, Argument] = {"from_stage": StageKey("mql"), "to_stage": StageKey("sql")}
WINDOW: dict[str, Argument] = {"window_days": Window(90)}

CATALOGUE: dict[str, Question] = {
    question.name: question
    for question in (
        Question("funnel", {"min_age_days": Days(0)}, months="range", by=True),
        Question("conversion", {**STEP, **WINDOW}, months="range", by=True),
        Question("period_ratio", STEP, months="range", by=True),
        Question("bridge", {**STEP, **WINDOW}, months="range"),
        Question("benchmarks", {"min_age_days": Days(90)}, months="range"),
        Question("kpis", {"window_days": Days(90)}, months="to"),
        Question("flow", {}, months="range"),
        Question("transitions", {}, months="range"),
        Question("stage_aging", {}, months="range", by=True),
        Question("stage_age_ratio", {}),
        Question("stage_aging_buckets", {}),
        Question("stage_aging_leads", {}),
        Question(
            "score_distribution",
            {"at": Choice(("now", "mql", "created"), milestones=("mql",)), "bin": Number(10)},
        ),
        Question(
            "score_bands",
            {"day": Days(30), "to_stage": StageKey("sql"), "window_days": Days(90)},
            months="range",
        ),
        Question("sla_summary", {}, months="due", by=True),
        Question("sla_clocks", {}, months="due"),
        Question("overdue", {}),
        Question(
            "response_times",
            {"policy": PolicyKey(), "to_stage": StageKey("sql"), "window_days": Days(90)},
            months="range",
        ),
        Question("unassigned", {}),
        Question("dormant_pool", {}, by=True, by_default="stage"),
        Question("dormant_leads", {}),
        Question("dormant_flow", {}, months="range"),
        Question("falling_asleep", {}),
        Question("data_quality", {}),
    )
}


def find(name: str) -> Question:
    """The question of that name. Raises BadQuestion with the nearest name."""
    if name not in CATALOGUE:
        raise _unknown("question", "質問", name, tuple(CATALOGUE))
    return CATALOGUE[name]


def _unknown(what: str, what_ja: str, name: str, known: Sequence[str]) -> BadQuestion:
    near = suggest(name, known)
    hint = f"did you mean {near}?" if near else f"known: {', '.join(known) or 'none'}."
    hint_ja = f"{near}のことでしょうか。" if near else f"使えるのは{'、'.join(known) or 'ありません'}です。"
    return BadQuestion(f"Unknown {what} {name!r}: {hint}", f"{what_ja}「{name}」はありません。{hint_ja}")
