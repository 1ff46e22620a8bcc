"""The state of one game between two plays: what a coach sees on the board and on the field."""

from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from eddyline.football.rules import QUARTER_S


class Phase(StrEnum):
    """What comes next."""

    SCRIMMAGE = "scrimmage"  # a down: first to fourth
    KICKOFF = "kickoff"
    FREE_KICK = "free_kick"  # after a safety, by the team that was scored on
    TRY = "try"  # after a touchdown, by the team that scored
    FINAL = "final"


class GameState(Struct, kw_only=True, frozen=True):
    """A game between two plays.

    `possession` is the team that snaps next; on kickoffs and free kicks the team that receives, and empty where nobody knows yet (before the toss).
    `yards_to_goal` is counted from there to the goal line that `possession` attacks, also on kicks; `down` and `distance` are None on kicks and tries.
    """

    home_team: str = "HOME"
    away_team: str = "AWAY"
    home_score: int = 0
    away_score: int = 0
    quarter: int = 1  # from 5 on overtime periods
    seconds: int = QUARTER_S  # left in the quarter
    phase: Phase = Phase.KICKOFF
    possession: str = ""
    yards_to_goal: int = 65
    down: int | None = None
    distance: int | None = None
    home_timeouts: int = 3
    away_timeouts: int = 3
    second_half_receiver: str = ""  # who gets the second half's kickoff; empty before the first one
    penalty_yards: int = 0  # what a foul between downs will move the next kick: towards the receivers' goal counts positive
    overtime_receiver: str = ""  # who had the ball first in this overtime
    home_overtime_possessions: int = 0  # possessions ended in overtime
    away_overtime_possessions: int = 0

    @property
    def time_remaining(self) -> float:
        """Seconds left in the quarter."""
        return float(self.seconds)

    @property
    def field_position(self) -> int:
        """Yards from the own goal line of the team with the ball: 25 is the own 25, 75 the opponent's."""
        return 100 - self.yards_to_goal

    @property
    def defense(self) -> str:
        """The other team."""
        return self.opponent(self.possession) if self.possession else ""

    @property
    def margin(self) -> int:
        """Points by which the team with the ball leads."""
        return self.score_of(self.possession) - self.score_of(self.defense) if self.possession else 0

    @property
    def final(self) -> bool:
        """Whether the game is over."""
        return self.phase is Phase.FINAL

    def opponent(self, team: str) -> str:
        """Return the team that plays against this one."""
        return self.away_team if team == self.home_team else self.home_team

    def score_of(self, team: str) -> int:
        """Return a team's points."""
        return self.home_score if team == self.home_team else self.away_score

    def timeouts_of(self, team: str) -> int:
        """Return the timeouts that a team has left."""
        return self.home_timeouts if team == self.home_team else self.away_timeouts

    def with_points(self, team: str, points: int) -> "GameState":
        """Return the state with points added to a team's score; a third team's change nothing."""
        if team == self.home_team:
            return replace(self, home_score=self.home_score + points)
        return replace(self, away_score=self.away_score + points) if team == self.away_team else self

    def with_timeouts(self, team: str, left: int) -> "GameState":
        """Return the state with so many timeouts left to a team, never fewer than none."""
        if team == self.home_team:
            return replace(self, home_timeouts=max(0, left))
        return replace(self, away_timeouts=max(0, left)) if team == self.away_team else self
