"""How a game went, play by play: each event, the moment before it, and what it was worth."""

from dataclasses import dataclass
from itertools import accumulate

from eddyline.football.rules import GAME_S, QUARTER_S, Rules

# College overtime has no clock; its plays are drawn as if each took this long.
UNTIMED_PLAY_S = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayRecord:
    """One event of a game; `..._before` is the moment at which it began, the scores and `home_wp` are those with which the next one begins."""

    play_id: int | str
    kind: str
    quarter: int
    seconds: int  # left in the quarter when it began
    elapsed_s: float  # game time played when it began
    situation: str
    possession: str = ""  # who has the ball when it begins; on kicks who receives
    offence: str = ""  # who snapped or kicked; empty where nobody did
    down: int | None = None
    distance: int | None = None
    yards_to_goal: int | None = None
    home_score_before: int = 0
    away_score_before: int = 0
    home_score: int = 0
    away_score: int = 0
    home_wp_before: float
    tie_wp_before: float = 0.0
    home_wp: float
    tie_wp: float = 0.0
    expected_points: float | None = None  # of the offence, before the play
    epa: float | None = None
    success: bool | None = None
    players: tuple[str, ...] = ()
    description: str = ""
    advised: str = ""  # on fourth downs: go, field_goal or punt
    margin: float | None = None  # by which the advised option leads
    confidence: float | None = None
    chosen: str = ""

    @property
    def gained(self) -> float:
        """Return what the home team's standing rose by: a tie counts as half a win."""
        return self.home_wp + self.tie_wp / 2 - self.home_wp_before - self.tie_wp_before / 2

    @property
    def scored(self) -> bool:
        """Tell whether the score changed."""
        return (self.home_score, self.away_score) != (self.home_score_before, self.away_score_before)


@dataclass(frozen=True, slots=True)
class Course:
    """A game's plays in the order in which they happened."""

    game_id: str
    home_team: str
    away_team: str
    records: tuple[PlayRecord, ...] = ()
    over: bool = False

    def gained_by(self, team: str, record: PlayRecord) -> float:
        """Return what a play was worth to a team."""
        return record.gained if team == self.home_team else -record.gained

    def defence(self, record: PlayRecord) -> str:
        """Return who defended a play; empty where nobody did."""
        if not record.offence:
            return ""
        return self.away_team if record.offence == self.home_team else self.home_team


def elapsed(quarter: int, seconds: int, rules: Rules) -> float:
    """Return the seconds of game time played; an overtime without a clock stands still."""
    if quarter <= 4:
        return float((quarter - 1) * QUARTER_S + QUARTER_S - seconds)
    period = rules.overtime.period_s
    return float(GAME_S + (quarter - 5) * period + max(period - seconds, 0)) if period else float(GAME_S)


def drawn_times(course: Course) -> list[float]:
    """Return when each record began, for a drawing: never backwards, and onwards also where no clock runs."""
    times = list(accumulate((record.elapsed_s for record in course.records), max))
    for place, record in enumerate(course.records):
        if place and record.quarter > 4 and record.elapsed_s <= GAME_S:
            times[place] = times[place - 1] + UNTIMED_PLAY_S
    return times
