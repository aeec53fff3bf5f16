"""The command line: `python -m funnel query | check | sample | import | quarantine | generations`. Prints answers; knows no screen."""

import csv
import io
import json
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import click
import pyarrow as pa
import pyarrow.parquet as parquet

from funnel.commands.generations import generations
from funnel.commands.importing import import_command, quarantine_command
from funnel.commands.terminal import bar
from funnel.errors import FunnelError
from funnel.exports.files import stood_in_for
from funnel.importing.publishing.generations import damages_aside
from funnel.layer.build import open_warehouse
from funnel.layer.warehouse import Warehouse
from funnel.questions.answer import Answer
from funnel.questions.ask import ask
from funnel.questions.catalogue import CATALOGUE, Kind, find, of_kind
from funnel.questions.texts import sentence_of
from funnel.rules.models import Rules
from funnel.rules.versions import load_versions, pick

FORMATS = ("table", "csv", "json", "parquet")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def commands() -> None:
    """MQL/SQL conversion, stage aging, scores, deadlines and silent leads from exported files."""


commands.add_command(import_command)
commands.add_command(quarantine_command)
commands.add_command(generations)


QUESTIONS: dict[Kind, str] = {
    "answer": "Questions",
    "leads": "What stands behind a number",
    "lead": "Of one lead",
    "screen": "Only for a screen",
}


class QueryCommand(click.Command):
    """`query`, whose help lists everything that can be asked."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Every question by its kind: its sentence and its parameters, those that it needs marked."""
        for kind, title in QUESTIONS.items():
            with formatter.section(title):
                formatter.write_dl([(name, _described(name)) for name in of_kind(kind)])


def _described(name: str) -> str:
    arguments = CATALOGUE[name].arguments
    named = [f"{key} (needed)" if argument.is_needed else key for key, argument in arguments.items()]
    return f"{sentence_of(name)} --param: {', '.join(named)}." if named else sentence_of(name)


@commands.command(cls=QueryCommand)
@click.argument("name")
@click.option("--data", type=click.Path(path_type=Path), default=Path("data"), help="The data directory.")
@click.option("--rules", help="A rules version or file; the version in force without it.")
@click.option("--as-of", help="A day (seen whole) or a time; the newest in the data without it.")
@click.option("--from", "from_month", help="First month, 2026-08.")
@click.option("--to", "to_month", help="Last month, 2026-10.")
@click.option("--where", multiple=True, help="DIM=VALUE; twice = either value; DIM= is empty.")
@click.option("--by", help="Break down by a dimension.")
@click.option("--param", multiple=True, help="KEY=VALUE, a parameter of the question.")
@click.option("--format", "form", type=click.Choice(FORMATS), default="table")
def query(
    name: str,
    data: Path,
    rules: str | None,
    as_of: str | None,
    from_month: str | None,
    to_month: str | None,
    where: tuple[str, ...],
    by: str | None,
    param: tuple[str, ...],
    form: str,
) -> None:
    """Answer the question NAME, one of those below."""
    find(name)
    with open_warehouse(data, _picked(data, rules), as_of, progress=bar()) as db:
        _say_what_stands_in(db)
        answer = ask(
            db,
            name,
            as_of,
            from_month,
            to_month,
            [(key, value or None) for key, value in map(_pair("--where"), where)],
            by,
            dict(map(_pair("--param"), param)),
        )
    write(answer, form)


def _picked(data: Path, rules: str | None) -> Rules | None:
    return None if rules is None else pick(load_versions(data), rules)


@commands.command()
@click.option("--data", type=click.Path(path_type=Path), default=Path("data"), help="The data directory.")
@click.option("--rules", help="A rules version or file; the version in force without it.")
def check(data: Path, rules: str | None) -> None:
    """Load everything and report: exit 0 clean, 1 findings or a damaged file of the import, 2 unusable."""
    with open_warehouse(data, _picked(data, rules), progress=bar()) as db:
        is_damaged = _say_what_stands_in(db)
        for aside in damages_aside(data):
            is_damaged = True
            click.echo(str(aside), err=True)
        report = ask(db, "data_quality").table.to_pylist()
        click.echo(
            f"{data}: rules {db.rules.version}, of {', '.join(version.version for version in db.versions)}"
        )
        for row in report:
            leads = "" if row["leads"] is None else f", {row['leads']:,} leads"
            bends = f" (bends {row['bends']})" if row["bends"] else ""
            click.echo(f"  {row['part']:<8} {row['name']:<36} {row['rows']:>12,} rows{leads}{bends}")
    if is_damaged or any(row["part"] != "file" for row in report):
        sys.exit(1)


def _say_what_stands_in(db: Warehouse) -> bool:
    """Say beside the answer that it is of an older import, the current one being damaged; whether that is so."""
    instead = stood_in_for(db.exports)
    if instead is not None:
        click.echo(str(instead), err=True)
    return instead is not None


@commands.command()
@click.option("--into", type=click.Path(path_type=Path), default=Path("data"), help="The data directory.")
@click.option("--leads", default=6000, show_default=True)
@click.option("--seed", default=20261110, show_default=True)
def sample(into: Path, leads: int, seed: int) -> None:
    """Write the sample company into a data directory."""
    from funnel.sample.company import write_sample

    write_sample(into, leads=leads, seed=seed)
    click.echo(f"The sample company is in {into}.")


def _pair(option: str) -> Callable[[str], tuple[str, str]]:
    def split(text: str) -> tuple[str, str]:
        key, equals, value = text.partition("=")
        if not equals or not key:
            raise click.UsageError(f"{option} {text!r} is not KEY=VALUE.")
        return key, value

    return split


def write(answer: Answer, form: str) -> None:
    """Write an answer to stdout; the same answer gives the same bytes."""
    out = sys.stdout.buffer
    if form == "json":
        whole = {
            "query": answer.name,
            "rules_version": answer.rules_version,
            "as_of": _text(answer.as_of),
            "params": {key: _text(value) for key, value in answer.params.items()},
            "rows": [{key: _text(value) for key, value in row.items()} for row in answer.rows],
        }
        out.write(json.dumps(whole, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")
    elif form == "csv":
        lines = io.StringIO()
        table = csv.writer(lines, lineterminator="\n")
        table.writerow(answer.table.column_names)
        table.writerows([_word(value) for value in row.values()] for row in answer.rows)
        out.write(lines.getvalue().encode())
    elif form == "parquet":
        sink = pa.BufferOutputStream()
        parquet.write_table(answer.table.replace_schema_metadata(None), sink)
        out.write(sink.getvalue())
    else:
        out.write(_table(answer).encode())
    out.flush()


def _text(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return value


def _word(value: Any) -> Any:
    return str(value).lower() if isinstance(value, bool) else _text(value)


def _table(answer: Answer) -> str:
    names = answer.table.column_names
    lines = [names, *([_cell(row[name]) for name in names] for row in answer.rows)]
    widths = [max(len(line[position]) for line in lines) for position in range(len(names))]
    head = f"{answer.name} · rules {answer.rules_version} · as of {answer.as_of.isoformat()}"
    rows = ("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in lines)
    return "\n".join([head, *(row.rstrip() for row in rows)]) + "\n"


def _cell(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, float):
        return f"{value:.4g}" if abs(value) < 1000 else f"{value:,.0f}"
    return str(_text(value))


def main() -> None:
    """Run the command line: whatever can be explained ends in one sentence on stderr and exit 2."""
    try:
        commands(standalone_mode=False)
    except FunnelError as error:
        click.echo(str(error), err=True)
        sys.exit(2)
    except click.exceptions.Exit as done:
        sys.exit(done.exit_code)
    except click.ClickException as error:
        click.echo(error.format_message(), err=True)
        sys.exit(2)
    except click.Abort:
        sys.exit(130)
    except BrokenPipeError:
        sys.exit(1)
