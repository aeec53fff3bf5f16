"""Asks the product about a small world and holds every row against the slow twin."""

from collections.abc import Callable
from datetime import date, datetime
from itertools import count
from pathlib import Path
from typing import Any

from funnel.layer.build import open_warehouse
from funnel.questions.ask import ask
from tests.reference import answer
from tests.reference_loading import Row, World
from tests.test_answers_against_reference import differences
from tests.world_files import write_world

Told = Callable[..., list[Row]]


def teller(place: Path) -> Told:
    """Answers by name, world, instant and what else a question is asked with; worlds are written under `place`."""
    numbers = count()

    def tell(name: str, history: World, as_of: date | datetime, **given: Any) -> list[Row]:
        directory = place / f"{next(numbers)}"
        write_world(history, directory)
        with open_warehouse(directory) as db:
            rows = ask(db, name, as_of, **given).rows
        assert not list(differences(rows, answer(name, history, as_of=as_of, **given)))
        return rows

    return tell
