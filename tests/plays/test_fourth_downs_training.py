"""Fitting the pieces of the fourth-down model, on made-up kicks and punts whose truth is known."""

import numpy as np
import pyarrow as pa
import pytest

from eddyline.plays.tables import Plays
from eddyline.plays.training import expected_points, field_goals
from eddyline.plays.training.next_plays import following, moving
from eddyline.plays.training.regression import linear, logistic, softmax


def test_a_logistic_regression_finds_the_coefficients_that_made_the_data() -> None:
    random = np.random.default_rng(1)
    x = np.column_stack([np.ones(40_000), random.normal(size=40_000)])
    y = (random.random(40_000) < 1 / (1 + np.exp(-(x @ [0.5, -1.0])))).astype(float)
    np.testing.assert_allclose(logistic(x, y), [0.5, -1.0], atol=0.05)


def test_weights_count_like_rows() -> None:
    random = np.random.default_rng(2)
    x, y = np.column_stack([np.ones(50), random.normal(size=50)]), (random.random(50) < 0.5).astype(float)
    weights = random.integers(0, 4, 50).astype(float)
    often = np.repeat(np.arange(50), weights.astype(int))
    np.testing.assert_allclose(logistic(x, y, weights), logistic(x[often], y[often]), atol=1e-9)
    np.testing.assert_allclose(linear(x, y, weights), linear(x[often], y[often]), atol=1e-9)


def test_a_softmax_regression_gives_each_class_its_share_however_rare_it_is() -> None:
    random = np.random.default_rng(3)
    kind = (random.random(20_000) < 0.5) * 40.0
    classes = np.where(random.random(20_000) < 0.002, 2, (random.random(20_000) < 0.2 + kind / 100)).astype(np.int32)
    x = np.column_stack([np.ones(20_000), kind])
    found = softmax(x, classes, 3, np.ones(20_000), ridge=1e-6)
    shares = np.exp(x @ found)
    shares /= shares.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(shares.mean(axis=0), np.bincount(classes) / 20_000, atol=1e-6)
    assert shares[kind > 0, 1].mean() == pytest.approx((classes[kind > 0] == 1).mean(), abs=1e-6)


def test_a_kick_without_a_result_is_not_learnt_from() -> None:
    table = pa.table({"play_type": ["field_goal", "field_goal", "run"], "field_goal_result": ["made", None, None], "yardline_100": [20, 20, 20]})
    assert len(field_goals.kicks(Plays(table))) == 1


def a_half() -> Plays:
    """Punt, timeout, first down of the other team; touchdown and try; the next half begins."""
    return Plays(
        pa.table(
            {
                "game_id": ["g"] * 6,
                "seq": [2, 1, 3, 4, 5, 6],
                "qtr": [2, 2, 2, 2, 2, 3],
                "quarter_seconds_remaining": [90, 100, 80, 70, 70, 900],
                "season": [2015] * 6,
                "posteam": ["A", "A", "B", "B", "B", "A"],
                "defteam": ["B", "B", "A", "A", "A", "B"],
                "home_team": ["A"] * 6,
                "down": [None, 4, 1, 2, None, 1],
                "ydstogo": [None, 3, 10, 10, 0, 10],
                "yardline_100": [60, 60, 75, 75, 15, 75],
                "play_type": ["timeout", "punt", "run", "pass", "extra_point", "run"],
                "touchdown": [0, 0, 0, 1, 0, 0],
                "td_team": [None, None, None, "B", None, None],
                "field_goal_result": [None] * 6,
                "safety": [0] * 6,
            }
        )
    )


def test_after_a_punt_comes_the_next_row_that_moves_the_ball_and_nothing_of_another_half() -> None:
    rows = moving(a_half())
    assert rows.texts("play_type").tolist() == ["punt", "run", "pass", "extra_point", "run"]
    after = following(rows)
    assert after.opponent.tolist()[:2] == [True, False]
    assert after.first_down.tolist() == [True, False, False, False, False]
    assert after.yards_to_goal.tolist()[0] == 75
    assert after.try_follows.tolist() == [False, False, True, False, False]
    assert after.same_half.tolist() == [True, True, True, False, False]


def test_the_next_score_is_the_halfs_from_the_view_of_the_team_with_the_ball_and_no_try() -> None:
    ordered = expected_points.in_time(a_half())
    scores = expected_points.next_scores(ordered)
    assert scores.tolist() == [4, 4, 1, 1, 0, 0]  # their touchdown, twice; ours, twice; nothing more
