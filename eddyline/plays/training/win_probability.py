"""Fitting the win probability: offsets, trees, overtime, ties and tries, with scores on seasons that were left out."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from eddyline.football.win_probability.drives import TERMS, Drives
from eddyline.football.win_probability.offset import odds_to_chance
from eddyline.plays.forecast_scores import brier, calibration_error, log_loss
from eddyline.plays.scored_plays import OUTCOME, ScoredPlays
from eddyline.plays.tables import MOMENT_COLUMNS, Plays
from eddyline.plays.training import drives, ties
from eddyline.plays.training.offsets import Fitted, rounded

SEASONS = range(2009, 2019)
COLUMNS = (*MOMENT_COLUMNS, *OUTCOME, "home_final", "away_final", "extra_point_result", "two_point_result")
Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Trained:
    """What ships: text coefficients, coefficients of the refits, and what is known about them."""

    written: dict[str, Any]
    refits: dict[str, Any]
    scores: dict[str, dict[str, float]]
    games: int
    rows: int

    def hash(self) -> str:
        """Return the hash of everything that computes."""
        return hashlib.sha256(text(self.written).encode() + text(self.refits).encode()).hexdigest()


def train(plays: Plays, tell: Tell) -> Trained:
    """Fit everything on plays of the training seasons."""
    rows = ScoredPlays.of(plays)
    games = len(np.unique(rows.games))
    tell(f"{len(rows):,} plays of {games:,} games that somebody won")
    fitted = {name: _offset(rows, name, tell) for name in ("with_spread", "without_spread")}
    scores = {name: _scores(rows, one, tell, name) for name, one in fitted.items()}
    tell("fitting drives, overtime, ties and tries")
    written = {name: {"coefficients": one.coefficients()} for name, one in fitted.items()} | _rest(plays)
    tell("fitting again on resampled games, for confidence")
    return Trained(written, {name: one.refits() for name, one in fitted.items()}, scores, games, len(rows))


def text(written: dict[str, Any]) -> str:
    """Return coefficients as they are written: one line a model or refit."""
    return json.dumps(written, indent=None, separators=(",", ":"), sort_keys=True).replace("],[", "],\n[").replace("},", "},\n") + "\n"


def _offset(rows: ScoredPlays, name: str, tell: Tell) -> Fitted:
    tell(f"fitting the offset {name.replace('_', ' ')}")
    return Fitted.on(rows, with_spread=name == "with_spread")


def _scores(rows: ScoredPlays, fitted: Fitted, tell: Tell, name: str) -> dict[str, float]:
    forecast = odds_to_chance(fitted.without_season())
    scores = {
        "brier": rounded(brier(forecast, rows.won), 6),
        "log_loss": rounded(log_loss(forecast, rows.won), 6),
        "calibration_error": rounded(calibration_error(forecast, rows.won, rows.quarter), 6),
    }
    tell(f"{name.replace('_', ' ')}, each season left out in turn: " + ", ".join(f"{what.replace('_', ' ')} {value:.4f}" for what, value in scores.items()))
    return scores


def _rest(plays: Plays) -> dict[str, Any]:
    ended = drives.ended(plays)
    models = drives.fit(ended)
    as_model = Drives(*(np.array([models[part][term] for term in TERMS]) for part in ("opponent", "points", "touchdown")))
    tries = _tries(plays)
    habits = drives.habits(ended, as_model) | {"two_point": tries["two_point"], "kick": tries["kick_from_15"]}
    return {"overtime": {"drives": models, "habits": habits}, "ties": ties.fit(plays), "tries": tries}


def _tries(plays: Plays) -> dict[str, float]:
    kick, two = plays.texts("extra_point_result"), plays.texts("two_point_result")
    season, kicked, gone = plays.ints("season"), kick != "", two != ""
    return {
        "kick_from_2": rounded(float((kick == "good")[kicked & (season <= 2014)].mean()), 4),
        "kick_from_15": rounded(float((kick == "good")[kicked & (season >= 2015)].mean()), 4),
        "two_point": rounded(float((two == "success")[gone].mean()), 4),
    }
