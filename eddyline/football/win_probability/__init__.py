"""How likely each team is to win: `WinProbability` answers for columns of situations under a rule book."""

from eddyline.football.win_probability.chances import Chances
from eddyline.football.win_probability.model import WinProbability

__all__ = ["Chances", "WinProbability"]
