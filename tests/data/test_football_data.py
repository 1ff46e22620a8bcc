"""The real play-by-play that the other tests here rely on."""

from pathlib import Path

import pyarrow.parquet as pq

ROWS = {"nfl_2009_2014": 280_376, "nfl_2015_2018": 187_211, "nfl_2020_2023": 196_726, "games_visible": 3_793, "fourth_reference_visible": 34_910}


def test_the_data_is_the_version_that_figures_were_measured_on(football_data: Path) -> None:
    assert {name: pq.read_metadata(football_data / f"{name}.parquet").num_rows for name in ROWS} == ROWS
