"""`python -m funnel generations`: the imports of a data directory, what is in them, and the way back.

Prints; knows no more of an import than its manifest and the differences of two.
"""

import json
import sys
from pathlib import Path

import click

from funnel.errors import UnusableFile
from funnel.exports.current import ids, pointed_id, reading
from funnel.importing.publishing.generations import Generation, every, find, go_back, go_back_to_own, verify
from funnel.importing.publishing.statistics import own_rows

OWN = "folder"  # what the exports of the data directory's own are called where an import could be named

data_option = click.option(
    "--data", type=click.Path(path_type=Path), help="The data directory.  [default: data]"
)


@click.group(invoke_without_command=True)
@data_option
@click.pass_context
def generations(context: click.Context, data: Path | None) -> None:
    """The imports that are kept: list, show ID, diff A B, back ID. An ID may be cut where it stays clear.

    `back folder` reads the files again that lie in the data directory itself.
    """
    context.obj = data or Path("data")  # --data may stand before the command's name or behind it
    if context.invoked_subcommand is None:
        _list(context.obj)


@generations.command("list")
@data_option
@click.pass_obj
def list_(named: Path, data: Path | None) -> None:
    """All imports, the newest first; * marks the one that is read."""
    _list(data or named)


@generations.command()
@click.argument("name", metavar="ID")
@data_option
@click.pass_obj
def show(named: Path, name: str, data: Path | None) -> None:
    """One import: its files and what was said of it. Exit 1 where a file is not as it was imported."""
    generation = find(data or named, name)
    click.echo(_line(generation, pointed_id(data or named)))
    click.echo(f"  made from {generation.parent or 'nothing before it'}")
    wrong = set(verify(generation))
    for key in sorted({*generation.files, *wrong}):
        state = "" if key not in wrong else "  NOT AS IMPORTED"
        click.echo(f"  {generation.sizes.get(key, 0):>14,} bytes  {key}{state}")
    click.echo(json.dumps(generation.summary, ensure_ascii=False, indent=2))
    if wrong:
        sys.exit(1)


@generations.command()
@click.argument("older", metavar="A")
@click.argument("newer", metavar="B")
@data_option
@click.pass_obj
def diff(named: Path, older: str, newer: str, data: Path | None) -> None:
    """What is different in the import B from the import A."""
    from funnel.importing.publishing.differences import differences  # needs pandas, the others do not

    before, after = find(data or named, older), find(data or named, newer)
    changes = differences(before, after)
    click.echo(f"{before.id} -> {after.id}")
    for table, rows in changes.tables.items():
        click.echo(
            f"  {table:<11} {rows.before:>12,} -> {rows.after:,} rows: "
            f"{rows.added:,} added, {rows.removed:,} removed, {rows.changed:,} changed"
        )
    for mark, names in (("+", changes.added), ("-", changes.removed), ("~", changes.changed)):
        for key in names:
            click.echo(f"  {mark} {key}")


@generations.command()
@click.argument("name", metavar="ID")
@data_option
@click.pass_obj
def back(named: Path, name: str, data: Path | None) -> None:
    """Read the import ID from now on, or `folder`: the directory's own exports; the others stay."""
    if name == OWN:
        go_back_to_own(data or named)
        click.echo(f"{data or named} is read from its own exports now; the next import begins anew.")
        return
    generation = go_back(data or named, name)
    click.echo(f"{data or named} is read from {generation.id} now.")


def _list(data: Path) -> None:
    readable = {generation.id: generation for generation in every(data)}
    try:
        read, instead = reading(data)
        if read is None:
            click.echo(f"{data} is read from its own exports: no import is current.")
        elif instead is not None:
            click.echo(str(instead))
    except UnusableFile as error:
        read = None
        click.echo(str(error))
    for name in reversed(ids(data)):
        click.echo(_line(readable[name], read) if name in readable else f"  {name}  damaged")
    own = own_rows(data)
    if own is not None and readable:
        mark = "*" if pointed_id(data) is None else " "
        click.echo(f"{mark} {OWN}  its own exports  leads {own['leads']:,}, activities {own['activities']:,}")


def _line(generation: Generation, read: str | None) -> str:
    mark = "*" if generation.id == read else " "
    size = sum(generation.sizes.values()) / 1e6
    counts = ", ".join(
        f"{key} {value:,}" if isinstance(value, int | float) else f"{key} {value}"
        for key, value in generation.summary.items()
        if isinstance(value, str | int | float)
    )
    made = f"{generation.made_at:%Y-%m-%d %H:%M} UTC"
    return (
        f"{mark} {generation.id}  {made}  {len(generation.files):,} files, {size:,.1f} MB  {counts}".rstrip()
    )
