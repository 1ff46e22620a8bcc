"""The plays that forecasts are scored on: scrimmage moments of games that somebody won, from the view of the team with the ball."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from eddyline.football.situations import Flags, Floats, Ints
from eddyline.plays.tables import SCRIMMAGE, Plays

# Beside what is known before a play: the outcome (home minus away), and nflfastR's chances where a file has them.
OUTCOME = ("result",)
RIVALS = {"nflfastr_wp": "without spread", "nflfastr_vegas_wp": "with spread"}


@dataclass(frozen=True, slots=True)
class ScoredPlays:
    """Scored rows and the positions that they had among all plays."""

    plays: Plays
    at: NDArray[np.intp]
    games: NDArray[np.str_]
    quarter: Ints
    won: Floats
    home: Flags  # the home team has the ball

    @classmethod
    def of(cls, plays: Plays, *, overtime: bool = False) -> Self:
        """Keep the scored rows of quarters 1-4, or of overtime."""
        quarter = plays.ints("qtr")
        wanted = (quarter > 4) if overtime else (quarter <= 4)
        home, result = plays.home_has_ball(), plays.floats("result")
        won = np.where(result == 0, 0.5, np.where(np.isnan(result), np.nan, (result > 0) == home))
        at = np.flatnonzero(wanted & plays.scrimmage() & np.isin(plays.texts("play_type"), SCRIMMAGE) & (won != 0.5) & ~np.isnan(won))
        kept = plays.take(at)
        return cls(kept, at, kept.texts("game_id"), quarter[at], won[at], kept.home_has_ball())

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.at)

    def take(self, chosen: Flags) -> Self:
        """Return the chosen rows."""
        return type(self)(self.plays.take(chosen), self.at[chosen], self.games[chosen], self.quarter[chosen], self.won[chosen], self.home[chosen])

    def offence(self, home_forecast: Floats) -> Floats:
        """Return the offence's chances of these rows from the home team's of all plays."""
        own = home_forecast[self.at]
        return np.where(self.home, own, 1 - own)

    def rival(self, column: str) -> Floats:
        """Return nflfastR's chances, NaN where the file has none."""
        return self.plays.floats(column) if column in self.plays.table.column_names else np.full(len(self), np.nan)
