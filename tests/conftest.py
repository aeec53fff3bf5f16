"""Fixtures that several tests share."""

from pathlib import Path

import pytest

from funnel.sample import write_sample


@pytest.fixture(scope="session")
def sample_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample company's exports and rules, written once."""
    directory = tmp_path_factory.mktemp("sample")
    write_sample(directory)
    return directory
