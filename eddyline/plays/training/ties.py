"""Fitting how likely overtime is."""

import numpy as np

from eddyline.football.win_probability.arithmetic import COLUMNS
from eddyline.football.win_probability.offset import Offset
from eddyline.football.win_probability.terms import clock, columns
from eddyline.football.win_probability.ties import OPEN, openness, terms
from eddyline.plays.tables import Plays
from eddyline.plays.training.artefact import rounded
from eddyline.plays.training.regression import logistic


def fit(plays: Plays, offset: Offset) -> dict[str, float]:
    """Return the coefficients, fitted on every scrimmage play of regulation time, on top of the offset without spread."""
    quarter, game = plays.ints("qtr"), plays.texts("game_id")
    chosen = plays.scrimmage() & (quarter <= 4)
    regulation, went = plays.take(chosen), np.isin(game, game[quarter > 4])[chosen]
    moment = columns(regulation.situations())
    now = clock(COLUMNS, moment)
    told = {OPEN: openness(COLUMNS, offset.log_odds(moment, now))} | terms(COLUMNS, moment, now)
    found = logistic(np.column_stack(list(told.values())).astype(float), went.astype(float), ridge=5.0)
    return {name: rounded(value) for name, value in zip(told, found, strict=True)}
