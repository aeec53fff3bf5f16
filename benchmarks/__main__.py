"""`python -m benchmarks`: generate a company, build its layer, compare the answers, print the tables of README.md."""

import os
import tempfile
from pathlib import Path

import click

from benchmarks import building, compare, generate, importing, pages
from funnel.layer.build import open_warehouse
from funnel.local_time import as_of_instant
from funnel.sample.company import write_sample

AS_OF = "2026-10-30T10:00"  # a Friday morning, eleven days before the newest event
PARTS = ("build", "answers", "pages", "start", "import")


@click.command()
@click.option("--leads", default=100_000, show_default=True, help="Leads, with 20 activities each.")
@click.option("--dir", "folder", type=click.Path(path_type=Path), help="Where the files are or will be.")
@click.option("--rounds", default=5, show_default=True, help="Rounds of the interleaved run.")
@click.option("--plain", is_flag=True, help="Also pandas over frames as they are read, words as text.")
@click.option("--only", type=click.Choice(PARTS), multiple=True, help="Only some parts.")
def main(leads: int, folder: Path | None, rounds: int, plain: bool, only: tuple[str, ...]) -> None:
    """Measure what a layer costs and what it saves."""
    folder = folder or Path(tempfile.gettempdir()) / f"lead-funnel-bench-{leads}"
    parts = only or PARTS
    if not (folder / "activities.parquet").exists():
        click.echo(f"Writing {leads:,} leads to {folder} …", err=True)
        generate.generate(folder, leads)
    layers = folder / ".bench-layers"
    layers.mkdir(exist_ok=True)
    os.environ["FUNNEL_LAYERS"] = str(layers)
    click.echo(f"Load of the machine: {', '.join(f'{load:.1f}' for load in os.getloadavg())}")
    if "build" in parts:
        for layer in layers.glob("*.duckdb"):
            layer.unlink()
        click.echo(f"\n## Build, {leads:,} leads\n\n{building.report(folder, layers)}")
    if {"answers", "pages"} & set(parts):
        with open_warehouse(folder) as db:
            as_of = as_of_instant(AS_OF, db.rules.timezone)
            if "answers" in parts:
                times = compare.measure(db, folder, as_of, rounds, plain)
                click.echo(f"\n## Answers, {leads:,} leads\n\n{compare.table(times)}")
            if "pages" in parts:
                asked = pages.asked_by_page(folder, AS_OF)
                click.echo(f"\n## Pages, {leads:,} leads\n\n{pages.table(pages.measure(db, asked, rounds))}")
    if "start" in parts:
        with tempfile.TemporaryDirectory() as sample:
            write_sample(Path(sample))
            click.echo(f"\n## Sample company from a cold start\n\n{building.cold_start(Path(sample))}")
    if "import" in parts:
        click.echo(f"\n## Import, {leads:,} leads\n\n{importing.report(folder, rounds)}")
    click.echo(f"\nLoad of the machine: {', '.join(f'{load:.1f}' for load in os.getloadavg())}")


if __name__ == "__main__":
    main()
