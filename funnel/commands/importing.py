"""`python -m funnel import` and `quarantine`: what is imported, row by row accounted for. Prints, decides nothing."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from funnel.commands.terminal import bar
from funnel.errors import FunnelError
from funnel.exports.current import damage
from funnel.importing.identify import ImportOptions
from funnel.importing.publishing.generations import current
from funnel.importing.publishing.statistics import is_ahead, is_far_fewer
from funnel.importing.records import quarantine
from funnel.importing.records.report import ALREADY, ASIDE, FileReport, ImportReport
from funnel.importing.run import import_files
from funnel.local_time import as_of_instant, zone
from funnel.rules.versions import load_versions
from funnel.words.translate import say


@click.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--source", help="The tool: hubspot, salesforce, marketo, account_engagement, zoho, kintone, table."
)
@click.option("--kind", help="The kind of file, where the header does not tell: leads, activities …")
@click.option(
    "--mapping",
    "mappings",
    multiple=True,
    type=click.Path(path_type=Path),
    help="A mapping file of your own.",
)
@click.option("--into", type=click.Path(path_type=Path), default=Path("data"), help="The data directory.")
@click.option("--encoding", help="Of text files that do not tell: cp932, utf-8, latin-1 …")
@click.option("--date-order", type=click.Choice(["ymd", "mdy", "dmy"]), help="How 03/04/2024 is meant.")
@click.option(
    "--exported-at", help="When the files were exported, a day or a time; else their name or own time tells."
)
@click.option("--dry-run", is_flag=True, help="Show what would be imported, and change nothing.")
def import_command(
    files: tuple[Path, ...],
    source: str | None,
    kind: str | None,
    mappings: tuple[Path, ...],
    into: Path,
    encoding: str | None,
    date_order: str | None,
    exported_at: str | None,
    dry_run: bool,
) -> None:
    """Import the files that your MA and SFA tools export: CSV, TSV, Excel, Parquet, JSON lines, zip or folders of them."""
    options = ImportOptions(
        source, kind, mappings, encoding, date_order, _instant(exported_at, into), dry_run
    )
    broken = damage(into)  # the import goes on from the one that stands in for it
    if broken is not None:
        click.echo(str(broken), err=True)
    report = import_files(into, files, options, bar())
    for line in report_lines(report, into, with_columns=dry_run):
        click.echo(line)


@click.command("quarantine")
@click.option("--data", type=click.Path(path_type=Path), default=Path("data"), help="The data directory.")
@click.option(
    "--into", type=click.Path(path_type=Path), help="Write the refused rows there, a file for each file."
)
def quarantine_command(data: Path, into: Path | None) -> None:
    """List the refused rows, or write them for correction: `import` takes the corrected files."""
    generation = current(data)
    broken = damage(data)
    if broken is not None:
        click.echo(str(broken), err=True)
    rows = quarantine.read(generation.path if generation else None)
    if into is None:
        for row in rows.select(["file", "line", "reasons", "wrong"]).to_pylist():
            click.echo(f"{row['file']}:{row['line']}: {quarantine.sentence(row, 'en')}")
        wrong = len(quarantine.to_correct(rows))
        click.echo(f"{_rows(len(rows))} in quarantine, {wrong:,} of them to correct.")
        return
    try:
        into.mkdir(parents=True, exist_ok=True)
        for name, content in quarantine.downloads(quarantine.to_correct(rows)).items():
            (into / name).write_bytes(content)
            click.echo(str(into / name))
    except OSError as error:
        raise FunnelError(
            f"The refused rows could not be written to {into}: choose a folder that may be written.",
            f"{into} に書き込めません。書き込めるフォルダを指定してください。",
        ) from error


def report_lines(report: ImportReport, into: Path, with_columns: bool = False) -> Iterable[str]:
    """The report as lines, times in the rules' zone."""
    timezone = zone(load_versions(into)[-1].timezone)
    for file in report.files:
        yield from _of_file(file, timezone, with_columns)
    for skipped in report.skipped:
        yield f"{skipped['name']}: {skipped['en']}"
    if report.leads:
        before, more = report.before, ""
        if before:
            more = f" (shown before: {before['leads']:,} and {before['activities']:,})"
        yield f"{report.leads:,} leads, {report.activities:,} activities{more}."
        if is_far_fewer(before, report.leads):
            yield "  Far fewer leads than before: `python -m funnel generations` lists the ways back."
    if len(report.joins) > 1:
        for row in report.joins:
            yield f"  {_of_join(row)}"
        for row in report.conflicts:
            yield f"  {row['leads']:,} leads have another {row['target']} in the two tools"
    for row in report.histories:
        first, last = (row[key].astimezone(timezone).date() for key in ("first_at", "last_at"))
        yield f"  {row['type']:<24} {row['rows']:>12,} rows, history starts at {first}, ends at {last}"
    if is_ahead(report.exported_at, report.newest_at):
        days = [at.astimezone(timezone).date() for at in (report.exported_at, report.newest_at) if at]
        yield f"  exported on {days[0]}, but the last thing in it is of {days[1]}: the state of that day is shown"
    if report.compared:
        yield f"{report.compared:,} changes found by comparing exports: each is known to a range only."
    if report.overruled:
        yield (
            f"{report.overruled:,} stage changes are set aside: from its first change of a lead on, "
            "the tool with the last word on stages (wins) is heard alone."
        )
    if report.waiting:
        yield f"{report.waiting:,} activities wait for their lead: import the file that has it."
    for row in report.unknown_stages:
        yield f'  the rules do not know the stage "{row["word"]}" ({_rows(row["rows"])}): add it to aliases, or to the mapping'
    if report.corrected:
        yield f"{_rows(report.corrected)} left the quarantine."
    if report.quarantined:
        yield f"{_rows(report.quarantined)} in quarantine: `python -m funnel quarantine --data {into} --into FOLDER` writes them out."
    if report.generation:
        yield f"Published as {report.generation} in {into}."
    else:
        yield "Nothing was changed."


def _of_file(file: FileReport, timezone: ZoneInfo, with_columns: bool) -> Iterable[str]:
    what = f"{file.tool}, {file.label['en']} (by {', '.join(file.recognised_by)})"
    if file.status == ALREADY:
        yield f"{file.name}: {what}: imported before, nothing new"
        return
    if file.status == ASIDE:
        yield f"{file.name}: {what}: {_rows(file.rows)}, nothing in it that the dashboard uses"
        return
    yield (
        f"{file.name}: {what}, exported {file.exported_at.astimezone(timezone):%Y-%m-%d %H:%M}: {_rows(file.rows)} = "
        f"{file.accepted:,} accepted + {file.quarantined:,} quarantined + {file.duplicates:,} duplicates"
    )
    if file.filled:
        yield f"  what merged cells and groups say once was filled into {_rows(file.filled)}"
    if file.totals:
        yield f"  {_rows(file.totals)} of totals left out"
    if file.also:
        yield f"  {file.also:,} stage entries from its date columns"
    for reason, rows in (file.reasons or {}).items():
        yield f"  {_rows(rows)}: {say(f'refused.{reason}', 'en')}"
    for row in file.unknown_types:
        yield f'  nobody knows the activity type "{row["word"]}" ({_rows(row["rows"])}): add it to the mapping or to the rules'
    if with_columns:
        for column in file.columns:
            if quarantine.is_added(column.header):
                continue
            unread = f", {column.unreadable:,} unreadable" if column.unreadable else ""
            examples = " | ".join(column.examples)
            if column.read:
                example, read_at = column.read
                examples = f"{example} is read as {read_at.astimezone(timezone):%Y-%m-%d %H:%M}"
            yield f"  {column.header:<32} -> {column.target or '-':<16} {column.filled:>10,} filled{unread}  {examples}"


def _of_join(row: Mapping[str, Any]) -> str:
    return (
        f"{row['tool']}: {row['leads']:,} leads, joined by id {row['joined_by_id']:,}, by e-mail "
        f"{row['joined_by_mail']:,}, several with one e-mail {row['ambiguous']:,}, merged {row['merged']:,}"
    )


def _instant(text: str | None, data: Path) -> datetime | None:
    return None if text is None else as_of_instant(text, load_versions(data)[-1].timezone)


def _rows(count: int) -> str:
    return f"{count:,} row{'' if count == 1 else 's'}"
