"""Fitting the win probability: offsets, trees, overtime, ties and tries, with scores on seasons that were left out."""

import hashlib
from pathlib import Path
from typing import Any

import numpy as np

from eddyline.football.situations import Flags, Floats
from eddyline.football.win_probability.drives import TERMS, Drives
from eddyline.football.win_probability.offset import Offset, odds_to_chance
from eddyline.football.win_probability.residual import FEATURES
from eddyline.plays.forecast_scores import brier, calibration_error, log_loss
from eddyline.plays.scored_plays import OUTCOME, ScoredPlays
from eddyline.plays.tables import MOMENT_COLUMNS, Plays, read_folder
from eddyline.plays.training import drives, ties, trees
from eddyline.plays.training.artefact import SEASONS, Tell, origin, rounded, write
from eddyline.plays.training.offsets import REFITS, Fitted

COLUMNS = (*MOMENT_COLUMNS, *OUTCOME, "home_final", "away_final", "extra_point_result", "two_point_result")


def train(folder: Path, out: Path, tell: Tell) -> dict[str, str]:
    """Fit on a folder's plays, write `win_probability.json`, its trees (`.onnx`) and its refits, and return the hash of each."""
    plays = read_folder(folder, list(SEASONS), COLUMNS)
    rows = ScoredPlays.of(plays)
    tell(f"win probability: {len(rows):,} plays of {len(np.unique(rows.games)):,} games that somebody won")
    fitted = {name: _offset(rows, name, tell) for name in ("with_spread", "without_spread")}
    tell("fitting trees on top of the offset without spread")
    residual = trees.to_onnx(trees.fit(trees.told_of(rows), rows.won, fitted["without_spread"].log_odds()))
    tell("fitting drives, overtime, ties and tries")
    model: dict[str, Any] = {name: {"coefficients": one.coefficients()} for name, one in fitted.items()}
    model |= _rest(plays, Offset.of(model["without_spread"]["coefficients"]))
    tell("fitting again on resampled games, for confidence")
    refits = {name: one.refits() for name, one in fitted.items()}
    card = _card(plays, rows, fitted) | {"each_season_left_out": _scores(rows, fitted, tell)}
    (out / "win_probability.onnx").write_bytes(residual)
    return {
        "win_probability": write(out / "win_probability.json", model, card),
        "win_probability_trees": hashlib.sha256(residual).hexdigest(),
        "win_probability_refits": write(out / "win_probability_refits.json", refits, {"resampled_games": "half of them, with replacement", "refits": REFITS}),
    }


def _card(plays: Plays, rows: ScoredPlays, fitted: dict[str, Fitted]) -> dict[str, Any]:
    return origin(plays) | {
        "games": len(np.unique(rows.games)),
        "rows": len(rows),
        "features": {name: len(one.coefficients()) for name, one in fitted.items()} | {"trees": list(FEATURES)},
        "trees": f"{len(trees.SEEDS)} ensembles of {trees.TREES} trees, without spread only: with it they scored no better",
    }


def _offset(rows: ScoredPlays, name: str, tell: Tell) -> Fitted:
    tell(f"fitting the offset {name.replace('_', ' ')}")
    return Fitted.on(rows, with_spread=name == "with_spread")


def _scores(rows: ScoredPlays, fitted: dict[str, Fitted], tell: Tell) -> dict[str, dict[str, float]]:
    tell("scoring: each season by models that were fitted without it")
    told = trees.told_of(rows)
    forecasts = {name: np.empty(len(rows)) for name in ("with_spread", "without_spread", "without_spread_offset_alone")}
    for left_out, log_odds in fitted["with_spread"].without_seasons():
        forecasts["with_spread"][left_out] = log_odds[left_out]
    for left_out, log_odds in fitted["without_spread"].without_seasons():
        residual = trees.fit(told[~left_out], rows.won[~left_out], log_odds[~left_out])
        forecasts["without_spread_offset_alone"][left_out] = log_odds[left_out]
        forecasts["without_spread"][left_out] = log_odds[left_out] + trees.added(residual, told[left_out])
    scores = {name: _score(rows, odds_to_chance(log_odds)) for name, log_odds in forecasts.items()}
    for name, found in scores.items():
        tell(f"{name.replace('_', ' ')}: " + ", ".join(f"{what.replace('_', ' ')} {value:.5f}" for what, value in found.items()))
    return scores


def _score(rows: ScoredPlays, forecast: Floats) -> dict[str, float]:
    return {
        "brier": rounded(brier(forecast, rows.won), 6),
        "log_loss": rounded(log_loss(forecast, rows.won), 6),
        "calibration_error": rounded(calibration_error(forecast, rows.won, rows.quarter), 6),
    }


def _rest(plays: Plays, offset: Offset) -> dict[str, Any]:
    ended = drives.ended(plays)
    models = drives.fit(ended)
    as_model = Drives(*(np.array([models[part][term] for term in TERMS]) for part in ("opponent", "points", "touchdown")))
    tries = _tries(plays)
    habits = drives.habits(ended, as_model) | {"two_point": tries["two_point"], "kick": tries["kick_from_15"]}
    return {"overtime": {"drives": models, "habits": habits}, "ties": ties.fit(plays, offset), "tries": tries}


def _tries(plays: Plays) -> dict[str, float]:
    kick, two = plays.texts("extra_point_result"), plays.texts("two_point_result")
    season, kicked, gone = plays.ints("season"), kick != "", two != ""
    return {
        "kick_from_2": _share(kick == "good", kicked & (season <= 2014)),
        "kick_from_15": _share(kick == "good", kicked & (season >= 2015)),
        "two_point": _share(two == "success", gone),
    }


def _share(good: Flags, tried: Flags) -> float:
    return rounded(float((good & tried).sum() + 0.5) / float(tried.sum() + 1), 4)
