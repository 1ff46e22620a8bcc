"""Fourth downs on real seasons that nothing was fitted on (2020-2023): the pieces against simple models, the advice against a reference."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from eddyline.football.artefacts import load
from eddyline.football.artefacts.expected_points import load as load_expected_points
from eddyline.football.artefacts.fourth_down import load as load_fourth_down
from eddyline.football.expected_points import POINTS
from eddyline.football.fourth_down.advice import TOSS_UP
from eddyline.football.fourth_down.conditions import Conditions
from eddyline.football.situations import Floats
from eddyline.plays.forecast_scores import log_loss
from eddyline.plays.fourth_downs import advise_plays, read_fourth_downs
from eddyline.plays.tables import Plays, read_folder
from eddyline.plays.training import conversions, decisions, expected_points, field_goals, next_plays, punts
from eddyline.plays.training.regression import logistic

FITTED, LATER = tuple(range(2009, 2019)), tuple(range(2020, 2024))


@cache
def plays_of(folder: Path, seasons: tuple[int, ...]) -> Plays:
    return read_folder(folder, seasons, decisions.COLUMNS)


def by_one_feature(feature: Callable[[Plays], Floats], happened: Callable[[Plays], Floats], fitted: Plays, later: Plays) -> float:
    def design(plays: Plays) -> Floats:
        return np.column_stack([np.ones(len(plays)), feature(plays)])

    return log_loss(1 / (1 + np.exp(-(design(later) @ logistic(design(fitted), happened(fitted))))), happened(later))


def test_field_goals_are_forecast_better_than_by_distance(football_data: Path) -> None:
    fitted, later = (field_goals.kicks(plays_of(football_data, seasons)) for seasons in (FITTED, LATER))
    ours = 1 / (1 + np.exp(-(field_goals.design(later) @ load_fourth_down().field_goals.coefficients)))
    simple = by_one_feature(lambda plays: plays.floats("yardline_100") / 10, field_goals.made, fitted, later)
    assert log_loss(ours, field_goals.made(later)) - simple < -0.005


def test_conversions_are_forecast_better_than_by_the_log_of_the_distance(football_data: Path) -> None:
    fitted, later = (conversions.tries(plays_of(football_data, seasons)) for seasons in (FITTED, LATER))
    fitted, later = (tries.take(tries.ints("down") == 4) for tries in (fitted, later))
    ours = 1 / (1 + np.exp(-(conversions.design(later) @ load_fourth_down().conversions.coefficients)))
    happened = conversions.converted(later).astype(float)
    simple = by_one_feature(lambda plays: np.log(plays.floats("ydstogo")), lambda plays: conversions.converted(plays).astype(np.float64), fitted, later)
    assert log_loss(ours, happened) - simple < -0.004


def test_the_net_of_punts_is_forecast_better_than_by_a_table_of_five_yards(football_data: Path) -> None:
    fitted, later = (next_plays.moving(plays_of(football_data, seasons)) for seasons in (FITTED, LATER))
    ended, net = punts.ordinary_ends(fitted)
    spot = fitted.ints("yardline_100")[ended] // 5
    table = np.bincount(spot, net[ended], 20) / np.maximum(np.bincount(spot, minlength=20), 1)
    ended, net = punts.ordinary_ends(later)
    spot, season, net = later.ints("yardline_100")[ended], later.ints("season")[ended], net[ended]
    ours = np.zeros(len(net))
    for year in LATER:
        rows = season == year
        ours[rows] = load_fourth_down().punts.landings(spot[rows], Conditions.unknown(year, int(rows.sum()))).net(spot[rows], 20)
    assert np.sqrt(np.mean((ours - net) ** 2)) - np.sqrt(np.mean((table[spot // 5] - net) ** 2)) < -0.05


def test_expected_points_are_calibrated(football_data: Path) -> None:
    later = expected_points.in_time(plays_of(football_data, LATER))
    played = expected_points.snaps(later)
    scores = expected_points.design(later.take(played)) @ load_expected_points().coefficients
    shares = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    expected, came = shares @ POINTS, POINTS[expected_points.next_scores(later)[played]]
    assert abs((came - expected).mean()) < 0.06
    place = np.digitize(expected, np.arange(-2, 7, 0.5))
    gaps = [abs((came - expected)[place == bin_].mean()) * (place == bin_).sum() for bin_ in np.unique(place)]
    assert sum(gaps) / len(came) < 0.08


@pytest.mark.parametrize(("low", "high", "share"), [(0.04, 1.0, 0.95), (0.02, 0.04, 0.85)])
def test_the_best_option_is_the_references_where_it_matters(football_data: Path, low: float, high: float, share: float) -> None:
    same, margin, _ = agreement(football_data)
    chosen = (margin >= low) & (margin < high)
    assert chosen.sum() > 2000
    assert same[chosen].mean() >= share


def test_confidence_is_how_often_another_calculator_agrees(football_data: Path) -> None:
    same, margin, confidence = agreement(football_data)
    for low, high in ((0.0, 0.6), (0.6, 0.75), (0.75, 0.9), (0.9, 1.0), (1.0, 1.1)):
        chosen = (confidence >= low) & (confidence < high)
        assert chosen.sum() > 1000
        assert low - 0.05 <= same[chosen].mean() <= max(high, 0.61) + 0.03
    assert (confidence[margin >= 0.04] < TOSS_UP).mean() < 0.15
    assert (confidence[margin < 0.01] < TOSS_UP).mean() > 0.4


@cache
def agreement(folder: Path) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return for each call of the reference whether ours is the same, the reference's margin, and our confidence."""
    plays = read_fourth_downs(folder / "nfl_2020_2023.parquet")
    told = advise_plays(plays, load_fourth_down(), load())
    seen = pq.read_table(folder / "nfl_2020_2023.parquet", columns=["game_id", "seq", "play_id"]).to_pylist()
    ids = {(row["game_id"], row["seq"]): row["play_id"] for row in seen}
    ours = {(row["game_id"], ids[row["game_id"], row["seq"]]): row for row in told.to_pylist()}
    reference = [row for row in pq.read_table(folder / "fourth_reference_visible.parquet").to_pylist() if (row["game_id"], row["play_id"]) in ours]
    answers = [ours[row["game_id"], row["play_id"]] for row in reference]
    same = [answer["best"] == row["best"] for answer, row in zip(answers, reference, strict=True)]
    return np.array(same), np.array([row["margin"] for row in reference]), np.array([answer["confidence"] for answer in answers])
