"""Which questions take the dimensions that say how a lead stands at T.

Leads change owner, stage and band as they move on; where leads are followed, these would choose by the outcome. What a
question takes is written in the catalogue; it is held here, for the command line and the pages alike. Knows no screen.
"""

from funnel.errors import BadQuestion
from funnel.questions.catalogue import OF_STANDING, Question
from funnel.questions.scope import Scope

OF_TEAM_OR_STAGE = ("stage_aging", "score_distribution")
OF_OWNER = ("conversion", "rejections", "sla_summary")


def refusal(question: Question, dimension: str, has_owner_history: bool) -> BadQuestion | None:
    """Why a question cannot be filtered or broken down by a dimension, and what to ask instead; None where it can."""
    if dimension not in OF_STANDING or question.standing in ("as_of", "unheeded"):
        return None
    if dimension == "owner" and question.standing == "of_clock":
        return None
    if dimension == "owner" and question.standing == "at_entry":
        return None if has_owner_history else _without_history(question.name)
    instead = OF_OWNER if dimension == "owner" else OF_TEAM_OR_STAGE
    return BadQuestion(
        f"{question.name} follows leads to what became of them, and {dimension} says how they stand in the end, so it "
        f"would choose by the outcome: ask {' or '.join(instead)} by {dimension} instead.",
        f"{question.name}はリードのその後を追う質問で、{dimension}は時点での状態なので、結果で選ぶことになり使えません。"
        f"{dimension}別には{'か'.join(instead)}を使ってください。",
    )


def _without_history(name: str) -> BadQuestion:
    return BadQuestion(
        f"{name} by owner needs to know who owned a lead when, and the data have no owner_change: export the history "
        f"of owners, or ask stage_aging by owner.",
        f"{name}のowner別には当時の担当者が必要ですが、データに担当者変更(owner_change)がありません。"
        f"担当者の履歴も書き出すか、stage_agingを使ってください。",
    )


def heeded(question: Question, scope: Scope, has_owner_history: bool) -> Scope:
    """What of the filters a question takes."""
    if question.standing == "unheeded":
        return Scope()
    return Scope(
        tuple(
            (dimension, values)
            for dimension, values in scope.where
            if refusal(question, dimension, has_owner_history) is None
        )
    )
