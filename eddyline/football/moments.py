"""From the state of one game to what the models are asked about, and back to both teams' chances."""

import math
from dataclasses import dataclass

import numpy as np
from msgspec.structs import replace

from eddyline.football.rules import Rules
from eddyline.football.situations import Situations
from eddyline.football.state import GameState, Phase
from eddyline.football.win_probability.model import WinProbability
from eddyline.football.win_probability.single import Single


@dataclass(frozen=True, slots=True)
class Standing:
    """Each team's chance of a win, and that of a tie; they add up to one."""

    home: float
    away: float
    tie: float

    def of(self, *, home: bool) -> float:
        """Return a team's chance of a win."""
        return self.home if home else self.away


def moment_of(state: GameState, home_spread: float | None = None) -> Situations | None:
    """Return the moment before a snap as one row of situations, or None where no down is to be played (kickoffs, tries, the end).

    `home_spread` is the points by which the home team is favoured, None where nobody knows.
    """
    return view(state, home_spread) if state.phase is Phase.SCRIMMAGE and state.possession else None


def view(state: GameState, home_spread: float | None = None) -> Situations:
    """Return any moment as one row, from the view of `possession`; where no down is played, as if it were 1st and 10."""
    home = state.possession == state.home_team
    return Situations(
        quarter=_int(state.quarter),
        seconds=_int(state.seconds),
        margin=_int(state.margin),
        down=_int(state.down or 1),
        distance=_int(state.distance if state.distance is not None else 10),
        yards_to_goal=_int(min(max(state.yards_to_goal, 1), 99)),
        timeouts=_int(state.timeouts_of(state.possession)),
        opponent_timeouts=_int(state.timeouts_of(state.defense)),
        receives_second_half=np.array([state.quarter <= 2 and state.possession == state.second_half_receiver]),
        home=_int(int(home)),
        spread=np.array([math.nan if home_spread is None else home_spread if home else -home_spread]),
        overtime_possessions=_int(state.home_overtime_possessions + state.away_overtime_possessions) if state.quarter > 4 else None,
    )


def standing(state: GameState, rules: Rules, model: WinProbability, home_spread: float | None = None) -> Standing:
    """Return how the game stands: exact when it is over, else the model's answer for what comes next."""
    if state.final:
        tie = float(state.home_score == state.away_score)
        return Standing(float(state.home_score > state.away_score), float(state.home_score < state.away_score), tie)
    if not state.possession:  # before the toss: as likely the one as the other
        return _mean(*(standing(replace(state, possession=team), rules, model, home_spread) for team in (state.home_team, state.away_team)))
    return _both(_single(view(state, home_spread), state.phase, rules, model), home=state.possession == state.home_team)


def _single(row: Situations, phase: Phase, rules: Rules, model: WinProbability) -> Single:
    if phase is Phase.SCRIMMAGE:
        # Never the end by a clock at 0:00: an untimed down may be left, and the feed says when it is over.
        return model.one(row, rules)[0]
    answer = model.after_touchdown(row, rules) if phase is Phase.TRY else model.kickoff(row, rules, free_kick=phase is Phase.FREE_KICK)
    return Single.of(answer)


def _both(chances: Single, *, home: bool) -> Standing:
    return Standing(chances.win, chances.loss, chances.tie) if home else Standing(chances.loss, chances.win, chances.tie)


def _mean(one: Standing, other: Standing) -> Standing:
    return Standing((one.home + other.home) / 2, (one.away + other.away) / 2, (one.tie + other.tie) / 2)


def _int(value: int) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
    return np.array([value], dtype=np.int32)
