"""What the commands draw in a terminal beside their answers. Knows no command."""

import sys
from collections.abc import Callable

import click


def bar() -> Callable[[float, str], None] | None:
    """A progress bar for what takes longer than a moment; nothing where stderr is no terminal."""
    if not sys.stderr.isatty():
        return None

    def show(done: float, step: str) -> None:
        filled = round(done * 24)
        end = "\n" if done >= 1 else ""
        click.echo(f"\r[{'#' * filled}{'.' * (24 - filled)}] {step[:40]:<40}{end}", nl=False, err=True)

    return show
