"""Training on made-up games: the same numbers again, bounds kept, trees served as they were fitted."""

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from eddyline.errors import PlaysError
from eddyline.football.artefacts import read_folder as read_artefacts
from eddyline.football.rules import nfl
from eddyline.football.win_probability.onnx_trees import OnnxTrees
from eddyline.football.win_probability.residual import FEATURES
from eddyline.plays import nflverse
from eddyline.plays.made_up import made_up_games
from eddyline.plays.scored_plays import ScoredPlays
from eddyline.plays.tables import Plays, read_plays
from eddyline.plays.training import drives, trees, win_probability
from eddyline.plays.training.bounded import Bounds, fit
from eddyline.plays.training.offsets import Fitted

GAMES = 40


def made_up_seasons() -> pa.Table:
    table = made_up_games(GAMES)
    games = {game: number for number, game in enumerate(dict.fromkeys(table["game_id"].to_pylist()))}
    seasons = [2009 + games[game] % 10 for game in table["game_id"].to_pylist()]
    two_point = pa.nulls(len(table), pa.string())
    for name, column in (("season", pa.array(seasons, pa.int16())), ("two_point_result", two_point), ("extra_point_result", table["extra_point_result"])):
        table = table.set_column(table.column_names.index(name), name, column)
    return table


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("plays")
    pq.write_table(made_up_seasons(), folder / "nfl_made_up.parquet")
    return folder


@pytest.fixture(scope="module")
def trained(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, str], Path]:
    out = tmp_path_factory.mktemp("artefacts")
    return win_probability.train(folder, out, lambda _: None), out


def test_training_again_gives_the_same_hashes(trained: tuple[dict[str, str], Path], folder: Path, tmp_path: Path) -> None:
    hashes, _ = trained
    assert win_probability.train(folder, tmp_path, lambda _: None) == hashes


def test_what_was_trained_can_be_read_and_asked(trained: tuple[dict[str, str], Path], folder: Path) -> None:
    _, out = trained
    plays = read_plays(folder / "nfl_made_up.parquet")
    moments = plays.take(plays.scrimmage()).situations()
    chances = read_artefacts(out).chances(moments, nfl(2018))
    assert np.all((chances.win > 0) & (chances.win < 1))
    late = (moments.quarter == 4) & (moments.seconds < 60) & (np.abs(moments.margin) > 8)
    assert np.array_equal(chances.win[late] > 0.5, moments.margin[late] > 0)


def test_training_reads_the_files_of_nflverse_as_well(folder: Path, tmp_path: Path) -> None:
    plays = read_plays(folder / "nfl_made_up.parquet")
    home, table = plays.home_has_ball(), plays.table
    scores = {
        name: np.where(home == (name == "posteam_score"), plays.ints("home_score"), plays.ints("away_score")) for name in ("posteam_score", "defteam_score")
    }
    foreign = {
        "order_sequence": plays.floats("seq"),
        "posteam_timeouts_remaining": plays.floats("posteam_timeouts"),
        "defteam_timeouts_remaining": plays.floats("defteam_timeouts"),
        "two_point_conv_result": table["two_point_result"],
        "home_score": table["home_final"],
        "away_score": table["away_final"],
        "home_opening_kickoff": np.ones(len(plays)),
        "two_point_attempt": np.zeros(len(plays)),
        "timeout": np.zeros(len(plays)),
        **{name: score.astype(float) for name, score in scores.items()},
    }
    own = set(nflverse.RENAMED.values()) | {"home_score", "away_score", "receive_2h_ko"}
    same = {name: table[name] for name in table.column_names if name not in own}
    pq.write_table(pa.table(same | foreign), tmp_path / "play_by_play_2009.parquet")
    found = read_plays(tmp_path / "play_by_play_2009.parquet").situations()
    assert np.array_equal(found.margin, plays.situations().margin)
    assert set(win_probability.train(tmp_path, tmp_path, lambda _: None)) == {"win_probability", "win_probability_trees", "win_probability_refits"}


def test_trees_served_by_onnx_runtime_say_what_lightgbm_says(folder: Path) -> None:
    rows = ScoredPlays.of(read_plays(folder / "nfl_made_up.parquet"))
    told, won = np.tile(trees.told_of(rows), (10, 1)), np.tile(rows.won, 10)  # enough rows for leaves of 2,000
    boosters = trees.fit(told, won, np.zeros(len(won)))
    served = OnnxTrees(trees.to_onnx(boosters))
    rng = np.random.default_rng(1)
    spread_out = (told[rng.integers(0, len(told), 5000)] + rng.normal(0, 3, (5000, len(FEATURES)))).astype(np.float32)
    split = [node for tree in boosters[0].dump_model()["tree_info"] for node in branches(tree["tree_structure"])]
    nodes = [node for node in split if abs(node["threshold"]) > 1e-30]  # LightGBM parts zero from the rest at 1e-35, which nothing real comes near
    on_thresholds = np.tile(told[:1], (len(nodes), 1))
    for row, node in zip(on_thresholds, nodes, strict=True):
        row[node["split_feature"]] = node["threshold"]  # in single precision: on either side of it
    assert len(nodes) > 20
    for features in (told, spread_out, on_thresholds):
        assert np.abs(served.sums(features) - trees.added(boosters, features)).max() < 1e-6
    assert np.ptp(served.sums(told)) > 0.01


def branches(node: dict[str, Any]) -> list[dict[str, Any]]:
    return [] if "leaf_value" in node else [node, *branches(node["left_child"]), *branches(node["right_child"])]


def test_coefficients_that_may_not_be_negative_are_not_and_the_rest_is_as_good_as_can_be() -> None:
    rng = np.random.default_rng(2)
    x = rng.normal(size=(4000, 3))
    won = (rng.random(4000) < 1 / (1 + np.exp(-(x @ [1.0, -0.5, 0.3])))).astype(float)
    bounded = fit(x, won, Bounds(np.full(3, 1e-6), np.array([True, True, False])))
    assert bounded[1] == 0.0
    without = fit(x[:, [0, 2]], won, Bounds(np.full(2, 1e-6), np.array([False, False])))
    assert bounded[[0, 2]] == pytest.approx(without, abs=1e-6)
    assert fit(x, won, Bounds(np.full(3, 1e-6), np.array([False] * 3))) == pytest.approx([1.0, -0.5, 0.3], abs=0.15)


def test_an_offset_without_a_season_has_not_seen_it(folder: Path) -> None:
    rows = ScoredPlays.of(read_plays(folder / "nfl_made_up.parquet"))
    fitted = Fitted.on(rows, with_spread=True)
    seasons = list(fitted.without_seasons())
    assert len(seasons) == 10
    assert np.sum([left_out for left_out, _ in seasons], axis=0).tolist() == [1] * len(rows)
    turned = Fitted.on(
        ScoredPlays(rows.plays, rows.at, rows.games, rows.quarter, np.where(fitted.season == 2009, 1 - rows.won, rows.won), rows.home), with_spread=True
    )
    # Outcomes of 2009 turned round move the fit with it, and hardly (the curvature around another fit) that without it.
    moved = np.abs(turned.log_odds() - fitted.log_odds()).mean()
    assert np.abs(next(turned.without_seasons())[1] - next(fitted.without_seasons())[1]).mean() < 0.5 * moved


def test_drives_end_as_the_score_at_the_next_possession_says() -> None:
    def play(quarter: int, team: str, home: int, away: int, kind: str = "run", *, down: int | None = 1) -> dict[str, object]:
        moment = {"qtr": quarter, "posteam": team, "home_score": home, "away_score": away, "play_type": kind, "down": down, "yardline_100": 50}
        rest = {"game_id": "2018_01_A_H", "home_team": "H", "away_team": "A", "season": 2018, "season_type": "REG", "ydstogo": 10, "spread_line": 0.0}
        clock = {"quarter_seconds_remaining": 400, "receive_2h_ko": 0, "posteam_timeouts": 3, "defteam_timeouts": 3, "home_final": 10, "away_final": 9}
        return moment | rest | clock

    rows = [
        play(1, "H", 0, 0),
        play(1, "H", 0, 0, down=2),
        play(1, "H", 6, 0, "extra_point", down=None),  # a touchdown
        play(1, "A", 7, 0, "kickoff", down=None),
        play(1, "A", 7, 0),
        play(1, "H", 7, 3, "kickoff", down=None),  # a field goal
        play(1, "H", 7, 3),
        play(1, "A", 7, 9, "extra_point", down=None),  # an interception brought back
        play(2, "H", 7, 9),
        play(3, "A", 7, 9),  # the half ended it
        play(4, "H", 7, 9),  # the last: its field goal is in the final score
    ]
    ended = drives.ended(Plays(pa.Table.from_pylist(rows)))
    expected = [drives.TOUCHDOWN, drives.TOUCHDOWN, drives.FIELD_GOAL, drives.OPPONENT, drives.NOTHING, drives.NOTHING, drives.FIELD_GOAL]
    assert ended.end.tolist() == expected


def test_a_folder_without_the_training_seasons_says_so(tmp_path: Path) -> None:
    pq.write_table(made_up_games(1), tmp_path / "plays.parquet")
    with pytest.raises(PlaysError, match="no plays of the seasons 2009 to 2018"):
        win_probability.train(tmp_path, tmp_path, lambda _: None)
