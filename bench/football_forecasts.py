"""The win probability of tables of plays, as the benchmark asks for it."""

from dataclasses import replace

import numpy as np

from eddyline.football.situations import Floats
from eddyline.football.win_probability.model import WinProbability
from eddyline.plays.scored_plays import ScoredPlays


def offence(rows: ScoredPlays, model: WinProbability, *, spread: bool) -> Floats:
    """Return the offence's chance of a win in a game that somebody wins, as the scored ones are."""
    answer = np.zeros(len(rows))
    for rules, at in rows.plays.by_rules():
        situations = rows.plays.take(at).situations()
        known = situations if spread else replace(situations, spread=np.full(len(at), np.nan))
        chances = model.chances(known, rules)
        answer[at] = chances.win / np.maximum(1 - chances.tie, 1e-12)
    return answer
