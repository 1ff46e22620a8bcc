"""Tests on real games: where the data is, and the marker that keeps them out of other runs."""

import os
from pathlib import Path

import pytest

HERE = Path(__file__).parent
# Beside the checkout; the data has licences of its own and is no part of the project.
DEFAULT = HERE.parents[2] / "shared" / "data"


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark every test of this folder, so that none is run by accident where the data is not."""
    item.add_marker(pytest.mark.data)


@pytest.fixture(scope="session")
def football_data() -> Path:
    """Return the folder of real play-by-play files."""
    folder = Path(os.environ.get("EDDYLINE_TEST_DATA") or DEFAULT) / "football"
    if not (folder / "SOURCE.md").is_file():
        pytest.fail(f"no football data in {folder}: put it there, or let EDDYLINE_TEST_DATA name the folder that holds `football/`", pytrace=False)
    return folder
