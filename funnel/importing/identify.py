"""What the files of one import are: recognised, and when they were exported. Converts nothing.

What the user says of a file counts before what its name, its header or its own time tell.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time
from hashlib import sha256
from pathlib import Path
from zoneinfo import ZoneInfo

from funnel.importing.mapping.models import Mapping as ToolMapping
from funnel.importing.mapping.recognise import Recognised, recognise
from funnel.importing.reading.model import Staged
from funnel.importing.reading.options import merge_options
from funnel.importing.records import quarantine
from funnel.importing.records.accepted import AcceptedFile, of_kind
from funnel.rules.models import Rules


@dataclass(frozen=True)
class FileOptions:
    """What the user says of a file."""

    source: str | None = None
    kind: str | None = None
    encoding: str | None = None
    date_order: str | None = None
    exported_at: datetime | None = None


@dataclass(frozen=True)
class ImportOptions:
    """What the user says beyond the files: of all of them, and by name of single ones, which counts more."""

    source: str | None = None
    kind: str | None = None
    mappings: tuple[Path, ...] = ()
    encoding: str | None = None
    date_order: str | None = None
    exported_at: datetime | None = None
    is_dry: bool = False
    of_file: Mapping[str, FileOptions] = field(default_factory=dict)

    def for_file(self, name: str) -> FileOptions:
        """What counts for the file of that name."""
        own = self.of_file.get(name, FileOptions())
        return FileOptions(
            own.source or self.source,
            own.kind or self.kind,
            own.encoding or self.encoding,
            own.date_order or self.date_order,
            own.exported_at or self.exported_at,
        )


@dataclass(frozen=True)
class IdentifiedFile:
    """A staged file and what it is."""

    staged: Staged
    what: Recognised
    exported_at: datetime
    exported_by: str
    mark: str  # hash of the mapping, of what was said of it, and of the words that its rows are read by
    date_order: str | None
    header: tuple[str, ...]  # as it came, before option columns were put together

    @property
    def key(self) -> tuple[str, str, str]:
        """What is imported once only: the bytes, how they are read, and as what."""
        return self.staged.sha256, self.mark, self.what.shape.name


def own(staged: Staged) -> Staged:
    """The table with a hash of its own: sheets of one workbook are different contents."""
    if staged.form != "xlsx":
        return staged
    return replace(
        staged, sha256=sha256(f"{staged.sha256}/{staged.name.rpartition('/')[2]}".encode()).hexdigest()
    )


def find(
    staged: Staged,
    mappings: Sequence[ToolMapping],
    options: ImportOptions,
    timezone: str,
    former: Sequence[AcceptedFile],
    orders: Mapping[str, str],
    scratch: Path,
) -> IdentifiedFile:
    """What a staged file is; FunnelError where it is unclear.

    `former`: what was imported before. `orders`: how the dates of files were read that have rows to correct.
    """
    chosen = options.for_file(staged.name)
    header = staged.header
    what = recognise(staged.name, header, mappings, chosen.source, chosen.kind)
    if what.shape.options:
        staged = merge_options(staged, what.shape.options, scratch)
    exported_at, exported_by = _exported(staged, what.mapping, chosen.exported_at, timezone)
    corrected = {reference.split("-")[0] for reference in quarantine.references_in(staged) if reference}
    if chosen.exported_at is None:  # corrected rows say what held when they were exported first
        times = [file.exported_at for file in former if file.sha256[: quarantine.CUT] in corrected]
        if times:
            exported_at, exported_by = max(times), "corrected"
    marks = [what.mapping.model_dump_json(), str(chosen.date_order), str(chosen.encoding), timezone]
    mark = _digest("\0".join(marks))
    written = {orders[digest] for digest in corrected if digest in orders}  # their dates are written as there
    order = chosen.date_order or (written.pop() if len(written) == 1 else None)
    return IdentifiedFile(staged, what, exported_at, exported_by, mark, order, header)


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:16]


def _exported(
    staged: Staged, mapping: ToolMapping, given: datetime | None, timezone: str
) -> tuple[datetime, str]:
    """When the file was exported: as said, else by the day in its name (at its end), else by its own time."""
    if given is not None:
        return given, "given"
    for pattern in mapping.exported_on:
        match = re.search(pattern, staged.name)
        try:
            day = datetime(*(int(part) for part in match.groups()[:3])) if match else None  # type: ignore[arg-type]
        except ValueError:
            day = None
        if day is not None:
            zone = ZoneInfo(timezone)
            local = staged.modified_at.astimezone(zone)
            if local.date() == day.date():
                return staged.modified_at, "name"
            return datetime.combine(day, time(23, 59, 59), zone).astimezone(UTC), "name"
    return staged.modified_at, "time"


def with_words(
    identified: Sequence[IdentifiedFile], former: Sequence[AcceptedFile], rules: Rules
) -> list[IdentifiedFile]:
    """Activities are read by the rules' types and the tool's own names of its types, too: once more if those change."""
    type_files = {(file.tool, file.sha256) for file in of_kind(former, "types")}
    type_files |= {
        (file.what.mapping.tool, file.staged.sha256) for file in identified if file.what.shape.kind == "types"
    }
    marked = []
    for file in identified:
        names = sorted(digest for tool, digest in type_files if tool == file.what.mapping.tool)
        words = "\0".join([file.mark, *rules.activity_types, *names])
        is_read_by = file.what.shape.kind == "activities" and bool(file.what.shape.types)
        marked.append(replace(file, mark=_digest(words)) if is_read_by else file)
    return marked


def new_ones(
    identified: Sequence[IdentifiedFile], former: Sequence[AcceptedFile], timezone: str
) -> list[IdentifiedFile]:
    """Those that were not imported before, each once."""
    known = [((file.sha256, file.mapping, file.shape), file.exported_at) for file in former]
    new = []
    for file in identified:
        if not _is_known(file, known, ZoneInfo(timezone)):
            known.append((file.key, file.exported_at))
            new.append(file)
    return new


def _is_known(
    file: IdentifiedFile, known: Sequence[tuple[tuple[str, str, str], datetime]], zone: ZoneInfo
) -> bool:
    """Whether it was imported before: the same bytes, read the same way.

    An export of leads that says of itself to be of another day is another one: all is again as it was then.
    """
    days = {exported_at.astimezone(zone).date() for key, exported_at in known if key == file.key}
    if file.what.shape.kind != "leads" or file.exported_by in ("time", "corrected"):
        return bool(days)
    return file.exported_at.astimezone(zone).date() in days
