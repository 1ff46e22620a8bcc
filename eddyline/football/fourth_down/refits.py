"""What the refits of the win probability say of the states that a play leads to."""

import numpy as np

from eddyline.football.rules import Rules
from eddyline.football.situations import Floats, Situations
from eddyline.football.win_probability.between_downs import next_quarter
from eddyline.football.win_probability.model import WinProbability


def after_play_refits(states: Situations, rules: Rules, chances: WinProbability, values: Floats) -> Floats:
    """Return (refits, rows) win probabilities; `values` are the model's own, which also hold where a half or the game has ended."""
    over, odd = states.seconds <= 0, (states.quarter == 1) | (states.quarter == 3)
    refits = chances.chances_of_refits(next_quarter(states, over & odd), rules)
    return np.where(over & ~odd, values, refits)
