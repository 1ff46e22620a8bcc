"""What kind of moment a row of a table of plays is: told by what is known before the play, and by the class of its play type alone."""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from eddyline.football.rules import Rules
from eddyline.football.situations import Flags, Floats, Ints, Situations
from eddyline.plays.tables import SCRIMMAGE, Plays

KICKOFF, TRY = ("kickoff",), ("extra_point", "two_point")
TRY_WITHIN = 25  # a moment without a down and so near the goal line is a try: tries that are penalised move no farther
KICKERS_VIEW = 50  # a kick that a penalty stopped names the kicking team: its goal line is more than half the field away
LAST_PLAY_S = 75  # where an end's clock is missing: a period may end so many seconds after the last snap


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows in the order of time, game by game."""

    plays: Plays
    game: NDArray[np.intp]
    situations: Situations  # the view of `posteam`; where nobody has the ball, the visitors'
    administrative: Flags
    down: Flags  # a scrimmage down
    receives: Flags  # posteam receives a kickoff
    kicks: Flags  # posteam kicks off
    after_touchdown: Flags  # posteam tries for extra points
    score_known: Flags
    clock: Floats  # seconds left in the quarter, those of the row before where the row's are missing
    clock_known: Flags

    @classmethod
    def of(cls, plays: Plays) -> Self:
        """Tell the kinds of rows that stand in the order of time."""
        kind, ball = plays.texts("play_type"), plays.has_ball()
        game = np.unique(plays.texts("game_id"), return_inverse=True)[1]
        scrimmage, spotted, spot = np.isin(kind, SCRIMMAGE), plays.known("yardline_100"), plays.ints("yardline_100", 50)
        kickoff, tried = np.isin(kind, KICKOFF) & ball, np.isin(kind, TRY) & ball
        no_down = scrimmage & ball & ~plays.known("down") & spotted
        clock_known = plays.known("quarter_seconds_remaining")
        clock = plays.floats("quarter_seconds_remaining")[last_known(clock_known, game * 100 + plays.ints("qtr"))]
        situations = replace(plays.situations(), seconds=np.nan_to_num(clock).astype(np.int32), overtime_possessions=possessions(plays, game))
        return cls(
            plays=plays,
            game=game,
            situations=situations,
            administrative=~(scrimmage | kickoff | tried),
            down=scrimmage & plays.scrimmage(),
            receives=kickoff | (no_down & (spot > TRY_WITHIN) & (spot < KICKERS_VIEW)),
            kicks=no_down & (spot >= KICKERS_VIEW),
            after_touchdown=tried | (no_down & (spot <= TRY_WITHIN)),
            score_known=plays.known("home_score") & plays.known("away_score"),
            clock=clock,
            clock_known=clock_known,
        )

    def free_kick(self, rules: Rules) -> Flags:
        """Return where the kick follows a safety: told from its spot."""
        return np.asarray(self.receives & (self.plays.ints("yardline_100") == rules.safety_kick_from), dtype=np.bool_)

    def period_over(self) -> Flags:
        """Return administrative rows at the end of a period: the clock shows zero, or nothing soon after the last play."""
        over = np.where(self.clock_known, self.clock <= 0, self.clock <= LAST_PLAY_S)
        return np.asarray(self.administrative & self.score_known & over & ~self._try_left(), dtype=np.bool_)

    def overtime_decided(self, rules: Rules) -> Flags:
        """Return administrative rows that name a team and a lead in overtime: feeds write one when the game is over, whatever the clock shows."""
        lead = self.plays.ints("home_score") - self.plays.ints("away_score")
        begun = (self.situations.quarter > 4) & (self.clock < rules.overtime.period_s)
        return np.asarray(self.administrative & self.score_known & self.plays.has_ball() & begun & (lead != 0), dtype=np.bool_)

    def home_receives_second_half(self) -> Flags:
        """Return whether the home team gets the second half's kickoff, as the rows so far tell (False where none does)."""
        told = self.plays.has_ball() & (self.situations.quarter <= 2)
        home = told & (self.situations.receives_second_half == (self.situations.home == 1))
        return np.asarray(home[last_known(told, self.game)], dtype=np.bool_)

    def _try_left(self) -> Flags:
        # Six points since the row before, and the team that scored them is not ahead by more than its try could matter.
        lead = self.plays.ints("home_score") - self.plays.ints("away_score")
        before = last_known(self.score_known & self.plays.has_ball(), self.game)
        gained = lead - lead[before]
        return np.asarray((np.abs(gained) == 6) & (np.abs(lead) <= 2) & (lead * gained <= 0), dtype=np.bool_)


def last_known(known: Flags, group: NDArray[np.integer]) -> NDArray[np.intp]:
    """Return for each row the position of the last known row up to it in its group; its own where there is none. Groups stand together."""
    place = np.arange(len(known))
    first = np.append(True, group[1:] != group[:-1])
    begins = np.maximum.accumulate(np.where(first, place, 0))
    last = np.maximum.accumulate(np.where(known, place, -1))
    return np.where(last >= begins, last, place)


def possessions(plays: Plays, game: NDArray[np.intp]) -> Ints:
    """Return how many possessions of overtime had ended before each row: how often the ball changed hands there."""
    counted = plays.has_ball() & (plays.ints("qtr") > 4)
    rows = np.flatnonzero(counted)
    home, of_game = plays.home_has_ball()[rows], game[rows]
    fresh = np.append(True, of_game[1:] != of_game[:-1])
    changes = np.cumsum(np.append(False, home[1:] != home[:-1]) & ~fresh)
    ended = np.zeros(len(plays), dtype=np.int32)
    ended[rows] = changes - np.maximum.accumulate(np.where(fresh, changes, 0))
    return ended
