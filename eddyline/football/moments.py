"""From the state of one game to the columns that the models are asked about."""

import math

import numpy as np

from eddyline.football.situations import Situations
from eddyline.football.state import GameState, Phase


def moment_of(state: GameState, home_spread: float | None = None) -> Situations | None:
    """Return a state as one row of situations, or None where no down is to be played (kickoffs, tries, the end).

    `home_spread` is the points by which the home team is favoured, None where nobody knows.
    """
    if state.phase is not Phase.SCRIMMAGE or not state.possession:
        return None
    home = state.possession == state.home_team
    other = state.defense
    return Situations(
        quarter=_int(state.quarter),
        seconds=_int(state.seconds),
        margin=_int(state.margin),
        down=_int(state.down or 1),
        distance=_int(state.distance or 10),
        yards_to_goal=_int(state.yards_to_goal),
        timeouts=_int(state.timeouts_of(state.possession)),
        opponent_timeouts=_int(state.timeouts_of(other)),
        receives_second_half=np.array([receives_second_half(state)]),
        home=_int(int(home)),
        spread=np.array([own_spread(state, home_spread)]),
    )


def receives_second_half(state: GameState) -> bool:
    """Tell whether the team with the ball gets the second half's kickoff; no longer once that half runs."""
    return state.quarter <= 2 and bool(state.possession) and state.possession == state.second_half_receiver


def own_spread(state: GameState, home_spread: float | None) -> float:
    """Return the points by which the team with the ball is favoured, NaN where nobody knows."""
    if home_spread is None:
        return math.nan
    return home_spread if state.possession == state.home_team else -home_spread


def _int(value: int) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
    return np.array([value], dtype=np.int32)
