"""Fixtures that several tests share, and which worker runs what."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from funnel.importing.publishing.locking import locked
from funnel.layer.build import open_warehouse
from funnel.layer.warehouse import Warehouse
from funnel.sample.company import write_sample

# what `make quick` leaves out: a browser, processes that are killed, whole pages, long random histories
SLOW = (
    "browser/",
    "importing/test_generations_damaged.py",
    "importing/test_generations_stopped.py",
    "importing/test_import_compared.py",
    "importing/test_import_counted.py",
    "importing/test_import_nothing_lost.py",
    "importing/test_import_round_trip.py",
    "importing/test_import_seeds.py",
    "test_address.py",
    "test_answers_against_reference.py",
    "test_app.py",
    "test_app_import.py",
    "test_app_ranges.py",
    "test_damaged_layers.py",
    "test_drill.py",
    "test_invariants.py",
    "test_languages.py",
    "test_layers.py",
    "test_listening.py",
    "test_ranges.py",
    "test_reference.py",
    "test_rule_tables.py",
    "test_sample.py",
    "test_troubles.py",
)
TESTS = Path(__file__).parent


class OneBrowser(LoadScopeScheduling):  # type: ignore[misc]
    """One worker runs the browser tests, with one Chromium and one server; all others take test by test."""

    def _split_scope(self, nodeid: str) -> str:
        return "browser" if nodeid.startswith("tests/browser/") else nodeid


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Called by xdist: one more than there are cores, as that of the browser waits for it most of the time."""
    return (os.cpu_count() or 1) + 1


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> OneBrowser:
    """Called by xdist, whose own groups have no effect with the structured ids of pytest 9.2."""
    return OneBrowser(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Called by pytest: mark what `make quick` leaves out."""
    for item in items:
        if item.path.relative_to(TESTS).as_posix().startswith(SLOW):
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="session")
def sample_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample company's exports, rules and layer, made once for all workers."""
    place = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        place = place.parent  # a worker's own place lies in that of the run
    directory = place / "sample"
    with locked(place / "sample.lock", "sample", patience=120):
        if not directory.exists():
            write_sample(place / "sample.new")
            open_warehouse(place / "sample.new").close()
            os.replace(place / "sample.new", directory)
    return directory


@pytest.fixture(scope="session")
def sample(sample_dir: Path) -> Iterator[Warehouse]:
    """The sample company's layer, open."""
    with open_warehouse(sample_dir) as db:
        yield db
