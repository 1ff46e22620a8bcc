"""What the rule books of the NFL and of college football say, by league and season."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

T = TypeVar("T")

QUARTER_S = 900
HALF_S = 2 * QUARTER_S
GAME_S = 4 * QUARTER_S


class League(StrEnum):
    """Whose rule book holds."""

    NFL = "nfl"
    COLLEGE = "college"


class OvertimeKind(StrEnum):
    """How a tie after four quarters is played off."""

    SUDDEN_DEATH = "sudden_death"  # the next score wins
    MODIFIED = "modified"  # a touchdown on the first possession ends it, a field goal is answered
    BOTH_POSSESS = "both_possess"  # each team has the ball once, then the next score wins
    ALTERNATING = "alternating"  # college: a possession each from the 25, without a clock


@dataclass(frozen=True, slots=True)
class Overtime:
    """The rules of overtime; `period_s` is 0 where no clock runs."""

    kind: OvertimeKind
    period_s: int
    timeouts: int
    may_tie: bool
    two_point_from_period: int = 0  # college: from this period on a touchdown must be followed by a two-point try
    tries_only_from_period: int = 0  # college: from this period on teams exchange two-point tries


@dataclass(frozen=True, slots=True)
class Rules:
    """One season's rules; yard lines are counted from the goal line of the team that is named.

    `kickoff_start` is where a drive after a kickoff began on average, in yards to the opponent's goal line: measured on the
    seasons 2009-2018; from 2024 on, what the new kickoff rule gave (69.6 in 2024, 68.8 since).
    """

    league: League
    season: int
    postseason: bool
    overtime: Overtime
    kickoff_from: int  # the kicking team's own yard line
    touchback: int  # the receiving team's own yard line
    kickoff_start: float
    extra_point_snap: int  # yards to the goal line at an extra point
    two_point_snap: int  # yards to the goal line at a two-point try
    two_minute_stop: bool
    first_down_stops_clock: bool
    timeouts: int = 3  # each half
    safety_kick_from: int = 20
    punt_touchback: int = 20
    miss_returns_to_at_least: int = 20  # own yard line of the team that takes over after a missed field goal
    miss_spot_behind_snap: int = 7  # it takes over there: where the ball was kicked in the NFL, where it was snapped in college


def nfl(season: int, *, postseason: bool = False) -> Rules:
    """Return the NFL's rules of a season (the year in which it began)."""
    return Rules(
        league=League.NFL,
        season=season,
        postseason=postseason,
        overtime=_nfl_overtime(season, postseason=postseason),
        kickoff_from=30 if season <= 2010 else 35,
        touchback=_by_season(season, {0: 20, 2016: 25, 2024: 30, 2025: 35}),
        kickoff_start=_by_season(season, {0: 73.0, 2011: 76.0, 2016: 74.5, 2024: 69.6, 2025: 68.8}),
        extra_point_snap=2 if season <= 2014 else 15,
        two_point_snap=2,
        two_minute_stop=True,
        first_down_stops_clock=False,
    )


def college(season: int, *, postseason: bool = False) -> Rules:
    """Return the rules of college football (NCAA) of a season."""
    return Rules(
        league=League.COLLEGE,
        season=season,
        postseason=postseason,
        overtime=Overtime(
            OvertimeKind.ALTERNATING,
            period_s=0,
            timeouts=1,
            may_tie=False,
            two_point_from_period=3 if season <= 2020 else 2,
            tries_only_from_period=_by_season(season, {0: 0, 2019: 5, 2021: 3}),
        ),
        kickoff_from=30 if season <= 2011 else 35,
        touchback=20 if season <= 2011 else 25,
        kickoff_start=74.0,
        extra_point_snap=3,
        two_point_snap=3,
        two_minute_stop=season >= 2024,
        first_down_stops_clock=season <= 2022,
        miss_spot_behind_snap=0,
    )


def _nfl_overtime(season: int, *, postseason: bool) -> Overtime:
    modified_since = 2010 if postseason else 2012
    both_since = 2022 if postseason else 2025
    kind = _by_season(season, {0: OvertimeKind.SUDDEN_DEATH, modified_since: OvertimeKind.MODIFIED, both_since: OvertimeKind.BOTH_POSSESS})
    short = season >= 2017 and not postseason
    return Overtime(kind, period_s=600 if short else QUARTER_S, timeouts=3 if postseason else 2, may_tie=not postseason)


def _by_season(season: int, since: dict[int, T]) -> T:
    return since[max(year for year in since if year <= season)]
