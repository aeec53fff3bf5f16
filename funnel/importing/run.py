"""One import from the files that a user names to a new generation. Joins the parts of this package, knows no format."""

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

import pyarrow as pa

from funnel.errors import UnusableFile
from funnel.importing.converting.cell_errors import with_cells
from funnel.importing.converting.convert import Context, Converted, convert, rows_aside
from funnel.importing.converting.session import ImportSession, UnreadRows
from funnel.importing.identify import IdentifiedFile, ImportOptions, find, new_ones, own, with_words
from funnel.importing.joining.assemble import SQL as JOINING
from funnel.importing.joining.assemble import Assembled, assemble, words_of
from funnel.importing.mapping.load import load_mappings
from funnel.importing.mapping.models import Mapping as ToolMapping
from funnel.importing.mapping.models import Shape, user_ids
from funnel.importing.mapping.recognise import Unrecognised, columns, header_score, shapes
from funnel.importing.publishing.generations import Draft, current, draft
from funnel.importing.publishing.statistics import counts_of, newest_in
from funnel.importing.reading.counted import check_count, not_all_read
from funnel.importing.reading.model import Skipped, Staged
from funnel.importing.reading.stage import stage
from funnel.importing.records import quarantine
from funnel.importing.records.accepted import AcceptedFile, names, of_kind, people
from funnel.importing.records.report import ALREADY, ASIDE, IMPORTED, FileReport, ImportReport
from funnel.rules.models import Rules
from funnel.rules.versions import load_versions
from funnel.words.translate import say

Progress = Callable[[float, str], None]
BYTES_A_SECOND = 5e7  # roughly; only for the progress that is shown
NOT_KNOWN = (
    "has a header that no mapping knows, and is left out: describe it in a mapping of your own if it is needed.",
    "見出しが対応表にないため、取り込みませんでした。必要なら自社の対応表に加えてください。",
)
FIRST = {"types": 0, "owners": 1, "merges": 2, "links": 3, "costs": 4, "leads": 5, "activities": 6}


def import_files(
    data: Path, paths: Sequence[Path], options: ImportOptions | None = None, progress: Progress | None = None
) -> ImportReport:
    """Import the files into the data directory; FunnelError names the file, what is wrong and what to do.

    What was served before is served until the new generation is whole, and goes on being served where that fails.
    """
    options = options or ImportOptions()
    mappings = load_mappings(options.mappings, data / "mappings")
    rules = load_versions(data)[-1]
    say = progress or (lambda done, step: None)
    with draft(data) as made:
        skipped: list[Skipped] = []
        say(0.02, "reading")
        staged = stage(
            paths,
            made.scratch / "staged",
            header_score(mappings),
            None,
            lambda name: options.for_file(name).encoding,
            skipped.append,
            [text for mapping in mappings for text in mapping.footers],
        )
        former = [AcceptedFile.from_json(file) for file in made.parent.summary["kept"]] if made.parent else []
        made.rely_on(quarantine.FILE)
        orders = quarantine.date_orders(made.parent.path if made.parent else None)
        scratch = made.scratch / "staged"
        identified = _recognised(
            staged,
            lambda file: find(own(file), mappings, options, rules.timezone, former, orders, scratch),
            skipped.append,
        )
        identified = with_words(identified, former, rules)
        report = _import(made, identified, former, mappings, rules, options.is_dry, say)
        return replace(
            report, skipped=tuple({"name": file.name, "en": file.en, "ja": file.ja} for file in skipped)
        )


def _recognised(
    staged: Sequence[Staged], what: Callable[[Staged], IdentifiedFile], skip: Callable[[Skipped], None]
) -> list[IdentifiedFile]:
    """What the files are. A weekly archive has tables of all kinds, a workbook a sheet of notes: what no mapping
    knows there is named and left out. A file that the user named, or all of an archive, is asked about."""
    identified: list[IdentifiedFile] = []
    unknown: list[tuple[Staged, Unrecognised]] = []
    for file in staged:
        try:
            identified.append(what(file))
        except Unrecognised as error:
            if error.asks != "mapping":
                raise
            unknown.append((file, error))
    within = {file.staged.name.partition("/")[0] for file in identified if "/" in file.staged.name}
    for file, question in unknown:
        if file.name.partition("/")[0] not in within:
            raise question
        skip(Skipped(file.name, NOT_KNOWN[0], NOT_KNOWN[1]))
    return identified


@dataclass
class Taken:
    """What the conversion of an import's files has come to so far."""

    kept: list[AcceptedFile]
    refused: pa.Table
    reports: dict[int, FileReport]  # by id of the file
    corrected: set[str] = field(default_factory=set)
    batches: dict[int, IdentifiedFile] = field(default_factory=dict)  # by seq


def _import(
    made: Draft,
    identified: Sequence[IdentifiedFile],
    former: Sequence[AcceptedFile],
    mappings: Sequence[ToolMapping],
    rules: Rules,
    is_dry: bool,
    say: Progress,
) -> ImportReport:
    """Convert what is new, assemble it with what is kept, and publish it."""
    new = new_ones(identified, former, rules.timezone)
    taken = _taken_over(made, former, new)
    taken.reports |= {id(file): _report(file, ALREADY) for file in identified}
    with ImportSession(made.scratch / "session", rules.timezone, JOINING) as session:
        _convert_all(session, made, new, former, mappings, rules, taken, say)
        base = made.parent.summary["base"] if made.parent else _base(taken.kept, mappings)
        if not taken.batches and made.parent is not None:
            return _reported(identified, taken, None, base, made)
        _check_leads(taken, former)
        session.tell = lambda done: say(0.7 + 0.2 * done, "joining")
        session.tell(0.0)
        result = assemble(session, made.path, taken.kept, mappings, base, rules)
    _settle(taken, result)
    report = _reported(identified, taken, result, base, made)
    _check(report)
    if is_dry:
        return report
    say(0.9, "publishing")
    report = replace(report, generation=_publish(made, report, result, taken, base))
    say(1.0, "done")
    return report


def _taken_over(made: Draft, former: Sequence[AcceptedFile], new: Sequence[IdentifiedFile]) -> Taken:
    """What stays of the imports before: not what comes again to be read otherwise."""
    again, keys = {file.staged.sha256 for file in new}, {file.key for file in new}
    kept = [
        file for file in former if file.sha256 not in again or (file.sha256, file.mapping, file.shape) in keys
    ]
    (made.path / "kept").mkdir(exist_ok=True)
    (made.path / "activities").mkdir(exist_ok=True)
    for file in kept:
        made.link(file.path)
    refused = quarantine.read(made.parent.path if made.parent else None)
    return Taken(kept, quarantine.without(refused, again), {})


def _convert_all(
    session: ImportSession,
    made: Draft,
    new: Sequence[IdentifiedFile],
    former: Sequence[AcceptedFile],
    mappings: Sequence[ToolMapping],
    rules: Rules,
    taken: Taken,
    say: Progress,
) -> None:
    """Convert the new files, those first whose words the others need."""
    seq = max((file.seq for file in former), default=0)
    shared = user_ids(mappings)
    ordered = sorted(new, key=lambda file: FIRST.get(file.what.shape.kind, len(FIRST)))
    for file, share in zip(ordered, _shares(ordered, say), strict=True):
        session.tell, session.expected_seconds = share, 1 + file.staged.size / BYTES_A_SECOND
        share(0.0)
        if file.what.shape.kind == "other":
            taken.reports[id(file)] = replace(_report(file, ASIDE), rows=_aside(session, file))
            continue
        seq += 1
        tool = file.what.mapping.tool
        context = Context(
            rules.timezone, tuple(words_of(stage) for stage in rules.stages), tuple(rules.activity_types), file.date_order,
            people(made.path, taken.kept, tool, shared), shared, names(made.path, of_kind(taken.kept, "types"), tool, "type"),
        )  # fmt: skip
        whole, more = _one(session, made, file, context, seq)
        rows = quarantine.rows_of(
            file.staged, file.header, whole.refused, whole.broken, taken.refused, whole.date_order
        )
        taken.kept += more
        taken.refused = pa.concat_tables([taken.refused, with_cells(session, rows, file.what.shape)])
        taken.corrected |= _corrected(file.staged, whole)
        taken.reports[id(file)] = _counted(file, whole)
        taken.batches[seq] = file


def _aside(session: ImportSession, file: IdentifiedFile) -> int:
    """How many rows a file has in which nothing is for us."""
    try:
        rows = rows_aside(session, file.staged)
    except UnreadRows as error:
        raise not_all_read(file.staged, 0) from error
    check_count(file.staged, rows - len(file.staged.strays))
    return rows


def _settle(taken: Taken, result: Assembled) -> None:
    """What only the whole tells: rows that other files have too, rows that came again corrected."""
    taken.refused = quarantine.without(taken.refused, (), taken.corrected)
    for number, file in taken.batches.items():
        report = taken.reports[id(file)]
        again = result.duplicates.get((number, False), 0)
        taken.reports[id(file)] = replace(
            report,
            accepted=report.accepted - again,
            duplicates=report.duplicates + again,
            also=report.also - result.duplicates.get((number, True), 0),
            updated=result.updated.get(number, 0),
        )


def _publish(made: Draft, report: ImportReport, result: Assembled, taken: Taken, base: str) -> str:
    quarantine.write(taken.refused, made.path)
    text = json.dumps(report.to_json(), ensure_ascii=False, indent=1)
    (made.path / "report.json").write_text(text + "\n", encoding="utf-8", newline="\n")
    generation = made.publish(
        {
            "base": base,
            "kept": [file.to_json() for file in result.kept],
            "leads": result.leads,
            "activities": result.activities,
            "quarantined": len(taken.refused),
            "files": [file.name for file in report.files if file.status == IMPORTED],
        }
    )
    return generation.id


def _shares(files: Sequence[IdentifiedFile], say: Progress) -> list[Callable[[float], None]]:
    """For each file how to tell how much of it is done: the long files take the most of what there is to tell."""
    whole = sum(file.staged.size + 1 for file in files)
    begin = 0.05
    tellers: list[Callable[[float], None]] = []
    for file in files:
        share = 0.65 * (file.staged.size + 1) / whole
        tellers.append(partial(_tell, say, begin, share, file.staged.name))
        begin += share
    return tellers


def _tell(say: Progress, begin: float, share: float, name: str, done: float) -> None:
    say(begin + share * done, name)


def _one(
    session: ImportSession, made: Draft, file: IdentifiedFile, context: Context, seq: int
) -> tuple[Converted, list[AcceptedFile]]:
    """Convert one file under its shape and those that it also has; gives what became of its rows and what to keep."""
    into = made.path / "kept" / f"{seq:04d}"
    kept: list[AcceptedFile] = []
    whole: Converted | None = None
    every = shapes(file.what.shape, file.staged.header)
    for number, shape in enumerate(every):
        target = into if number == 0 else into.with_name(f"{into.name}-{number}")
        file_columns = columns(shape, file.staged.header)
        try:
            done = convert(
                session, file.staged, file.what.mapping, shape, file_columns, context, target, number > 0
            )
        except UnreadRows as error:
            raise not_all_read(file.staged, 0) from error
        whole = done if whole is None else whole.and_also(done)
        kept += [
            AcceptedFile(
                seq=seq, path=path.relative_to(made.path).as_posix(), kind=kind, tool=file.what.mapping.tool,
                shape=file.what.shape.name, name=file.staged.name, sha256=file.staged.sha256, mapping=file.mark,
                exported_at=file.exported_at, given=done.given, is_derived=path != done.path or number > 0,
            )
            for kind, path in ((done.kind, done.path), ("activities", done.entered), ("merges", done.moves))
            if path is not None
        ]  # fmt: skip
    assert whole is not None
    check_count(file.staged, whole.rows - len(file.staged.strays))
    return whole, kept


def _corrected(staged: Staged, whole: Converted) -> set[str]:
    """The references of the rows that came again and are accepted now."""
    if whole.broken or staged.strays:
        return set()
    refused = {number for number, _ in whole.refused}
    return {
        reference
        for number, reference in enumerate(quarantine.references_in(staged), start=1)
        if reference and number not in refused
    }


def _base(kept: Sequence[AcceptedFile], mappings: Sequence[ToolMapping]) -> str:
    """The tool whose ids the leads keep: of those that brought leads the first by the mappings' priority."""
    tools = {file.tool for file in of_kind(kept, "leads")}
    ranked = sorted((mapping.priority, mapping.tool) for mapping in mappings if mapping.tool in tools)
    return ranked[0][1] if ranked else ""


def _report(file: IdentifiedFile, status: str) -> FileReport:
    shape: Shape = file.what.shape
    return FileReport(
        name=file.staged.name, sha256=file.staged.sha256, status=status, tool=file.what.mapping.tool, shape=shape.name,
        label={"ja": shape.label.japanese, "en": shape.label.english}, kind=shape.kind, recognised_by=file.what.by,
        exported_at=file.exported_at, exported_by=file.exported_by, encoding=file.staged.encoding,
        left_out=len(file.staged.preamble) + len(file.staged.footer), filled=file.staged.filled, totals=file.staged.totals,
    )  # fmt: skip


def _counted(file: IdentifiedFile, whole: Converted) -> FileReport:
    reasons = Counter(whole.reasons)
    if broken := len(whole.broken) + len(file.staged.strays):
        reasons[quarantine.BROKEN] += broken
    return replace(
        _report(file, IMPORTED),
        rows=whole.rows,
        accepted=whole.accepted,
        quarantined=reasons.total(),
        duplicates=whole.duplicates,
        also=whole.also,
        reasons=dict(sorted(reasons.items())),
        unknown_types=whole.unknown_types,
        columns=whole.columns,
    )


def _reported(
    identified: Sequence[IdentifiedFile],
    taken: Taken,
    result: Assembled | None,
    base: str,
    made: Draft,
) -> ImportReport:
    return ImportReport(
        files=tuple(taken.reports[id(file)] for file in identified),
        skipped=(),
        generation=None,
        leads=result.leads if result else 0,
        activities=result.activities if result else 0,
        base=base,
        joins=result.joins if result else (),
        conflicts=result.conflicts if result else (),
        histories=result.histories if result else (),
        unknown_stages=result.unknown_stages if result else (),
        waiting=result.waiting if result else 0,
        compared=result.compared if result else 0,
        overruled=result.overruled if result else 0,
        corrected=len(taken.corrected) if result else 0,
        quarantined=len(taken.refused),
        before=counts_of(made.data),
        exported_at=max((file.exported_at for file in taken.kept), default=None) if result else None,
        newest_at=newest_in(made.path) if result else None,
    )


def _check_leads(taken: Taken, former: Sequence[AcceptedFile]) -> None:
    """An export of leads of which no row can be taken is said to be that, not to be missing."""
    reports = [taken.reports[id(file)] for file in taken.batches.values() if file.what.shape.kind == "leads"]
    if not reports or of_kind(former, "leads") or any(report.accepted for report in reports):
        return
    empty = max(reports, key=lambda report: report.rows)
    if not empty.rows:
        raise UnusableFile(
            f"{empty.name} has a header, but no rows: export it again with its leads.",
            f"{empty.name} には見出しだけで行がありません。リードを含めて書き出し直してください。",
        )
    reasons = [(rows, f"refused.{reason}") for reason, rows in (empty.reasons or {}).items()]
    en = "; ".join(f"{say(key, 'en')}: {rows:,}" for rows, key in reasons)
    ja = "、".join(f"{say(key, 'ja')}: {rows:,}行" for rows, key in reasons)
    raise UnusableFile(
        f"{empty.name}: none of its {empty.rows:,} rows can be taken ({en}): correct them, or export it again.",
        f"{empty.name}: {empty.rows:,}行のどれも取り込めません({ja})。直すか、書き出し直してください。",
    )


def _check(report: ImportReport) -> None:
    """No row ever disappears."""
    for file in report.files:
        if file.status == IMPORTED and file.rows != file.accepted + file.quarantined + file.duplicates:
            raise AssertionError(f"{file.name}: {file.rows} rows are not all accounted for")


def last_report(data: Path) -> dict[str, object] | None:
    """What the import that is served said of itself; None where nothing was imported."""
    generation = current(data)
    if generation is None:
        return None
    report: dict[str, object] = json.loads((generation.path / "report.json").read_text(encoding="utf-8"))
    return report
