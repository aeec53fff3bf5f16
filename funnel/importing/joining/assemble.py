"""From everything that is kept to the files that are served: leads joined, activities sent to their leads.

Runs the SQL of this package in order. Knows no file of a tool; sees only accepted rows.
"""

import os
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as parquet

from funnel.errors import FunnelError
from funnel.importing.converting.session import ImportSession, rows_in
from funnel.importing.mapping.load import normal
from funnel.importing.mapping.models import Mapping, user_ids
from funnel.importing.records.accepted import AcceptedFile, of_kind, people
from funnel.rules.models import Rules, Stage

SQL = Path(__file__).parent / "sql"
TEXT, TIME = pa.string(), pa.timestamp("us", "UTC")
NO_MERGES = pa.schema([("lead_id", TEXT), ("merged_ids", TEXT), ("is_gone", pa.bool_()), ("gone_at", TIME)])
EVENTS = pa.schema(
    [
        ("activity_id", TEXT), ("lead_id", TEXT), ("occurred_at", TIME), ("type", TEXT), ("actor", TEXT), ("outcome", TEXT),
        ("from_value", TEXT), ("to_value", TEXT), ("reason", TEXT), ("points", pa.float64()), ("asset", TEXT),
        ("not_before", TIME), ("lead_email", TEXT),
    ]
)  # fmt: skip
COLUMNS = ".entered.parquet"  # stage entries from the columns of a lead file
AS_TEXT = {
    "employees": "employees_as_text",
    "score": "score_as_text",
    "amount": "amount_as_text",
    "opted_out": "opted_out_as_text",
    "excluded": "excluded_as_text",
}
CONTRACT = [field for field in EVENTS if field.name != "lead_email"]


@dataclass(frozen=True)
class Assembled:
    """What came of it, beside the files."""

    leads: int
    activities: int
    kept: tuple[AcceptedFile, ...]  # with the paths where they lie now
    joins: tuple[dict[str, Any], ...]
    conflicts: tuple[dict[str, Any], ...]
    histories: tuple[dict[str, Any], ...]
    unknown_stages: tuple[dict[str, Any], ...]
    waiting: int  # activities whose lead is in no file yet
    compared: int  # changes found by comparing exports
    overruled: int  # stage changes that are not served, since the tool with the last word on stages tells them itself
    duplicates: dict[
        tuple[int, bool], int
    ]  # by seq and whether they are derived: activities that came before
    updated: dict[int, int]  # by seq: activities that came before and say something else now


def assemble(
    session: ImportSession,
    folder: Path,
    every: Sequence[AcceptedFile],
    mappings: Sequence[Mapping],
    base: str,
    rules: Rules,
) -> Assembled:
    """Write leads.parquet, activities/*.parquet, costs.parquet and joins.parquet below `folder`."""
    leads = of_kind(every, "leads")
    if not any(rows_in(folder / file.path) for file in leads):
        raise FunnelError(
            "These files hold no leads: import the leads' own export first, or together with them.",
            "取り込むファイルにリードがありません。先に、または一緒に、リードの書き出しファイルを取り込んでください。",
        )
    session.zone(rules.timezone)
    _tell_people(session, folder, every, user_ids(mappings))
    _tell_files(session, folder, every)
    order = _order({file.tool for file in leads}, mappings, base)
    session.table(
        "tools",
        pa.table(
            {
                "tool": pa.array(order, TEXT),
                "priority": pa.array(range(len(order)), pa.int32()),
                "wins": pa.array([_wins(tool, mappings) for tool in order], pa.list_(TEXT)),
            }
        ),
    )
    session.run("lead_parts")
    session.run("tool_leads" if len(leads) > 1 else "tool_leads_once")
    session.run("placing")
    for number, tool in enumerate(order):
        session.set(tool=tool, is_first=number == 0)
        session.run("place_tool")
    if len(order) > 1:
        session.run("final_leads")
        session.run("conflicts")
    else:
        session.run("final_leads_once")
    session.run("moved")
    session.run("typed")
    for target, is_unread in session.rows("unread")[0].items():
        if is_unread:
            session.run(AS_TEXT[target])
    session.write("leads_out", folder / "leads.parquet")
    session.write("joins_out", folder / "kept" / "joins.parquet")
    kept, twins, compared, overruled = _activities(session, folder, every, mappings, base, rules)
    if of_kind(every, "costs"):
        session.write("costs_out", folder / "costs.parquet")
    parts = sorted((folder / "activities").glob("*.parquet"))
    session.set(activity_parts=[str(path) for path in parts])
    session.words("rule_words", ("word", "stage"), _stage_words(rules))
    return Assembled(
        leads=rows_in(folder / "leads.parquet"),
        activities=sum(map(rows_in, parts)),
        kept=kept,
        joins=tuple(session.rows("joins_counted")),
        conflicts=tuple(session.rows("conflicts_counted")),
        histories=tuple(session.rows("histories")),
        unknown_stages=tuple(session.rows("unknown_stages")),
        waiting=int(session.rows("waiting")[0]["rows"]),
        compared=compared,
        overruled=overruled,
        duplicates=twins.duplicates,
        updated=twins.updated,
    )


@dataclass(frozen=True)
class Twins:
    """Activities that came more than once: rows that are not served, by the part they lie in."""

    lost: dict[str, int]  # by path
    duplicates: dict[tuple[int, bool], int]
    updated: dict[int, int]


def _activities(
    session: ImportSession,
    folder: Path,
    every: Sequence[AcceptedFile],
    mappings: Sequence[Mapping],
    base: str,
    rules: Rules,
) -> tuple[tuple[AcceptedFile, ...], Twins, int, int]:
    """Serve each part as it is where its leads are called as in it and nothing of it came before; else a copy."""
    target = folder / "activities"
    target.mkdir(exist_ok=True)
    events = of_kind(every, "activities")
    final = {mapping.tool for mapping in mappings if mapping.final_ids}
    twins = _twins(session, folder, events, rules)
    overruled = _overruled(session, events, base)
    compared = target / "compared.parquet"
    changes = session.write("compared", compared) if _was_exported_twice(every) else 0
    if not changes:
        compared.unlink(missing_ok=True)
    now: list[AcceptedFile] = [file for file in every if file.kind != "activities"]
    for file in events:
        name = Path(file.path).name.replace(".activities", "")
        part, served, aside = folder / file.path, target / name, folder / "kept" / name
        has_lists = file.tool not in final  # several ids in one cell
        session.set(part=str(part), part_before=str(part))
        session.set(tool=file.tool, is_base=file.tool == base, has_lists=has_lists)
        lost = twins.lost.get(str(part), 0) + overruled.get(str(part), 0)
        is_as_it_is = file.tool == base and not lost and not session.rows("is_moved")[0]["is_moved"]
        if is_as_it_is:
            if part != served:
                os.replace(part, served)
            now.append(_at(file, served, folder))
            continue
        if part == served:
            os.replace(part, aside)
            part = aside
            session.set(part=str(part))
        served.unlink(missing_ok=True)  # it may be the parent's file too
        rows = rows_in(part) - lost + int(session.rows("part_linked")[0]["more"])
        if session.write("part_out", served) != rows:
            raise AssertionError(f"{file.name}: of its {rows} activities {rows_in(served)} are served")
        now.append(_at(file, part, folder))
    if not any(target.iterdir()):
        parquet.write_table(pa.schema(CONTRACT).empty_table(), target / "none.parquet")
    now.sort(key=lambda file: (file.seq, file.path))
    return tuple(now), twins, changes, sum(overruled.values())


def _overruled(session: ImportSession, events: Sequence[AcceptedFile], base: str) -> dict[str, int]:
    """Of two tools that date the stages of a lead one is heard: the other's changes that are not served, by path."""
    session.set(base=base, has_several_tools=len({file.tool for file in events}) > 1)
    session.run("tellers")
    session.run("overruled")
    return {row["path"]: int(row["rows"]) for row in session.rows("overruled_counted")}


def _twins(session: ImportSession, folder: Path, events: Sequence[AcceptedFile], rules: Rules) -> Twins:
    """Find the activities that came more than once, and leave the table `losers` of the rows that are not served."""
    is_column = {file.path.endswith(COLUMNS) for file in events}
    has_both = len(is_column) > 1
    # in one file there are none: its own were found when it was converted
    session.set(has_several_parts=len(events) > 1, has_columns_and_history=has_both)
    session.run("twins")
    session.words("path_places", ("stage", "place"), _path_places(rules) if has_both else {})
    session.run("told_again")
    has_twins = bool(session.rows("twins_counted")[0]["twins"])
    has_told = bool(session.rows("told_counted")[0]["told"])
    session.set(has_twins=has_twins)
    session.run("losers")
    if not has_twins and not has_told:
        return Twins({}, {}, {})
    counted = {row["path"]: row for row in session.rows("losers_counted")}
    lost: dict[str, int] = {}
    duplicates: Counter[tuple[int, bool]] = Counter()
    updated: Counter[int] = Counter()
    for file in events:
        row = counted.get(str(folder / file.path))
        if row is not None:
            lost[row["path"]] = int(row["lost"])
            duplicates[file.seq, file.is_derived] += int(row["duplicates"])
            updated[file.seq] += 0 if file.is_derived else int(row["updated"])
    return Twins(lost, dict(duplicates), dict(updated))


def _tell_people(
    session: ImportSession, folder: Path, every: Sequence[AcceptedFile], shared: str | None
) -> None:
    """The names behind the ids of owners, tool by tool."""
    rows = [
        (tool, person, name)
        for tool in sorted({file.tool for file in every})
        for person, name in people(folder, every, tool, shared).items()
    ]
    columns = ("tool", "person", "name")
    session.table(
        "people", pa.table({key: pa.array([row[n] for row in rows], TEXT) for n, key in enumerate(columns)})
    )


def _at(file: AcceptedFile, path: Path, folder: Path) -> AcceptedFile:
    return AcceptedFile(**{**file.__dict__, "path": path.relative_to(folder).as_posix()})


def _was_exported_twice(every: Iterable[AcceptedFile]) -> bool:
    tools = [file.tool for file in every if file.kind == "leads"]
    return len(tools) > len(set(tools))


def _tell_files(session: ImportSession, folder: Path, every: Sequence[AcceptedFile]) -> None:
    """Which files there are, by kind; where there are none of a kind, one without rows stands in."""
    leads = tuple(sorted(of_kind(every, "leads"), key=lambda file: (file.exported_at, file.seq)))
    events = of_kind(every, "activities")
    merges, costs, links = of_kind(every, "merges"), of_kind(every, "costs"), of_kind(every, "links")
    no_merges, no_events = session.scratch / "no-merges", session.scratch / "no-events"
    parquet.write_table(NO_MERGES.empty_table(), no_merges)
    parquet.write_table(EVENTS.empty_table(), no_events)
    for name, files in (
        ("kept_leads", leads),
        ("kept_events", events),
        ("kept_merges", merges),
        ("kept_costs", costs),
    ):
        session.table(
            name,
            pa.table(
                {
                    "path": pa.array([str(folder / file.path) for file in files], TEXT),
                    # of leads the newest export counts, whenever it was imported; of all else the newest import
                    "seq": pa.array(range(len(files)), pa.int32()),
                    "tool": pa.array([file.tool for file in files], TEXT),
                    "exported_at": pa.array([file.exported_at for file in files], TIME),
                    "given": pa.array([list(file.given) for file in files], pa.list_(TEXT)),
                }
            ),
        )
    rows = [
        parquet.read_table(folder / file.path).append_column(
            "tool", pa.array([file.tool] * rows_in(folder / file.path), TEXT)
        )
        for file in links
    ]
    empty = pa.table({name: pa.array([], TEXT) for name in ("activity_id", "lead_id", "tool")})
    session.table("links", pa.concat_tables([empty, *(table.select(empty.column_names) for table in rows)]))
    session.set(
        lead_parts=[str(folder / file.path) for file in leads],
        event_parts=[str(folder / file.path) for file in events] or [str(no_events)],
        merge_parts=[str(no_merges), *(str(folder / file.path) for file in merges)],
        cost_parts=[str(folder / file.path) for file in costs],
    )


def _order(tools: set[str], mappings: Sequence[Mapping], base: str) -> list[str]:
    """The tools, the one whose ids the leads keep first, then by the mappings' priority."""
    priority = {mapping.tool: mapping.priority for mapping in mappings}
    return sorted(tools, key=lambda tool: (tool != base, priority.get(tool, 1000), tool))


def _wins(tool: str, mappings: Sequence[Mapping]) -> list[str]:
    return next((list(mapping.wins) for mapping in mappings if mapping.tool == tool), [])


def _path_places(rules: Rules) -> dict[str, str]:
    """How far along the path each of its stages lies."""
    on_path = [stage for stage in rules.stages if stage.kind in ("path", "won")]
    return {normal(word): str(position) for position, stage in enumerate(on_path) for word in words_of(stage)}


def words_of(stage: Stage) -> tuple[str, ...]:
    """What a stage is called in files: by its key, a label or an alias."""
    labels = (stage.label.japanese, stage.label.english) if stage.label else ()
    return (stage.key, *labels, *stage.aliases)


def _stage_words(rules: Rules) -> dict[str, str]:
    return {normal(word): stage.key for stage in rules.stages for word in words_of(stage)}
