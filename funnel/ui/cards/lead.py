"""The page of one lead: who it is, its life on one axis, what of the hand-off it has met, what happened."""

from typing import Any

import pandas as pd
import streamlit as st

from funnel import charts, headlines
from funnel.rows import records
from funnel.ui.ground.markdown import esc, small
from funnel.ui.parts import cards, lists, readable
from funnel.ui.state import filters, url_state
from funnel.ui.state.cache import Answer
from funnel.ui.state.view import View
from funnel.words.translate import has

Row = dict[str, Any]
MOMENTS = "YYYY/MM/DD HH:mm"


def find(view: View) -> Row | None:
    """The lead that the address names; without one, a word on how to choose."""
    lead_id = url_state.first("id")
    leads = records(view.ask("lead_card", lead_id=lead_id).frame) if lead_id else []
    if not leads:
        trouble = view.say("say.lead.unknown", id=lead_id) if lead_id else view.say("say.lead.choose")
        cards.head_line(view.say("page.lead"), view).say(trouble, view.say("say.lead.choose_body"))
    return leads[0] if leads else None


def story(view: View, card: Row) -> tuple[Answer, Answer, Answer, Answer]:
    """Stages, score, activities and clocks."""
    lead_id = card["lead_id"]
    names = ("lead_spells", "lead_scores", "lead_activities", "lead_clocks")
    spells, scores, acts, clocks = (view.ask(name, lead_id=lead_id) for name in names)
    return spells, scores, acts, clocks


def headline(view: View, card: Row, clocks: Answer) -> None:
    """What presses most."""
    pressing: dict[str, Row] = {}
    for clock in records(clocks.frame):
        if clock["state"] == "undeterminable" and (clock["stopped_at"] or clock["closed_at"]):
            continue
        label = view.labels.policies.get(clock["policy"], clock["policy"])
        if clock["state"] not in pressing or clock["late_hours"] > pressing[clock["state"]]["late_hours"]:
            pressing[clock["state"]] = {
                **clock,
                "label": label,
                "is_elapsed": clock["policy"] in view.labels.elapsed,
            }
    owner = card["owner"]
    key = "say.lead.who" if owner else "say.lead.who_nobody"
    line = view.say(
        "page.title", page=view.say("page.lead"), question=view.say(key, id=card["lead_id"], owner=owner)
    )
    cards.head_line(line, view).say(
        headlines.lead_headline(
            card["company"] or card["lead_id"],
            view.labels.stages.get(card["stage"], ""),
            card["stage_days"],
            pressing.get("overdue"),
            pressing.get("due_today"),
            card["silent_days"],
            view.labels.hours_per_day,
            view.language,
            most_days=card["stage_days_most"],
            undeterminable=pressing.get("undeterminable"),
        )
    )


def timeline_card(
    view: View, card: Row, spells: Answer, scores: Answer, acts: Answer, clocks: Answer
) -> None:
    """Stages, score, activities and clocks on one axis."""
    labels = view.labels
    path = path_line(view, card, spells)
    with cards.card(view, path, view.say("say.lead.timeline_sub"), clocks, "timeline"):
        drawn = charts.lead_timeline(
            spells.frame,
            scores.frame,
            acts.frame,
            clocks.frame,
            say=view.words,
            names=charts.Names(labels.stages, labels.activities, labels.policies),
            as_of=view.local,
            timezone=view.db.rules.timezone,
            threshold=view.db.rules.scoring.thresholds.mql,
        )
        cards.figure(view, drawn, "timeline", path)


def path_line(view: View, card: Row, spells: Answer) -> str:
    """The way so far."""
    named = [
        {**spell, "label": view.labels.stages.get(spell["stage"], spell["stage"])}
        for spell in records(spells.frame)
    ]
    return headlines.lead_path(named, card["created_at"], view.last_seen, view.language)


def conditions(view: View, card: Row) -> None:
    """Each agreed hand-off condition: met and since when, or what is missing; then who the lead is."""
    rows = records(view.ask("lead_conditions", lead_id=card["lead_id"]).frame)
    items: dict[str, list[Row]] = {}
    for row in rows:
        items.setdefault(row["item"], []).append(row)
    met = {
        item: max(part["met_at"] for part in parts)
        for item, parts in items.items()
        if all(part["met_at"] for part in parts)
    }
    key = "met" if met else ("unmet" if items else "no_conditions")
    with cards.card(
        view,
        view.say(f"say.lead.{key}", n=len(met)),
        view.say("foot.rules", version=view.db.rules.version),
        None,
        "conditions",
    ):
        first = min(met.values(), default=None)
        with st.container(gap="xsmall"):
            for item in sorted(items, key=lambda item: (item not in met, met.get(item))):
                _condition(view, card, items[item], met.get(item), first)
        _attributes(view, card)
        if isinstance(card["record_url"], str) and card["record_url"].startswith(("http://", "https://")):
            label = view.say("why.open_record")
            st.link_button(label, card["record_url"], icon=":material/open_in_new:", width="stretch")


def _condition(view: View, card: Row, parts: list[Row], met_at: Any, first: Any) -> None:
    icon = (
        ":green[:material/check_circle:]"
        if met_at is not None
        else ":gray[:material/radio_button_unchecked:]"
    )
    line = view.say("say.lead.plus").join(_needs(view, parts))
    with st.container(gap=None):
        st.markdown(f"{icon} {esc(line)}")
        if met_at is None:
            small(_missing(view, card, parts))
        else:
            small(view.say("say.lead.met_first" if met_at == first else "say.lead.met_on", day=met_at))


def _needs(view: View, parts: list[Row]) -> list[str]:
    """What an item asks for: a score, acts, things known (in one breath)."""
    needs = [view.say("say.lead.need_score", n=part["needed"]) for part in parts if part["kind"] == "score"]
    needs += [
        view.labels.activities.get(part["name"], str(part["name"])) for part in parts if part["kind"] == "did"
    ]
    known = [_field(view, part["name"]) for part in parts if part["kind"] == "known"]
    if known:
        needs.append(view.say("say.lead.need_known", things=view.say("app.dot").join(known)))
    return needs


def _missing(view: View, card: Row, parts: list[Row]) -> str:
    if len(parts) == 1 and parts[0]["kind"] != "score":
        return view.say("say.lead.not_yet")
    things = []
    for part in parts:
        if part["met_at"] is not None:
            continue
        if part["kind"] == "score":
            things.append(view.say("say.lead.score_missing", n=max(part["needed"] - (card["score"] or 0), 0)))
        elif part["kind"] == "did":
            things.append(view.labels.activities.get(part["name"], str(part["name"])))
        else:
            things.append(_field(view, part["name"]))
    return view.say("say.lead.missing", things=view.say("app.comma").join(things))


def _field(view: View, name: str) -> str:
    return view.say(f"value.known.{name}") if has(f"value.known.{name}") else name


def _attributes(view: View, card: Row) -> None:
    labels = view.labels
    people = card["employees"]
    values = {
        view.say("column.contact_name"): card["contact_name"],
        labels.dimension("department"): card["department"],
        labels.dimension("title"): card["title"],
        labels.dimension("industry"): card["industry"],
        view.say("column.employees"): view.say("unit.people", n=people) if people is not None else None,
        labels.dimension("channel"): labels.value("channel", card["channel"]) if card["channel"] else None,
        labels.dimension("campaign"): card["campaign"],
        view.say("column.created_at"): view.say("say.lead.on_day", day=card["created_at"]),
        view.say("column.opted_out"): view.say("column.opted_out") if card["opted_out"] else None,
    }
    rows = {esc(name): esc(value) for name, value in values.items() if value is not None}
    with st.container(key="attributes"):
        st.table(rows, border="horizontal", alt=view.say("say.lead.attributes"))


def activities(view: View, acts: Answer) -> None:
    """Everything that happened, the newest first; on a phone two lines each."""
    headline = view.say("say.lead.activities", n=len(acts.frame))
    with cards.card(view, headline, view.say("say.lead.activities_sub"), acts, "activities"):
        if not acts:
            return
        table = _shown_acts(view, acts).head(lists.SHOWN)
        if filters.is_phone():
            for at, what, *rest in table.itertuples(index=False):
                facts = [view.say("say.lead.at", at=at), *(text for text in rest if isinstance(text, str))]
                st.markdown(f"**{esc(what)}**  \n:small[:gray[{esc(view.say('app.dot').join(facts))}]]")
            return
        st.dataframe(
            table,
            hide_index=True,
            column_config={
                readable.head(view, name): st.column_config.DatetimeColumn(format=MOMENTS, width=130)
                for name in ("occurred_at", "not_before")
            }
            | {readable.head(view, "asset"): st.column_config.TextColumn(width=190)},
            placeholder="—",
            height="content" if len(acts.frame) <= 12 else lists.TWELVE_ROWS,
            alt=headline,
            key="list.activities",
        )


def _shown_acts(view: View, acts: Answer) -> pd.DataFrame:
    """The activities, changes with what changed; the beginning of their ranges only where one has any."""
    table = readable.readable(view, acts)
    table[readable.head(view, "type")] = [
        _change(view, row, what)
        for row, what in zip(records(acts.frame), table[readable.head(view, "type")], strict=True)
    ]
    idle = ["before", "after"] + ([] if acts.frame["not_before"].notna().any() else ["not_before"])
    return table.drop(columns=[readable.head(view, name) for name in idle])


def _change(view: View, row: Row, what: str) -> str:
    """`ステージ変更(育成中→MQL)`, `担当者変更(担当者なし→高橋 健)`."""
    if row["type"] == "owner_change" and (row["before"] or row["after"]):
        before, after = (view.labels.value("owner", row[name]) for name in ("before", "after"))
    elif row["type"] == "stage_change" and row["after"]:
        before, after = (view.labels.stages.get(row[name], "") for name in ("before", "after"))
    else:
        return what
    return view.say("say.lead.changed", what=what, before=before, after=after)
