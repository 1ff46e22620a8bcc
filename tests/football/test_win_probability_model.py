"""The shipped win probability, asked about moments of every kind."""

from dataclasses import replace

from made_situations import situation

from eddyline.football.artefacts import load
from eddyline.football.rules import nfl
from eddyline.football.situations import Situations


def win(situations: Situations, season: int = 2018) -> float:
    return float(load().chances(situations, nfl(season)).win[0])


def test_a_touchdown_ahead_with_a_minute_left_is_nearly_won_and_a_touchdown_behind_nearly_lost() -> None:
    assert win(situation(quarter=4, seconds=60, margin=7)) > 0.97
    assert win(situation(quarter=4, seconds=60, margin=-7)) < 0.1


def test_an_unknown_spread_is_not_a_spread_of_zero() -> None:
    # At home in an even game the spread already holds the home advantage; without a spread the home flag has to.
    assert win(situation(home=1)) - win(situation(home=0)) > 0.05
    assert abs(win(situation(home=1, spread=0.0)) - win(situation(home=0, spread=0.0))) < 0.05


def test_a_game_at_its_end_is_exact() -> None:
    chances = load().after_play(situation(quarter=4, seconds=0, margin=1), nfl(2018))
    assert (chances.win[0], chances.tie[0], chances.loss[0]) == (1.0, 0.0, 0.0)
    chances = load().after_play(situation(quarter=5, seconds=0, margin=0), nfl(2018))
    assert (chances.win[0], chances.tie[0], chances.loss[0]) == (0.0, 1.0, 0.0)


def test_the_end_of_a_quarter_changes_nothing_but_the_end_of_the_half_hands_out_the_kickoff() -> None:
    model, rules = load(), nfl(2018)
    before = situation(quarter=1, seconds=0, margin=3, spread=2.5)
    assert model.after_play(before, rules).win[0] == model.chances(replace(before, seconds=before.seconds + 900, quarter=before.quarter + 1), rules).win[0]
    gets, kicks = (model.after_play(situation(quarter=2, seconds=0, receives_second_half=flag), rules).win[0] for flag in (1, 0))
    assert gets > kicks
