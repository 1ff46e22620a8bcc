"""Overtime, drive by drive under a season's rules, with the tie apart.

A drive ends in points or in nothing; then the other team begins where such drives leave it, with what the clock has left.
Worked back from the end of the period this gives the worth of a drive's start; a moment inside a drive is one step more.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from eddyline.football.rules import OvertimeKind, Rules
from eddyline.football.situations import Floats, Situations
from eddyline.football.win_probability.chances import Chances, mixture
from eddyline.football.win_probability.drives import Drives, Ends, Start
from eddyline.football.win_probability.sudden_death import SuddenDeath

NO_CLOCK_S = 1800.0  # where another period follows the clock decides nothing
FIELD_GOAL_DRIVE_S = 200.0
DEFICITS = (1.0, 3.0, 4.0, 6.0, 7.0, 8.0, 9.0)  # where it changes what is needed
KNOWN_FIRST_S = 135.0  # about half of first possessions have ended after so many seconds (2009-2018)


@dataclass(frozen=True)
class Overtime:
    """What overtime is computed from: drives as they end in regulation time, and what teams do differently here."""

    drives: Drives
    must_score: float  # added to the log odds of points when the drive is the last chance
    must_touchdown: float  # of the field goals' chance that becomes touchdowns when three points do not help
    first_touchdown: float  # the same, below zero, on a first possession: how much sooner teams kick
    two_point: float
    kick: float

    def chances(self, situations: Situations, rules: Rules) -> Chances:
        """Return the chances before a snap in overtime."""
        seconds = situations.seconds.astype(float) if rules.overtime.may_tie else np.full(len(situations), NO_CLOCK_S)
        ends = self.drives.ends(Start.of(situations, seconds))
        drive = Drive(ends, situations, seconds, self, SuddenDeath.of(self.drives, rules), rules)
        level = mixture([(drive.first_share, drive.first()), (1.0 - drive.first_share, drive.sudden())])
        return drive.behind_or_ahead(level)


def first_share(situations: Situations, rules: Rules) -> Floats:
    """Return how likely each moment of an overtime belongs to its first possession: known where possessions are counted, else told from the clock."""
    counted = situations.overtime_possessions
    if counted is not None:
        return np.asarray(counted == 0, dtype=np.float64)
    played = np.maximum(rules.overtime.period_s - situations.seconds, 0)
    return np.asarray((situations.quarter <= 5) / (1.0 + (played / KNOWN_FIRST_S) ** 3), dtype=np.float64)


@dataclass(frozen=True)
class Drive:
    """Drives that are under way in overtime, as columns."""

    ends: Ends
    situations: Situations
    seconds: Floats
    habits: Overtime
    later: SuddenDeath
    rules: Rules

    def sudden(self) -> Chances:
        """Any points win; after nothing the other team begins."""
        return self._won_or(self.ends.points, self._after_nothing())

    def first(self) -> Chances:
        """The first possession: what it leaves depends on the rules."""
        if self.rules.overtime.kind is OvertimeKind.SUDDEN_DEATH:
            return self.sudden()
        ends = self.ends
        moved = ends.touchdown * self.habits.first_touchdown
        touchdown, field_goal = ends.touchdown + moved, ends.field_goal - moved
        answered = self._answered(3)
        after_touchdown = self._answered(7) if self.rules.overtime.kind is not OvertimeKind.MODIFIED else None
        none = np.zeros_like(touchdown)
        won = Chances(none + 1.0, none)
        parts: list[tuple[float | Floats, Chances]] = [
            (touchdown, after_touchdown or won),
            (field_goal, answered),
            (ends.nothing, self._after_nothing()),
            (ends.opponent, Chances(none, none)),
        ]
        return mixture(parts)

    def behind_or_ahead(self, level: Chances) -> Chances:
        """Behind: this drive must bring enough. Ahead, with the ball: it is won."""
        margin, none = self.situations.margin, np.zeros(len(self.seconds))
        answer, then = level, self._kicked_off()
        for points in DEFICITS:
            # A team that needs points plays for them: but never is it better off behind than with less to catch up.
            worse = self._behind(none + points, self.ends, then)
            level = Chances(np.minimum(level.win, worse.win), np.minimum(level.win + level.tie, worse.win + worse.tie) - np.minimum(level.win, worse.win))
            answer = level.where(margin <= -points, answer)
        return Chances(none + 1.0, none).where(margin > 0, answer)

    @cached_property
    def first_share(self) -> Floats:
        """How likely this is the first possession: known where possessions are counted, else told from the clock."""
        return first_share(self.situations, self.rules)

    def _answered(self, points: int) -> Chances:
        """The other team begins after a kickoff, so many points behind."""
        seconds = np.maximum(self.seconds - FIELD_GOAL_DRIVE_S, 30.0)
        start = Start.first_downs(np.full(len(seconds), self.rules.kickoff_start), seconds)
        theirs = self._behind(np.full(len(seconds), float(points)), self.habits.drives.ends(start), self.later.begin(start.yards_to_goal, seconds - 60.0))
        return theirs.other()

    def _behind(self, points: Floats, ends: Ends, then: Chances) -> Chances:
        """A team so many points behind, on its last chance; `then` is the other team's sudden death after a tie."""
        scores = 1.0 / (1.0 + (1.0 - ends.points) / np.maximum(ends.points, 1e-9) * np.exp(-self.habits.must_score))
        field_goal = scores * ends.field_goal / np.maximum(ends.points, 1e-9)
        touchdown = np.where(points > 3, ends.touchdown + self.habits.must_touchdown * ends.field_goal, scores - field_goal)
        level = then.other()
        with_goal = Chances(np.where(points < 3, 1.0, 0.0), np.zeros_like(points)).where(points != 3, level)
        return mixture([(touchdown, self._after_touchdown(points - 6.0, level)), (np.where(points > 3, 0.0, field_goal), with_goal)])

    def _after_touchdown(self, behind: Floats, level: Chances) -> Chances:
        none = np.zeros_like(behind)
        won, lost = Chances(none + 1.0, none), Chances(none, none)
        one = mixture([(self.habits.kick, level), (1.0 - self.habits.kick, lost)])
        two = mixture([(self.habits.two_point, won), (1.0 - self.habits.two_point, lost)])
        best_of_one = one.where(one.score >= two.score, two)
        by_one = mixture([(self.habits.kick, won), (1.0 - self.habits.kick, level)])
        by_two = mixture([(self.habits.two_point, level), (1.0 - self.habits.two_point, lost)])
        return won.where(behind < 0, by_one.where(behind == 0, best_of_one.where(behind == 1, by_two.where(behind == 2, lost))))

    def _after_nothing(self) -> Chances:
        return self.later.after_nothing(self.situations, self.seconds)

    def _kicked_off(self) -> Chances:
        return self.later.begin(np.full(len(self.seconds), self.rules.kickoff_start), self.seconds - 60.0)

    def _won_or(self, won: Floats, else_: Chances) -> Chances:
        return Chances(won + self.ends.nothing * else_.win, self.ends.nothing * else_.tie)
