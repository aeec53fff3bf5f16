"""Fixtures that several tests share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from funnel.sample import write_sample
from funnel.warehouse import Warehouse, open_warehouse


@pytest.fixture(scope="session")
def sample_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample company's exports and rules, written once."""
    directory = tmp_path_factory.mktemp("sample")
    write_sample(directory)
    return directory


@pytest.fixture(scope="session")
def sample(sample_dir: Path) -> Iterator[Warehouse]:
    """The sample company's layer, open."""
    with open_warehouse(sample_dir) as db:
        yield db
