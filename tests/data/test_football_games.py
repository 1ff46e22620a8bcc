"""Real games told as a whole: by the engine event by event, from a recording, and from a table."""

import csv
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from eddyline.football.game import Game, GameInfo
from eddyline.football.models import shipped
from eddyline.football.summary import summarise
from eddyline.plays.feed_files import events_of, feed_of, lines_of, read
from eddyline.plays.games import read_game
from eddyline.plays.prediction import predict
from eddyline.plays.table_games import table_game
from eddyline.plays.tables import MOMENT_COLUMNS, read_plays

GAMES = {
    "2010_04_NE_MIA": (14, 41),
    "2012_03_DET_TEN": (44, 41),
    "2016_10_DEN_NO": (23, 25),
    "2017_13_DEN_MIA": (35, 9),
    "2018_02_MIN_GB": (29, 29),
}
every_game = pytest.mark.parametrize("game", GAMES)


def recording(folder: Path, game: str) -> Path:
    return folder / "replay" / f"{game}.events.jsonl.gz"


@every_game
def test_a_game_ends_exactly_and_its_gains_add_up(football_data: Path, game: str) -> None:
    course = read_game(recording(football_data, game))
    home, away = GAMES[game]
    told, first, last = summarise(course), course.records[0], course.records[-1]
    assert (told.home.points, told.away.points, told.over) == (home, away, True)
    assert (last.home_wp, last.tie_wp) == (float(home > away), float(home == away))
    start = first.home_wp_before + first.tie_wp_before / 2
    assert told.home.gains.total == pytest.approx(last.home_wp + last.tie_wp / 2 - start)
    assert all(0 <= record.home_wp <= 1 and record.home_wp + record.tie_wp <= 1 + 1e-9 for record in course.records)


@every_game
def test_the_engine_tells_event_by_event_what_the_recording_tells_at_its_end(football_data: Path, game: str) -> None:
    recorded = read(recording(football_data, game))
    feed, header = feed_of(recorded), recorded.header
    info = GameInfo(feed.game_id, feed.home, feed.away, header["spread_line"], header["total_line"], indoor=header["roof"] in {"dome", "closed"})
    engine = Game(feed.rules, info)
    for record in recorded.records:
        for event in events_of(feed, record):
            assert not engine.process(event)["validation"].errors
    engine.note_scores(lines_of(recorded.records))
    assert engine.course == read_game(recording(football_data, game))


@every_game
def test_the_chances_are_near_those_of_nflfastr(football_data: Path, game: str) -> None:
    with (football_data / "replay" / f"{game}.truth.csv").open(encoding="utf-8") as lines:
        theirs = {int(row["play_id"]): (row["posteam"], float(row["nflfastr_vegas_wp"])) for row in csv.DictReader(lines) if row["nflfastr_vegas_wp"]}
    course = read_game(recording(football_data, game))
    compared = [record for record in course.records if record.play_id in theirs and record.down and record.quarter <= 4]
    ours = np.array([record.home_wp_before + record.tie_wp_before / 2 for record in compared])
    their_home = np.array([wp if team == course.home_team else 1 - wp for team, wp in (theirs[int(record.play_id)] for record in compared)])
    assert len(compared) > 100
    assert np.abs(ours - their_home).mean() < 0.045
    assert np.corrcoef(ours, their_home)[0, 1] > 0.95


def test_a_recording_and_the_table_of_the_same_game_tell_the_same(football_data: Path) -> None:
    for game in ("2012_03_DET_TEN", "2016_10_DEN_NO"):
        file = football_data / ("nfl_2009_2014.parquet" if game < "2015" else "nfl_2015_2018.parquet")
        table = {record.play_id: record for record in read_game(file, game).records if record.down and record.quarter <= 4}
        recorded = {record.play_id: record for record in read_game(recording(football_data, game)).records}
        apart = [abs(record.home_wp_before - recorded[play].home_wp_before) for play, record in table.items()]
        assert len(apart) > 100
        assert max(apart) < 0.03
        assert np.mean(apart) < 1e-3


@pytest.mark.parametrize("game", ["2022_15_IND_MIN", "2022_01_IND_HOU", "2023_22_SF_KC"])
def test_a_game_of_a_table_has_the_chances_that_predict_writes_overtime_too(football_data: Path, game: str) -> None:
    plays = read_plays(football_data / "nfl_2020_2023.parquet", MOMENT_COLUMNS)  # without play_id: a record is known by its seq
    rows = plays.take(plays.texts("game_id") == game)
    written = predict(rows, shipped().win_probability).to_pydict()
    chances = {seq: home + tie / 2 for seq, home, tie in zip(written["seq"], written["home_wp_spread"], written["tie_wp"], strict=True)}
    # predict has one chance of a tie for both models, the game that of the model with the spread.
    apart = [abs(record.home_wp_before + record.tie_wp_before / 2 - chances[record.play_id]) for record in table_game(rows, game).records]
    assert len(apart) > 150
    assert max(apart) < 0.02


def test_every_game_of_a_season_can_be_told_from_its_table(football_data: Path) -> None:
    season = pq.read_table(football_data / "nfl_2020_2023.parquet", columns=["game_id"], filters=[("season", "==", 2021)])
    for game in sorted(set(season["game_id"].to_pylist()))[::40]:
        course = read_game(football_data / "nfl_2020_2023.parquet", game)
        assert course.over
        assert course.records[-1].home_wp in {0.0, 1.0} or course.records[-1].tie_wp == 1.0
        assert summarise(course).home.plays > 30
