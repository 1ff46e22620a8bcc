"""What a play was worth: expected points added, win probability added, and whether it was a success."""

from dataclasses import dataclass

import numpy as np

from eddyline.football.situations import Flags, Floats

TRY_WORTH = 0.95  # points that a try brings on average


@dataclass(frozen=True, slots=True)
class PlayValues:
    """Columns beside a column of plays, from the view of the team with the ball; NaN where a play has no value of its own."""

    expected_points: Floats  # before the play
    epa: Floats
    wpa: Floats
    success: Flags


@dataclass(frozen=True, slots=True)
class Moments:
    """A game's moments in the order of time, a row each: what was expected of the team with the ball, and what its play scored."""

    half: Floats  # any number that is the same for the moments of one half of one game
    home_has_ball: Flags
    scrimmage: Flags  # a down was played
    expected_points: Floats
    win: Floats  # the chances of the team with the ball, a tie counted as half a win
    points: Floats  # scored on the play by the team with the ball, minus those of the other; a touchdown is six
    after: Floats  # its win probability when the play was over and another one followed; what ended the game where none did


def play_values(moments: Moments) -> PlayValues:
    """Return what each play was worth: where the next moment stands, plus what was scored, minus where this one stood."""
    following = _following_expected(moments)
    epa = _with_try(moments.points) + following - moments.expected_points
    epa = np.where(moments.scrimmage, epa, np.nan)
    wpa = np.where(moments.scrimmage, moments.after - moments.win, np.nan)
    return PlayValues(moments.expected_points, epa, wpa, np.asarray(epa > 0))


def expected_points_added(before: float, after: float | None, points: int) -> float:
    """Return one play's worth; `after` is from the same team's view, None where a score or the half's end came."""
    worth = points + np.sign(points) * TRY_WORTH if abs(points) >= 6 else points
    return float(worth + (0.0 if after is None or points else after) - before)


def _with_try(points: Floats) -> Floats:
    return np.asarray(np.where(np.abs(points) == 6, points + np.sign(points) * TRY_WORTH, points))


def _following_expected(moments: Moments) -> Floats:
    place = np.arange(len(moments.half))
    later = np.where(moments.scrimmage, place, len(place))
    later = np.minimum.accumulate(later[::-1])[::-1]  # the next scrimmage moment from here on
    later = np.append(later[1:], len(place)) if len(place) else later
    there = np.minimum(later, max(len(place) - 1, 0))
    counts = (later < len(place)) & (moments.points == 0)
    counts &= moments.half[there] == moments.half
    expected = moments.expected_points[there]
    return np.where(counts, np.where(moments.home_has_ball[there] == moments.home_has_ball, expected, -expected), 0.0)
