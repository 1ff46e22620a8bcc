"""How real drives ended, and the models of it that overtime is computed from."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eddyline.football.situations import Flags, Floats, Ints
from eddyline.football.win_probability.drives import TERMS, Drives, Start, matrix
from eddyline.plays.tables import Plays
from eddyline.plays.training.artefact import rounded
from eddyline.plays.training.regression import logistic

TOUCHDOWN, FIELD_GOAL, OPPONENT, NOTHING = range(4)


@dataclass(frozen=True, slots=True)
class EndedDrives:
    """Scrimmage plays with the end of the drive that they belong to."""

    plays: Plays
    end: Ints
    seconds: Floats  # left in the half, or in the period of overtime
    possession: Ints  # number of the possession within its half

    def take(self, chosen: Flags) -> "EndedDrives":
        """Return the chosen plays."""
        return EndedDrives(self.plays.take(chosen), self.end[chosen], self.seconds[chosen], self.possession[chosen])

    def start(self) -> Start:
        """Return where the plays stand."""
        return Start.of(self.plays.situations(), self.seconds)


def ended(plays: Plays) -> EndedDrives:
    """Return the scrimmage plays of whole games, in order, with how their drives ended: told by the score at the next possession."""
    plays = plays.take(plays.has_ball())
    quarter, scrimmage = plays.ints("qtr"), plays.scrimmage()
    game = np.unique(plays.texts("game_id"), return_inverse=True)[1]
    part = game * 10 + np.where(quarter <= 4, (quarter - 1) // 2, quarter)
    home = plays.home_has_ball()
    begins = np.ones(len(plays), dtype=bool)
    begins[1:] = (part[1:] != part[:-1]) | (home[1:] != home[:-1]) | ~scrimmage[1:] | ~scrimmage[:-1]
    drive = np.cumsum(begins) - 1
    gained = _points(plays, game, np.flatnonzero(begins))[drive] * np.where(home, 1, -1)
    end = np.select([gained >= 6, gained >= 2, gained <= -2], [TOUCHDOWN, FIELD_GOAL, OPPONENT], NOTHING)
    clock = plays.ints("quarter_seconds_remaining")
    seconds = (clock + np.where((quarter == 1) | (quarter == 3), 900, 0)).astype(float)
    return EndedDrives(plays.take(scrimmage), end[scrimmage].astype(np.int32), seconds[scrimmage], _possessions(part, home)[scrimmage])


def fit(drives: EndedDrives) -> dict[str, dict[str, float]]:
    """Return the coefficients of the three models, fitted where teams play for points as they do in overtime."""
    usual = drives.take(_usual(drives))
    x, end = matrix(usual.start()), usual.end
    left, scored = end != OPPONENT, end <= FIELD_GOAL
    found = {
        "opponent": logistic(x, (end == OPPONENT).astype(float), ridge=20.0),
        "points": logistic(x[left], scored[left].astype(float), ridge=5.0),
        "touchdown": logistic(x[scored], (end[scored] == TOUCHDOWN).astype(float), ridge=5.0),
    }
    return {name: {term: rounded(value) for term, value in zip(TERMS, weights, strict=True)} for name, weights in found.items()}


def habits(drives: EndedDrives, models: Drives) -> dict[str, float]:
    """Return what teams do differently: on their last chance, and on a first possession that a field goal does not end."""
    situations, ends = drives.plays.situations(), models.ends(drives.start())
    margin, quarter, late = situations.margin, situations.quarter, (drives.seconds > 60) & (drives.seconds <= 240)
    by_three = (quarter == 4) & (margin < 0) & (margin >= -3) & late
    by_touchdown = (quarter == 4) & (margin <= -4) & (margin >= -8) & late
    answered = (quarter == 5) & (margin == 0) & (drives.possession == 0) & (drives.plays.ints("season") >= 2012)
    touchdowns, goals = drives.end == TOUCHDOWN, ends.field_goal
    return {
        "must_score": rounded(_odds((drives.end <= FIELD_GOAL)[by_three]) - _odds(ends.points[by_three]), 3),
        "must_touchdown": rounded((touchdowns - ends.touchdown)[by_touchdown].sum() / max(goals[by_touchdown].sum(), 1.0), 3),
        "first_touchdown": rounded((touchdowns - ends.touchdown)[answered].sum() / max(ends.touchdown[answered].sum(), 1.0), 3),
    }


def _usual(drives: EndedDrives) -> Flags:
    situations = drives.plays.situations()
    close = (situations.quarter == 4) & (np.abs(situations.margin) <= 8) & (drives.seconds > 300)
    return np.asarray(((situations.quarter <= 3) | close) & ~((situations.quarter == 2) & (drives.seconds < 5)))


def _points(plays: Plays, game: NDArray[np.intp], begins: NDArray[np.intp]) -> Ints:
    lead = plays.ints("home_score") - plays.ints("away_score")
    final = plays.ints("home_final") - plays.ints("away_final")
    following = np.append(begins[1:], begins[-1])
    goes_on = game[following] == game[begins]
    goes_on[-1] = False
    return np.asarray(np.where(goes_on, lead[following], final[begins]) - lead[begins])


def _possessions(part: NDArray[Any], home: Flags) -> Ints:
    new_part = np.append(True, part[1:] != part[:-1])
    change = np.append(False, home[1:] != home[:-1]) & ~new_part
    counted = np.cumsum(change)
    return (counted - np.maximum.accumulate(np.where(new_part, counted, 0))).astype(np.int32)


def _odds(chances: Flags | Floats) -> float:
    mean = (chances.sum() + 0.5) / (len(chances) + 1.0)
    return float(np.log(mean / (1.0 - mean)))
