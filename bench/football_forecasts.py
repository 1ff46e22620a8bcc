"""The win probability of tables of plays, as the benchmark asks for it."""

from dataclasses import replace

import numpy as np

from eddyline.football.situations import Floats
from eddyline.football.win_probability.model import WinProbability
from eddyline.plays.scored_plays import ScoredPlays


def offence(rows: ScoredPlays, model: WinProbability, *, spread: bool) -> Floats:
    """Return the offence's chance of a win, a tie counted as half of one: the scored games have a winner."""
    answer = np.zeros(len(rows))
    for rules, at in rows.plays.by_rules():
        situations = rows.plays.take(at).situations()
        known = situations if spread else replace(situations, spread=np.full(len(at), np.nan))
        answer[at] = model.chances(known, rules).score
    return answer
