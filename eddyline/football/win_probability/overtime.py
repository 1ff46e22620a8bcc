"""Overtime: who has the ball, where, and what the lead is."""

import numpy as np

from eddyline.football.rules import Rules
from eddyline.football.situations import Situations
from eddyline.football.win_probability.chances import Chances
from eddyline.football.win_probability.offset import odds_to_chance


def overtime_chances(situations: Situations, rules: Rules) -> Chances:
    """Return the chances in overtime."""
    tie = np.full(len(situations), 0.04 if rules.overtime.may_tie else 0.0)
    log_odds = 0.15 + 0.45 * situations.margin + (50 - situations.yards_to_goal) / 40
    return Chances(odds_to_chance(log_odds) * (1 - tie), tie)
