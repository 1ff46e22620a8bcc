"""Single situations for tests: an even game's start, and what a test changes about it."""

import numpy as np

from eddyline.football.situations import Situations

PLAIN = {
    "quarter": 1,
    "seconds": 900,
    "margin": 0,
    "down": 1,
    "distance": 10,
    "yards_to_goal": 75,
    "timeouts": 3,
    "opponent_timeouts": 3,
    "receives_second_half": 0,
    "home": 1,
}


def situation(**changes: float) -> Situations:
    """Return one situation as columns of a row; nobody knows its spread unless it is given."""
    columns = {name: np.array([changes.get(name, value)], dtype=np.int32) for name, value in PLAIN.items()}
    return Situations(**columns | {"receives_second_half": columns["receives_second_half"] == 1}, spread=np.array([changes.get("spread", np.nan)], dtype=float))
