"""One recognised file to rows of ours: what is accepted becomes Parquet, what is refused is named by its place.

Knows mappings and the session; not where the file came from, and nothing of other files.
"""

from collections import Counter
from collections.abc import Mapping as Words
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from funnel.importing.converting.session import NO_FORMATS, ImportSession, columns_of, rows_in
from funnel.importing.mapping.load import normal
from funnel.importing.mapping.models import Mapping, Shape
from funnel.importing.mapping.recognise import Column
from funnel.importing.reading.model import Staged
from funnel.importing.reading.needs_answer import NeedsAnswer
from funnel.importing.reading.rows import broken_rows
from funnel.importing.records.quarantine import ON_PURPOSE
from funnel.importing.records.report import ColumnReport

TIMES = (
    "created_at",
    "occurred_at",
    "stage_since",
    "converted_at",
    "updated_at",
    "not_before",
    "made_at",
    "month",
)
NUMBERS = ("employees", "score", "amount", "points", "cost")
FLAGS = ("opted_out", "excluded", "deleted", "converted", "left_out_if")
OWNER_NOISE = r"\s*[(\[（](?:Deactivated|Removed|無効|非アクティブ|削除済み)[^)\]）]*[)\]）]\s*$"
DAYS = (
    "%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%d %b %Y", "%d %b, %Y", "%d-%b-%Y", "%b %d, %Y", "%b %d %Y",
    "%d %B %Y", "%d %B, %Y", "%d-%B-%Y", "%B %d, %Y", "%B %d %Y", "%Y%m%d",
)  # fmt: skip
# rows of a file that are kept in quarantine: of more, the file as a whole is to be looked at
MOST_REFUSED = 250_000
MOST_REFUSED_TWICE = 5_000_000  # of a file whose rows have two meanings: all of them
NEWLINES = {"\n": "\\n", "\r\n": "\\r\\n", "\r": "\\r"}  # as read_csv is told
CLOCKS = ("", " %H:%M:%S", " %H:%M", " %I:%M:%S %p", " %I:%M %p")
ALWAYS = (*(f"{day}{clock}" for clock in CLOCKS for day in DAYS), "%Y%m%d%H%M%S")
ORDERS = {"mdy": ("%m", "%d"), "dmy": ("%d", "%m")}


@dataclass(frozen=True)
class Context:
    """What all files of one import share: the zone, the rules' words, the people known so far."""

    timezone: str
    stages: tuple[tuple[str, ...], ...]  # the words of each of the rules' stages, in order
    types: tuple[str, ...]  # the rules' activity types
    date_order: str | None = None
    people: dict[str, str] = field(default_factory=dict)  # id of an owner -> name
    user_ids: str | None = None  # the pattern of the ids of users that the files of several tools name
    type_names: dict[str, str] = field(default_factory=dict)  # the tool's id of an activity type -> its name


@dataclass(frozen=True)
class Converted:
    """What became of one file's rows under one shape. `rows` = accepted + refused + duplicates."""

    kind: str
    path: Path  # the accepted rows
    entered: Path | None  # of leads: the stage entries that their columns date
    moves: Path | None  # merges and deletions of leads among the rows
    rows: int
    accepted: int
    also: int  # stage entries from the columns of a lead file
    duplicates: int
    # place among the file's unbroken rows, reasons; of very many some
    refused: tuple[tuple[int, tuple[str, ...]], ...]
    reasons: dict[str, int]  # how many rows are refused, each under the first of its reasons
    broken: tuple[int, ...]  # a byte at or just before each row that could not be split into cells
    columns: tuple[ColumnReport, ...]
    given: tuple[str, ...]  # the targets that the file has
    unknown_types: tuple[dict[str, Any], ...] = ()  # words and how many rows have them, the most frequent
    twins: frozenset[int] = frozenset()  # the places of the duplicates, where the rows are read a second time
    date_order: str | None = None  # mdy | dmy: how dates were read whose year stands last

    def and_also(self, second: "Converted") -> "Converted":
        """What became of the rows that were read a second time: refused is what either reading refuses."""
        refused = dict(self.refused)
        for record, reasons in second.refused:
            if "left_out" not in reasons:  # there is no second meaning in the row
                refused[record] = tuple(dict.fromkeys((*refused.get(record, ()), *reasons)))
        late = refused.keys() - dict(self.refused).keys()
        return replace(
            self,
            refused=tuple(sorted(refused.items())),
            reasons=dict(Counter(reasons[0] for reasons in refused.values())),
            accepted=self.accepted - len(late - self.twins),
            duplicates=self.duplicates - len(late & self.twins),
            also=self.also + second.accepted,
            date_order=self.date_order or second.date_order,
        )


def convert(
    session: ImportSession,
    staged: Staged,
    mapping: Mapping,
    shape: Shape,
    columns: Sequence[Column],
    context: Context,
    into: Path,
    is_also: bool = False,
) -> Converted:
    """Convert the rows of `staged`; what is written lies at `into` with further endings.

    `is_also`: a second reading of the rows of a file, whose rows were counted by the first.
    """
    names = _names(columns)
    given = tuple(dict.fromkeys(column.target for column in columns if column.target))
    # a day is a day of the company's, whatever the zone of the file's times
    is_elsewhere = shape.timezone not in ("", None, context.timezone)
    session.zone(shape.timezone or context.timezone, context.timezone if is_elsewhere else None)
    _tell_file(session, staged, names, shape.nulls)
    session.set(
        formats=list(ALWAYS),
        time_targets=list(TIMES),
        number_targets=list(NUMBERS),
        flag_targets=list(FLAGS),
        id_prefix="" if mapping.final_ids else f"{mapping.tool}:{shape.name}:",
        owner_noise=OWNER_NOISE,
        converted_stage=shape.converted_stage,
        has_record_start="record_start" in given,
        has_entered=any(target.startswith("entered:") for target in given),
        fixed_type=shape.type,
        has_types=bool(shape.types),
        has_pairs=any(word.detail is not None for word in shape.type_words),
        has_fields=bool(shape.fields),
        has_ids="activity_id" in given,
        has_leads="lead_id" in given or "email" in given,
        is_also=is_also,
        has_moves=_has_moves(shape),
        has_short_ids=mapping.short_ids,
        user_ids=context.user_ids,
    )
    _tell_words(session, shape, context)
    nulls = {target: words for target, words in shape.null_in.items() if target in given and words}
    session.combine("texts_read", "texts", _several(columns, names), FLAGS, nulls)
    dates = session.rows("dates")[0]
    order = _date_order(dates, staged, shape, context)
    session.set(formats=[*_day_formats(order), *ALWAYS], short_formats=_short_formats(dates, shape, context))
    _tell_columns(session, staged)
    reports = _column_reports(session, columns, names)
    session.set(
        names_owners=shape.kind == "activities"
        and "owner_change" in shape.fields.values()
        and _names_owners(session)
    )
    session.run(shape.kind)
    return replace(_sorted_out(session, staged, shape, given, reports, into), date_order=order)


def rows_aside(session: ImportSession, staged: Staged) -> int:
    """How many rows a file has that holds nothing for us."""
    _tell_file(session, staged, [f"—{position}" for position in range(len(staged.header))], ())
    session.combine("texts_read", "texts", {}, (), {})
    return int(session.rows("tally")[0]["—rows"]) + len(_broken(session, staged)) + len(staged.strays)


def _tell_file(session: ImportSession, staged: Staged, names: Sequence[str], nulls: Sequence[str]) -> None:
    session.drop("broken_rows", "broken_scans")
    session.set(
        file=str(staged.path),
        file_columns=columns_of(names),
        file_skip=staged.skip,
        file_delimiter=staged.delimiter,
        file_newline=NEWLINES[staged.newline],
        nulls=["", *nulls],
    )
    session.run("texts")


def _sorted_out(
    session: ImportSession,
    staged: Staged,
    shape: Shape,
    given: tuple[str, ...],
    reports: tuple[ColumnReport, ...],
    into: Path,
) -> Converted:
    """Write the accepted rows: at once where nothing is wrong with any, else by way of a numbered copy."""
    most = _lines(staged.path) - staged.skip
    clean = "clean_activities" if shape.kind == "activities" else "clean"
    path = into.with_suffix(f".{shape.kind}.parquet")
    accepted = session.write(clean, path)
    moves = into.with_suffix(".moves.parquet")
    moved = gone = 0
    if shape.kind == "activities" and _has_moves(shape):
        moved = session.write("moves", moves)
    elif shape.kind == "leads" and "deleted" in given:
        gone = session.write("gone", moves)
    rows, duplicates = accepted + moved, 0
    broken: tuple[int, ...] = ()
    if (
        rows != most
    ):  # else every line is a row and every row is accepted: the file has no more rows than lines
        rows = int(session.rows("tally")[0]["—rows"])
        broken = _broken(session, staged)
    continued = int(session.rows("continued")[0]["rows"]) if shape.kind == "leads" else 0
    rows -= continued
    refused: tuple[tuple[int, tuple[str, ...]], ...] = ()
    reasons: dict[str, int] = {}
    twins: frozenset[int] = frozenset()
    session.set(batch_file=str(path))
    # the long ones are read again only where a row is refused or comes twice
    twice = f"twice_{shape.kind}" if shape.kind in ("leads", "activities") else "twice"
    is_twice = session.rows(twice)[0]["is_twice"]
    if is_twice:
        numbered = into.with_suffix(".numbered.parquet")
        session.write("numbered", numbered)
        session.set(numbered_file=str(numbered))
        session.run("verdicts")
        duplicates = int(session.rows("duplicates")[0]["duplicates"])
        if shape.also:
            twins = frozenset(int(row["record"]) for row in session.rows("duplicates_listed"))
        accepted = session.write("accepted_activities" if shape.kind == "activities" else "accepted", path)
        numbered.unlink()
    elif accepted + moved < rows:
        session.run("flawed")
    if is_twice or accepted + moved < rows:
        session.set(
            most_refused=MOST_REFUSED_TWICE if shape.also else MOST_REFUSED, on_purpose=list(ON_PURPOSE)
        )
        refused = tuple((int(row["record"]), tuple(row["reasons"])) for row in session.rows("refused"))
        reasons = {row["reason"]: int(row["rows"]) for row in session.rows("refused_counted")}
    if moved + gone == 0:
        moves.unlink(missing_ok=True)
    if accepted + moved + duplicates + sum(reasons.values()) != rows:
        raise AssertionError(
            f"{rows} rows, but {accepted} + {moved} + {duplicates} + {reasons} accounted for"
        )
    entered = None
    if shape.kind == "leads" and any(target.startswith(("entered:", "converted_at")) for target in given):
        entered = into.with_suffix(".entered.parquet")
        if session.write("entered", entered) == 0:
            entered.unlink()
            entered = None
    return Converted(
        kind=shape.kind,
        path=path,
        entered=entered,
        moves=moves if moved + gone else None,
        rows=rows + continued + len(broken) + len(staged.strays),
        accepted=accepted + moved + continued,
        also=rows_in(entered) if entered else 0,
        duplicates=duplicates,
        refused=refused,
        reasons=reasons,
        broken=broken,
        columns=reports,
        given=given,
        unknown_types=tuple(session.rows("unknown_types")) if "unknown_type" in reasons else (),
        twins=twins,
    )


def _names(columns: Sequence[Column]) -> list[str]:
    """The name of each column of the text table: its target, with its turn where several columns share one."""
    shared = Counter(column.target for column in columns)
    return [
        f"—{column.position}"
        if not column.target
        else column.target
        if shared[column.target] == 1
        else f"{column.target}~{column.turn:02d}"
        for column in sorted(columns, key=lambda column: column.position)
    ]


def _several(columns: Sequence[Column], names: Sequence[str]) -> dict[str, list[str]]:
    """The targets that several columns share, with those in the order in which they are asked."""
    places = sorted(columns, key=lambda column: column.position)
    shared: dict[str, list[str]] = {}
    for column, name in zip(places, names, strict=True):
        if name != column.target and column.target:
            shared.setdefault(column.target, []).append(name)
    return {target: sorted(several) for target, several in shared.items()}


def _tell_words(session: ImportSession, shape: Shape, context: Context) -> None:
    session.words("stage_words", ("word", "stage"), _folded(shape.stages))
    session.words("status_words", ("word", "stage"), _folded(shape.statuses))
    session.words("channel_words", ("word", "channel"), _folded(shape.channels))
    session.words("field_words", ("word", "type"), _folded(shape.fields))
    session.words("outcome_words", ("word", "outcome"), _folded(shape.outcomes))
    session.words("people", ("person", "name"), context.people)
    session.words(
        "stage_positions",
        ("stage", "position"),
        {normal(word): str(position) for position, words in enumerate(context.stages) for word in words},
    )
    named = {name: number for number, name in context.type_names.items()}
    rows: dict[str, tuple[str, str | None]] = (
        {normal(kind): (kind, None) for kind in context.types} if shape.types else {}
    )
    for word in shape.type_words:
        for one, detail in (
            (word.word, word.detail),
            (normal(word.word), word.detail and normal(word.detail)),
        ):
            rows[one if detail is None else f"{one}/{detail}"] = (word.type, word.to_value)
        if word.word in named:  # this installation has the type under another number
            rows[named[word.word]] = (word.type, word.to_value)
    session.types(rows)


def _broken(session: ImportSession, staged: Staged) -> tuple[int, ...]:
    """A byte at or just before each row that could not be split into cells: one a row, whatever is wrong in it."""
    lines: dict[int, int] = {}
    positions = [int(row["position"]) for row in session.rows("broken")]
    for position, (line, _) in sorted(broken_rows(staged, positions).items()):
        lines.setdefault(line, position)
    return tuple(lines.values())


def _has_moves(shape: Shape) -> bool:
    """Whether there may be merges and deletions of leads among the activities."""
    return any(
        kind in ("merge", "delete") for kind in (shape.type, *(word.type for word in shape.type_words))
    )


def _names_owners(session: ImportSession) -> bool:
    """Whether changes of owners are told by name: a history that tells them twice, tells them by id too."""
    return bool(session.rows("owner_names")[0]["names_owners"])


def _folded(words: Words[str, Any]) -> dict[str, str]:
    return {spelled: str(value) for word, value in words.items() for spelled in (word, normal(word))}


def _date_order(dates: Words[str, Any], staged: Staged, shape: Shape, context: Context) -> str | None:
    """How dates are meant whose year stands last; asked where the values do not tell and it matters."""
    order = context.date_order or (shape.date_order if shape.date_order in ORDERS else None)
    if not dates["dates"]:
        return None
    if order in ORDERS:
        return order
    if dates["most_first"] > 12 and dates["most_second"] <= 12:
        return "dmy"
    if (dates["most_second"] > 12 and dates["most_first"] <= 12) or not dates["matters"]:
        return "mdy"
    example = dates["example"] or "03/04/2024"
    raise NeedsAnswer(
        f"{staged.name}: the dates are written like {example}, and the values do not tell whether the day "
        "or the month comes first",
        f"{staged.name}: 日付が {example} の形式で、日と月のどちらが先か値から決まりません",
        (
            ": say it with --date-order dmy or --date-order mdy.",
            "。--date-order dmy(日が先)か --date-order mdy(月が先)で指定してください。",
        ),
        staged.name,
        "date_order",
        ("mdy", "dmy"),
        example,
    )


def _day_formats(order: str | None) -> list[str]:
    if order is None:
        return []
    return [mark.join((*ORDERS[order], "%Y")) + clock for mark in "/-." for clock in CLOCKS]


def _short_formats(dates: Words[str, Any], shape: Shape, context: Context) -> list[str]:
    """How dates are meant whose year has two digits; none where the values leave a doubt that nobody settles."""
    orders = dates["short_orders"] or []
    chosen = context.date_order or (shape.date_order if shape.date_order in ORDERS else None)
    if chosen in orders:
        orders = [chosen]
    if len(orders) != 1:
        return NO_FORMATS
    parts = ("%y", "%m", "%d") if orders == ["ymd"] else (*ORDERS[orders[0]], "%y")
    return [mark.join(parts) + clock for mark in "/-." for clock in CLOCKS]


def _tell_columns(session: ImportSession, staged: Staged) -> None:
    """What only the values of a column together tell: a spreadsheet was in its ids, its points part thousands."""
    session.set(damaged_targets=[], pointed_targets=[])
    marks = session.rows("marks")
    session.set(damaged_targets=[row["target"] for row in marks if row["is_damaged"]])
    if staged.form == "csv" and any(
        row["is_pointed"] for row in marks
    ):  # elsewhere a number is no text of a person's
        session.set(pointed_targets=[row["target"] for row in session.rows("points")])


def _column_reports(
    session: ImportSession, columns: Sequence[Column], names: Sequence[str]
) -> tuple[ColumnReport, ...]:
    held = {row["target"]: row for row in session.rows("columns")}
    reports = []
    for column, name in zip(sorted(columns, key=lambda column: column.position), names, strict=True):
        facts = held.get(column.target or name, {"filled": 0, "examples": [], "unreadable": 0, "read": None})
        reports.append(
            ColumnReport(
                column.header,
                column.target,
                int(facts["filled"]),
                tuple(facts["examples"]),
                int(facts["unreadable"]),
                (facts["read"]["said"], facts["read"]["at"]) if facts["read"] else None,
            )
        )
    return tuple(reports)


def _lines(path: Path) -> int:
    """How many lines a file has, by line feeds or carriage returns; a row takes one or more."""
    feeds = returns = 0
    last = b""
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            feeds += chunk.count(b"\n")
            returns += chunk.count(b"\r")
            last = chunk[-1:]
    return max(feeds, returns) + (last not in (b"\n", b"\r", b""))
