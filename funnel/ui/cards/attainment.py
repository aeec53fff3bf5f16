"""The cards of attainment: how well the agreed deadlines are kept, by policy and by owner."""

from funnel import charts, headlines
from funnel.months import Months
from funnel.rows import records
from funnel.ui.parts.cards import card, door, figure
from funnel.ui.state.business_day import whole_months
from funnel.ui.state.view import View
from funnel.words.dates import month_range


def policy_card(view: View, page: str) -> None:
    """How well each agreed deadline is kept in the month, by policy and by no person."""
    labels = view.labels
    month = Months(view.months.last, view.months.last)
    summary = view.ask("sla_summary", months=month)
    headline = headlines.policies_below_target(summary.frame, labels.policies, view.language)
    sub = view.say("say.overdue.policies_sub", months=month_range(month.first, month.last, view.language))
    with card(view, headline, sub, summary, "policies"):
        judged = summary.frame[summary.frame["attainment"].notna()]
        drawn = charts.attainment_dots(judged, say=view.words, labels=labels.policies, by="policy")
        figure(view, drawn, "policies", headline, behind="clocks", months=_span(month), of_owner=False)
        door(view, page, view.say(f"page.{page}"))


def owner_card(view: View) -> None:
    """Who answers in time: the first policy with a target, the last three whole months."""
    rules = view.db.rules
    policies = [policy.key for policy in rules.sla]
    if not policies:
        with card(view, view.say("say.overdue.no_policy"), "", None, "attainment"):
            return
    if "owner" not in rules.dimensions:  # then no answer is broken down by owner
        return
    months = whole_months(view, 3)
    summary = view.ask("sla_summary", by="owner", months=months)
    aimed = summary.frame.loc[summary.frame["target"].notna(), "policy"]
    policy = next(iter(aimed), policies[0])
    people = summary.frame[(summary.frame["policy"] == policy) & summary.frame["attainment"].notna()]
    judged = summary.with_rows(people)
    headline = headlines.owners_below_target(people, view.language)
    sub = view.say(
        "say.overdue.attainment_sub",
        policy=view.labels.policies[policy],
        months=month_range(months.first, months.last, view.language),
    )
    with card(view, headline, sub, judged, "attainment"):
        names = {row["segment"]: view.labels.value("owner", row["segment"]) for row in records(people)}
        drawn = charts.attainment_dots(people, say=view.words, labels=names)
        figure(view, drawn, "attainment", headline, behind="clocks", months=_span(months), of_owner=True)


def _span(months: Months) -> list[str]:
    return [months.first.isoformat(), months.last.isoformat()]
