"""The football notebook: its cells run in order, with made-up games and with a folder of plays."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from eddyline.errors import PlaysError
from eddyline.plays.made_up import made_up_games
from eddyline.report.football.fourth_calls import Calls, fourth_calls
from eddyline.report.football.games_of import Games
from eddyline.report.football.reliability import curve, reliability
from eddyline.report.football.weak_spots import weak_spots
from eddyline.report.section import Section
from eddyline.settings import PROJECT_ROOT

NOTEBOOK = PROJECT_ROOT / "notebooks" / "football.ipynb"


def run(**parameters: str) -> list[str]:
    """Run the cells as a kernel would and return what the last line of each shows."""
    cells = [cell for cell in json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"] if cell["cell_type"] == "code"]
    names: dict[str, Any] = {}
    pages = []
    for cell in cells:
        *before, last = "".join(cell["source"]).splitlines()
        exec("\n".join(before), names)
        if cell["metadata"].get("tags") == ["parameters"]:
            exec(last, names)
            names |= parameters
        else:
            pages.append(eval(last, names)._repr_html_())
    return pages


def test_without_a_folder_it_runs_on_made_up_games_and_says_so() -> None:
    pages = run()
    assert "made-up games" in pages[0]
    assert "Set `plays` in the first cell" in pages[0]
    assert len(pages) == 5
    assert all("<svg" in page for page in pages[1:])
    assert "coaches did as advised on" in pages[3]


def test_with_a_folder_it_tells_of_that_folder_and_of_the_game_that_was_named(tmp_path: Path) -> None:
    plays = made_up_games(8, seed=3)
    pq.write_table(plays, tmp_path / "plays.parquet")
    pages = run(plays=str(tmp_path), game=plays["game_id"][0].as_py())
    assert f"8 games of 2024 to 2024 from {tmp_path}" in pages[0]
    home, away = plays["home_team"][0].as_py(), plays["away_team"][0].as_py()
    assert f"win probability of {away} {plays['away_final'][0]} - {home} {plays['home_final'][0]}" in pages[2]


def test_nflfastr_s_chances_stand_beside_ours_where_the_files_have_them(tmp_path: Path) -> None:
    plays = made_up_games(10)
    half = pa.array(np.full(len(plays), 0.5))
    pq.write_table(plays.append_column("nflfastr_wp", half).append_column("nflfastr_vegas_wp", half), tmp_path / "plays.parquet")
    games = Games.of(str(tmp_path))
    assert list(games.forecasts) == ["with spread", "without spread", "nflfastR, with spread"]
    assert "nflfastR, with spread: Brier 0.2500" in reliability(games.scored, games.forecasts).finding


def test_a_folder_without_unseen_seasons_is_told_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(PlaysError, match="has no plays of the seasons"):
        Games.of(str(tmp_path))


def test_a_curve_leaves_out_what_too_few_plays_say() -> None:
    forecast = np.concatenate([np.full(100, 0.72), np.full(5, 0.11)])
    won = np.concatenate([np.ones(70), np.zeros(30), np.ones(5)])
    predicted, shares = curve(forecast, won)
    assert (predicted.round(6).tolist(), shares.round(6).tolist()) == ([0.72], [0.7])


def test_no_plays_and_no_fourth_downs_are_sentences() -> None:
    games = Games.of("")
    none = games.scored.take(np.zeros(len(games.scored), dtype=np.bool_))
    nothing = np.zeros(0)
    told = [
        reliability(none, {"ours": nothing}),
        weak_spots(none, nothing),
        fourth_calls(Calls(np.array([], str), np.array([], str), nothing, nothing), "2024"),
    ]
    assert all(isinstance(section, Section) and not section.chart and section.finding for section in told)


def test_a_forecast_that_is_off_by_more_than_chance_is_named() -> None:
    games = Games.of("")
    off = np.where(games.scored.home, 1.0, 0.0)
    assert "home (-" in weak_spots(games.scored, off).finding
    assert "No part stands out from chance." in weak_spots(games.scored, games.scored.won).finding
