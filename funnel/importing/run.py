"""One import from the files that a user names to a new generation. Joins the parts of this package, knows no format."""

import json
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time
from functools import partial
from hashlib import sha256
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow as pa

from funnel.importing import quarantine
from funnel.importing.assemble import Assembled, assemble, tidy
from funnel.importing.convert import Context, Converted, convert, rows_aside
from funnel.importing.engine import Bench
from funnel.importing.generations import Draft, current, draft
from funnel.importing.kept import Kept, names, of_kind, people
from funnel.importing.mappings import Mapping as ToolMapping
from funnel.importing.mappings import Shape, load_mappings
from funnel.importing.recognise import Recognised, columns, header_score, recognise, shapes
from funnel.importing.report import ALREADY, ASIDE, IMPORTED, FileReport, ImportReport
from funnel.importing.staging import Skipped, Staged, merge_options, stage
from funnel.rules import Rules, load_versions

Progress = Callable[[float, str], None]
BYTES_A_SECOND = 5e7  # roughly; only for the progress that is shown
FIRST = {"types": 0, "owners": 1, "merges": 2, "links": 3, "costs": 4, "leads": 5, "activities": 6}


@dataclass(frozen=True)
class Said:
    """What the user says of a file."""

    source: str | None = None
    kind: str | None = None
    encoding: str | None = None
    date_order: str | None = None
    exported_at: datetime | None = None


@dataclass(frozen=True)
class Options:
    """What the user says beyond the files: of all of them, and by name of single ones, which counts more."""

    source: str | None = None
    kind: str | None = None
    mappings: tuple[Path, ...] = ()
    encoding: str | None = None
    date_order: str | None = None
    exported_at: datetime | None = None
    is_dry: bool = False
    of_file: Mapping[str, Said] = field(default_factory=dict)

    def said(self, name: str) -> Said:
        """What counts for the file of that name."""
        own = self.of_file.get(name, Said())
        return Said(
            own.source or self.source,
            own.kind or self.kind,
            own.encoding or self.encoding,
            own.date_order or self.date_order,
            own.exported_at or self.exported_at,
        )


@dataclass(frozen=True)
class Found:
    """A staged file and what it is."""

    staged: Staged
    what: Recognised
    exported_at: datetime
    exported_by: str
    mark: str  # hash of the mapping and of what was said of it
    date_order: str | None
    header: tuple[str, ...]  # as it came, before option columns were put together

    @property
    def key(self) -> tuple[str, str, str]:
        """What is imported once only: the bytes, how they are read, and as what."""
        return self.staged.sha256, self.mark, self.what.shape.name


def import_files(
    data: Path, paths: Sequence[Path], options: Options | None = None, progress: Progress | None = None
) -> ImportReport:
    """Import the files into the data directory; FunnelError names the file, what is wrong and what to do.

    What was served before is served until the new generation is whole, and goes on being served where that fails.
    """
    options = options or Options()
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
            lambda name: options.said(name).encoding,
            skipped.append,
        )
        found = [_found(_own(each), mappings, options, rules, made) for each in staged]
        report = _import(made, found, mappings, rules, options, say)
        return replace(
            report, skipped=tuple({"name": each.name, "en": each.en, "ja": each.ja} for each in skipped)
        )


def _own(staged: Staged) -> Staged:
    """The table with a hash of its own: sheets of one workbook are different contents."""
    if staged.form != "xlsx":
        return staged
    return replace(
        staged, sha256=sha256(f"{staged.sha256}/{staged.name.rpartition('/')[2]}".encode()).hexdigest()
    )


def _found(
    staged: Staged, mappings: Sequence[ToolMapping], options: Options, rules: Rules, made: Draft
) -> Found:
    said = options.said(staged.name)
    header = staged.header
    what = recognise(staged.name, header, mappings, said.source, said.kind)
    if what.shape.options:
        staged = merge_options(staged, what.shape.options, made.scratch / "staged")
    exported_at, exported_by = _exported(staged, what.mapping, said.exported_at, rules.timezone)
    if said.exported_at is None and made.parent is not None:
        corrected = {each.split("-")[0] for each in quarantine.references_in(staged) if each}
        former = [Kept.from_json(each) for each in made.parent.summary["kept"]]
        times = [each.exported_at for each in former if each.sha256[: quarantine.CUT] in corrected]
        exported_at = max(
            times, default=exported_at
        )  # corrected rows say what held when they were exported first
    marks = [what.mapping.model_dump_json(), str(said.date_order), str(said.encoding), rules.timezone]
    mark = sha256("\0".join(marks).encode()).hexdigest()[:16]
    return Found(staged, what, exported_at, exported_by, mark, said.date_order, header)


def _exported(
    staged: Staged, mapping: ToolMapping, given: datetime | None, timezone: str
) -> tuple[datetime, str]:
    """When the file was exported: as said, else by the day in its name (at its end), else by its own time."""
    if given is not None:
        return given, "given"
    for pattern in mapping.exported_on:
        told = re.search(pattern, staged.name)
        try:
            day = datetime(*(int(part) for part in told.groups()[:3])) if told else None  # type: ignore[arg-type]
        except ValueError:
            day = None
        if day is not None:
            zone = ZoneInfo(timezone)
            local = staged.modified_at.astimezone(zone)
            if local.date() == day.date():
                return staged.modified_at, "name"
            return datetime.combine(day, time(23, 59, 59), zone).astimezone(UTC), "name"
    return staged.modified_at, "time"


def _is_known(each: Found, known: Sequence[tuple[tuple[str, str, str], datetime]], zone: ZoneInfo) -> bool:
    """Whether it was imported before: the same bytes, read the same way.

    An export of leads that says of itself to be of another day is another one: all is again as it was then.
    """
    days = {exported_at.astimezone(zone).date() for key, exported_at in known if key == each.key}
    if each.what.shape.kind != "leads" or each.exported_by == "time":
        return bool(days)
    return each.exported_at.astimezone(zone).date() in days


def _import(
    made: Draft,
    found: Sequence[Found],
    mappings: Sequence[ToolMapping],
    rules: Rules,
    options: Options,
    say: Progress,
) -> ImportReport:
    before = [Kept.from_json(each) for each in made.parent.summary["kept"]] if made.parent else []
    known = [((each.sha256, each.mapping, each.shape), each.exported_at) for each in before]
    new: list[Found] = []
    for each in found:
        if not _is_known(each, known, ZoneInfo(rules.timezone)):
            known.append((each.key, each.exported_at))
            new.append(each)
    replaced = {each.staged.sha256 for each in new}
    keys = {each.key for each in new}
    kept = [
        each
        for each in before
        if each.sha256 not in replaced or (each.sha256, each.mapping, each.shape) in keys
    ]
    refused = quarantine.without(quarantine.read(made.parent.path if made.parent else None), replaced)
    reports = {id(each): _report(each, ALREADY) for each in found}
    (made.path / "kept").mkdir(exist_ok=True)
    (made.path / "activities").mkdir(exist_ok=True)
    for old in kept:
        made.link(old.path)
    corrected: set[str] = set()
    with Bench(made.scratch / "bench", rules.timezone) as bench:
        seq = max((each.seq for each in before), default=0)
        batches: dict[int, Found] = {}
        new.sort(key=lambda each: FIRST.get(each.what.shape.kind, 9))
        for each, share in zip(new, _shares(new, say), strict=True):
            bench.tell, bench.expected_seconds = share, 1 + each.staged.size / BYTES_A_SECOND
            share(0.0)
            if each.what.shape.kind == "other":
                reports[id(each)] = replace(_report(each, ASIDE), rows=rows_aside(bench, each.staged))
                continue
            seq += 1
            batches[seq] = each
            context = Context(
                rules.timezone, tuple(stage.key for stage in rules.stages), tuple(rules.activity_types),
                each.date_order, people(made.path, kept, each.what.mapping.tool),
                names(made.path, of_kind(kept, "types"), each.what.mapping.tool, "type"),
            )  # fmt: skip
            whole, more = _one(bench, made, each, context, seq)
            kept += more
            rows = quarantine.rows_of(each.staged, each.header, whole.refused, whole.broken, refused)
            refused = pa.concat_tables([refused, rows])
            corrected |= _corrected(each.staged, whole)
            reports[id(each)] = _counted(each, whole)
        if not batches and made.parent is not None:
            return _said(found, reports, None, None, len(refused), 0, made.parent.summary["base"])
        base = made.parent.summary["base"] if made.parent else _base(kept, mappings)
        bench.tell = lambda done: say(0.7 + 0.2 * done, "joining")
        bench.tell(0.0)
        result = assemble(bench, made.path, kept, mappings, base, rules)
        tidy(made.path)
    refused = quarantine.without(refused, (), corrected)
    quarantine.write(refused, made.path)
    for number, each in batches.items():
        told = reports[id(each)]
        again, also_again = (
            result.duplicates.get((number, False), 0),
            result.duplicates.get((number, True), 0),
        )
        reports[id(each)] = replace(
            told,
            accepted=told.accepted - again,
            duplicates=told.duplicates + again,
            also=told.also - also_again,
            updated=result.updated.get(number, 0),
        )
    report = _said(found, reports, None, result, len(refused), len(corrected), base)
    _check(report)
    if options.is_dry:
        return report
    say(0.9, "publishing")
    text = json.dumps(report.to_json(), ensure_ascii=False, indent=1)
    (made.path / "report.json").write_text(text + "\n", encoding="utf-8", newline="\n")
    generation = made.publish(
        {
            "base": base,
            "kept": [each.to_json() for each in result.kept],
            "leads": result.leads,
            "activities": result.activities,
            "quarantined": len(refused),
            "files": [each.name for each in report.files if each.status == IMPORTED],
        }
    )
    say(1.0, "done")
    return replace(report, generation=generation.id)


def _shares(files: Sequence[Found], say: Progress) -> list[Callable[[float], None]]:
    """For each file how to tell how much of it is done: the long files take the most of what there is to tell."""
    whole = sum(each.staged.size + 1 for each in files)
    begin = 0.05
    tellers: list[Callable[[float], None]] = []
    for each in files:
        share = 0.65 * (each.staged.size + 1) / whole
        tellers.append(partial(_tell, say, begin, share, each.staged.name))
        begin += share
    return tellers


def _tell(say: Progress, begin: float, share: float, name: str, done: float) -> None:
    say(begin + share * done, name)


def _one(bench: Bench, made: Draft, each: Found, context: Context, seq: int) -> tuple[Converted, list[Kept]]:
    """Convert one file under its shape and those that it also has; gives what became of its rows and what to keep."""
    into = made.path / "kept" / f"{seq:04d}"
    kept: list[Kept] = []
    whole: Converted | None = None
    every = shapes(each.what.shape, each.staged.header)
    for number, shape in enumerate(every):
        place = into if number == 0 else into.with_name(f"{into.name}-{number}")
        told = columns(shape, each.staged.header)
        done = convert(bench, each.staged, each.what.mapping, shape, told, context, place, number > 0)
        whole = done if whole is None else whole.and_also(done)
        kept += [
            Kept(
                seq=seq, path=path.relative_to(made.path).as_posix(), kind=kind, tool=each.what.mapping.tool,
                shape=each.what.shape.name, name=each.staged.name, sha256=each.staged.sha256, mapping=each.mark,
                exported_at=each.exported_at, given=done.given, is_derived=path != done.path or number > 0,
            )
            for kind, path in ((done.kind, done.path), ("activities", done.entered), ("merges", done.moves))
            if path is not None
        ]  # fmt: skip
    assert whole is not None
    return whole, kept


def _corrected(staged: Staged, whole: Converted) -> set[str]:
    """The references of the rows that came again and are accepted now."""
    if whole.broken:
        return set()
    refused = {number for number, _ in whole.refused}
    return {
        each
        for number, each in enumerate(quarantine.references_in(staged), start=1)
        if each and number not in refused
    }


def _base(kept: Sequence[Kept], mappings: Sequence[ToolMapping]) -> str:
    """The tool whose ids the leads keep: of those that brought leads the first by the mappings' priority."""
    tools = {each.tool for each in of_kind(kept, "leads")}
    ranked = sorted((mapping.priority, mapping.tool) for mapping in mappings if mapping.tool in tools)
    return ranked[0][1] if ranked else ""


def _report(each: Found, status: str) -> FileReport:
    shape: Shape = each.what.shape
    return FileReport(
        name=each.staged.name, sha256=each.staged.sha256, status=status, tool=each.what.mapping.tool, shape=shape.name,
        label={"ja": shape.label.japanese, "en": shape.label.english}, kind=shape.kind, recognised_by=each.what.by,
        exported_at=each.exported_at, exported_by=each.exported_by, encoding=each.staged.encoding,
        left_out=len(each.staged.preamble) + len(each.staged.footer),
    )  # fmt: skip


def _counted(each: Found, whole: Converted) -> FileReport:
    reasons = Counter(reasons[0] for _, reasons in whole.refused)
    if whole.broken:
        reasons[quarantine.BROKEN] += len(whole.broken)
    return replace(
        _report(each, IMPORTED),
        rows=whole.rows,
        accepted=whole.accepted,
        quarantined=len(whole.refused) + len(whole.broken),
        duplicates=whole.duplicates,
        also=whole.also,
        reasons=dict(sorted(reasons.items())),
        columns=whole.columns,
    )


def _said(
    found: Sequence[Found],
    reports: dict[int, FileReport],
    generation: str | None,
    result: Assembled | None,
    quarantined: int,
    corrected: int,
    base: str,
) -> ImportReport:
    return ImportReport(
        files=tuple(reports[id(each)] for each in found),
        skipped=(),
        generation=generation,
        leads=result.leads if result else 0,
        activities=result.activities if result else 0,
        base=base,
        joins=result.joins if result else (),
        conflicts=result.conflicts if result else (),
        histories=result.histories if result else (),
        unknown_stages=result.unknown_stages if result else (),
        waiting=result.waiting if result else 0,
        compared=result.compared if result else 0,
        corrected=corrected,
        quarantined=quarantined,
    )


def _check(report: ImportReport) -> None:
    """No row ever disappears."""
    for each in report.files:
        if each.status == IMPORTED and each.rows != each.accepted + each.quarantined + each.duplicates:
            raise AssertionError(f"{each.name}: {each.rows} rows are not all accounted for")


def last_report(data: Path) -> dict[str, object] | None:
    """What the import that is served said of itself; None where nothing was imported."""
    generation = current(data)
    if generation is None:
        return None
    told: dict[str, object] = json.loads((generation.path / "report.json").read_text(encoding="utf-8"))
    return told
