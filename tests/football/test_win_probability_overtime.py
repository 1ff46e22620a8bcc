"""Overtime under the rules of each season, and the clock that can be run out."""

from dataclasses import replace

import numpy as np
import pytest
from made_situations import situation

from eddyline.football.artefacts import load
from eddyline.football.rules import Rules, nfl
from eddyline.football.situations import Situations
from eddyline.football.win_probability import Chances

SUDDEN_DEATH, MODIFIED, BOTH_POSSESS = nfl(2010), nfl(2014), nfl(2025)


def asked(rules: Rules, possessions: int | None = 0, **moment: float) -> Chances:
    one = situation(quarter=5, **{"seconds": rules.overtime.period_s - 60, **moment})
    return load().chances(counted(one, possessions), rules)


def counted(one: Situations, possessions: int | None) -> Situations:
    return one if possessions is None else replace(one, overtime_possessions=np.array([possessions], dtype=np.int32))


def test_the_first_ball_is_worth_less_the_more_the_other_team_may_answer() -> None:
    worth = [float(asked(rules, seconds=560, yards_to_goal=30).score[0]) for rules in (SUDDEN_DEATH, MODIFIED, BOTH_POSSESS)]
    assert worth == sorted(worth, reverse=True)
    assert worth[0] - worth[2] > 0.05


def test_after_the_first_possession_every_rule_book_is_sudden_death() -> None:
    worth = [float(asked(rules, possessions=2, seconds=400).win[0]) for rules in (SUDDEN_DEATH, MODIFIED, BOTH_POSSESS)]
    assert worth == pytest.approx([worth[0]] * 3, abs=1e-9)


def test_where_nobody_counted_the_clock_tells_which_possession_it_is() -> None:
    late, early = (asked(MODIFIED, possessions=None, seconds=seconds, yards_to_goal=20) for seconds in (300, 890))
    assert late.win[0] == pytest.approx(asked(MODIFIED, possessions=3, seconds=300, yards_to_goal=20).win[0], abs=0.01)
    assert early.win[0] == pytest.approx(asked(MODIFIED, possessions=0, seconds=890, yards_to_goal=20).win[0], abs=0.01)


def test_behind_by_three_a_field_goal_levels_and_by_seven_it_is_nothing() -> None:
    by_three, by_seven = (asked(BOTH_POSSESS, possessions=1, margin=margin, yards_to_goal=20, down=4, distance=8) for margin in (-3, -7))
    assert by_three.score[0] > 0.3
    assert by_seven.score[0] < by_three.score[0] - 0.1


def test_ahead_with_the_ball_it_is_won() -> None:
    assert asked(MODIFIED, possessions=1, margin=3).win[0] == 1.0


def test_a_tie_comes_nearer_with_the_clock_and_never_in_the_postseason() -> None:
    ties = [float(asked(MODIFIED, possessions=2, seconds=seconds, yards_to_goal=80).tie[0]) for seconds in (600, 200, 60, 10)]
    assert ties == sorted(ties)
    assert ties[-1] > 0.8
    assert asked(nfl(2018, postseason=True), possessions=2, seconds=10, yards_to_goal=80).tie[0] == 0.0


def test_before_the_toss_equal_teams_are_equal() -> None:
    for rules in (SUDDEN_DEATH, MODIFIED, BOTH_POSSESS, nfl(2023, postseason=True)):
        toss = load().at_the_toss(situation(quarter=4, seconds=0), rules)
        assert toss.win[0] == pytest.approx(toss.loss[0], abs=1e-12)
        assert (toss.tie[0] > 0) == rules.overtime.may_tie


def test_a_team_that_can_kneel_has_as_good_as_won() -> None:
    kneels = situation(quarter=4, seconds=75, margin=1, opponent_timeouts=0, yards_to_goal=60)
    assert load().chances(kneels, nfl(2018)).win[0] >= 0.998
    stopped = replace(kneels, opponent_timeouts=np.array([3], dtype=np.int32))
    assert load().chances(stopped, nfl(2018)).win[0] < 0.99


def test_the_other_team_cannot_kneel_a_lead_away() -> None:
    behind = situation(quarter=4, seconds=75, margin=-1, opponent_timeouts=0, timeouts=0, yards_to_goal=60)
    assert 0.02 < load().chances(behind, nfl(2018)).win[0] < 0.6
