"""Kick or go for two, after a touchdown."""

from made_situations import situation

from eddyline.football.artefacts import load
from eddyline.football.artefacts.fourth_down import load as load_fourth_down
from eddyline.football.fourth_down.two_point import TryAdvice
from eddyline.football.rules import nfl


def after(margin: int, **changes: float) -> TryAdvice:
    return load_fourth_down().advise_try(situation(**{"quarter": 4, "seconds": 60, "margin": margin, "spread": 0.0, **changes}), nfl(2018), load())


def test_two_behind_late_a_team_goes_for_two_and_level_it_kicks() -> None:
    assert after(-2).go[0]
    assert not after(0).go[0]
    assert after(-2).break_even[0] < 0.2 < after(0).break_even[0]


def test_what_a_try_brings_is_never_worse_with_more_points() -> None:
    for margin in range(-20, 21):
        told = after(margin, seconds=300)
        assert told.no_points[0] <= told.one_point[0] + 1e-9 <= told.two_points[0] + 2e-9


def test_an_extra_point_was_surer_before_2015() -> None:
    old, new = (load_fourth_down().advise_try(situation(margin=6), nfl(season), load()) for season in (2014, 2018))
    assert old.kick_chance > new.kick_chance > 0.9
    assert 0.4 < new.two_point_chance < 0.55


def test_where_the_try_changes_nothing_the_advice_is_a_toss_up() -> None:
    assert after(40, seconds=1).toss_up()[0]
