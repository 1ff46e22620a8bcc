"""What the win probability and its refits say of the states that a play leads to."""

import numpy as np

from eddyline.football.rules import Rules
from eddyline.football.situations import Floats, Situations
from eddyline.football.win_probability.between_downs import next_quarter
from eddyline.football.win_probability.model import WinProbability


def after_play_answers(states: Situations, rules: Rules, chances: WinProbability) -> Floats:
    """Return (1 + refits, rows) win probabilities, the model's own first; where a half or the game has ended its own stand for all."""
    over, odd = states.seconds <= 0, (states.quarter == 1) | (states.quarter == 3)
    answers = chances.answers(next_quarter(states, over & odd) if over.any() else states, rules)
    ended = np.flatnonzero(over & ~odd)
    if len(ended):
        answers[:, ended] = chances.after_play(states.take(ended), rules).score
    return answers
