"""The row after each row: who has the ball next, and where; the same reading for seasons with and without result columns."""

from dataclasses import dataclass

import numpy as np

from eddyline.football.situations import Flags, Ints
from eddyline.plays.tables import Plays

COLUMNS = ["game_id", "seq", "qtr", "posteam", "defteam", "down", "yardline_100", "play_type", "touchdown", "td_team"]
TRIES = ("extra_point", "two_point")


@dataclass(frozen=True, slots=True)
class NextPlays:
    """Beside each row of the plays that move the ball: the next such row of the same half."""

    same_half: Flags
    first_down: Flags  # a scrimmage first down comes next
    opponent: Flags  # the team that defended on the row has the ball next
    yards_to_goal: Ints
    try_follows: Flags


def moving(plays: Plays) -> Plays:
    """Return scrimmage plays, kickoffs and tries in time order; timeouts and the like left out."""
    kind = plays.texts("play_type")
    kept = (plays.known("down") & (kind != "admin") & (kind != "timeout")) | np.isin(kind, ("kickoff", *TRIES))
    rows = np.flatnonzero(kept)
    order = np.lexsort((plays.ints("seq")[rows], plays.texts("game_id")[rows]))
    return plays.take(rows[order])


def following(plays: Plays) -> NextPlays:
    """Return what comes next, for plays as `moving` gives them."""
    follower = np.minimum(np.arange(len(plays)) + 1, len(plays) - 1)
    game, half, kind = plays.texts("game_id"), (plays.ints("qtr") + 1) // 2, plays.texts("play_type")
    same = (game == game[follower]) & (half == half[follower]) & (np.arange(len(plays)) != follower)
    scrimmage = (plays.ints("down") == 1) & ~np.isin(kind, ("kickoff", *TRIES))
    return NextPlays(
        same_half=same,
        first_down=same & scrimmage[follower],
        opponent=same & (plays.texts("defteam") == plays.texts("posteam")[follower]),
        yards_to_goal=plays.ints("yardline_100")[follower],
        try_follows=same & np.isin(kind, TRIES)[follower],
    )
