"""How forecasts are scored, by figures that can be reckoned by hand."""

import numpy as np
import pytest

from eddyline.plays.forecast_scores import brier, calibration_error, log_loss, paired
from eddyline.plays.made_up import made_up_games
from eddyline.plays.scored_plays import ScoredPlays
from eddyline.plays.tables import Plays

WON = np.array([1.0, 0.0, 1.0, 1.0])


def test_brier_score_and_log_loss_of_a_coin() -> None:
    coin = np.full(4, 0.5)
    assert brier(coin, WON) == 0.25
    assert log_loss(coin, WON) == pytest.approx(np.log(2))


def test_a_certain_forecast_that_fails_costs_much_but_not_everything() -> None:
    assert np.isfinite(log_loss(1 - WON, WON))


def test_a_forecast_compared_with_itself_differs_by_nothing() -> None:
    same = paired(WON * 0.8, WON * 0.8, WON, np.array(["a", "a", "b", "c"]))
    assert (same.mean, same.low, same.high) == (0, 0, 0)


def test_the_interval_comes_from_games_and_not_from_plays() -> None:
    random = np.random.default_rng(1)
    games = np.repeat(np.arange(20).astype(str), 100)
    won = np.repeat(random.integers(0, 2, 20).astype(float), 100)
    ours, theirs = np.full(2000, 0.6), np.full(2000, 0.5)
    wide, narrow = paired(ours, theirs, won, games), paired(ours, theirs, won, np.arange(2000).astype(str))
    assert wide.mean == narrow.mean
    assert wide.high - wide.low > 5 * (narrow.high - narrow.low)


def test_calibration_error_is_the_distance_from_the_bin_to_the_share_won() -> None:
    forecast, quarter = np.array([0.81, 0.79, 0.78, 0.8, 0.5, 0.5]), np.array([1, 1, 1, 1, 2, 2])
    won = np.array([1.0, 1.0, 1.0, 0.0, 1.0, 0.0])
    # Quarter 1: 0.80 against 3 of 4, with three wins; quarter 2: 0.50 against one of two, with one.
    assert calibration_error(forecast, won, quarter) == pytest.approx(0.05 * 3 / 4)


def test_only_downs_of_regulation_time_that_somebody_won_are_scored() -> None:
    plays = Plays(made_up_games(3))
    rows = ScoredPlays.of(plays)
    assert 0 < len(rows) < len(plays)
    assert rows.plays.known("down").all()
    assert len(ScoredPlays.of(plays, overtime=True)) == 0


def test_the_offence_s_chances_are_the_home_team_s_or_the_rest() -> None:
    plays = Plays(made_up_games(2))
    rows = ScoredPlays.of(plays)
    offence = rows.offence(np.full(len(plays), 0.7))
    assert set(np.round(offence, 6)) == {0.7, 0.3}
    assert (offence[rows.home] == 0.7).all()


def test_made_up_games_are_the_same_for_the_same_seed_and_end_with_a_winner() -> None:
    assert made_up_games(4, seed=1).equals(made_up_games(4, seed=1))
    assert not made_up_games(4, seed=1).equals(made_up_games(4, seed=2))
    assert set(made_up_games(30)["posteam_won"].to_pylist()) == {0.0, 1.0}
