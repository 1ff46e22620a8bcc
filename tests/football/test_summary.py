"""What is told about a whole game."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eddyline.football.summary import player_gains, summarise, turning_points
from tests.football.courses import course, record, short_game


def test_the_largest_moves_are_the_turning_points_in_the_order_of_the_game() -> None:
    found = turning_points(short_game(), 2)
    assert [(point.play_id, point.team, round(point.gained, 2)) for point in found] == [(1, "HOME", 0.25), (5, "HOME", 0.23)]


def test_what_moved_nothing_and_what_is_no_play_is_no_turning_point() -> None:
    assert [point.play_id for point in turning_points(short_game(), 50)] == [1, 2, 3, 5, 6]


def test_gains_are_sorted_by_who_was_on_the_field() -> None:
    told = summarise(short_game())
    assert told.home.gains.offence == pytest.approx(0.25)
    assert told.home.gains.defence == pytest.approx(0.23)
    assert told.home.gains.special_teams == pytest.approx(0.03 - 0.06 + 0.05)
    assert told.away.gains.offence == pytest.approx(-0.23)


@given(st.lists(st.floats(0, 1), min_size=2, max_size=20), st.data())
def test_both_teams_gains_are_opposite_and_add_up_to_the_way_from_start_to_end(chances: list[float], data: st.DataObject) -> None:
    kinds = st.sampled_from([("rush", "HOME"), ("pass", "VISITOR"), ("punt", "HOME"), ("timeout", "")])
    drawn = [data.draw(kinds) for _ in chances[1:]]
    steps = zip(chances, chances[1:], drawn, strict=False)
    told = summarise(course(*(record(number, one, two, kind=kind, offence=team) for number, (one, two, (kind, team)) in enumerate(steps))))
    assert told.home.gains.total == pytest.approx(chances[-1] - chances[0], abs=1e-9)
    assert told.away.gains.total == pytest.approx(-told.home.gains.total, abs=1e-9)


def test_a_pass_counts_for_passer_and_receiver_and_players_are_named_with_their_team() -> None:
    gains = {(player, team): round(gain, 2) for player, team, gain in player_gains(short_game())}
    assert gains == {("A.Passer", "HOME"): 0.25, ("B.Catcher", "HOME"): 0.25, ("C.Kicker", "HOME"): 0.08, ("D.Thrower", "VISITOR"): -0.23}


def test_a_tie_is_half_a_win_and_has_no_winner_who_was_ever_behind() -> None:
    told = summarise(course(record(1, 0.4, 0.0, tie_wp=1.0), over=True))
    assert told.home.gains.total == pytest.approx(0.1)
    assert told.lowest_of_winner is None


def test_the_winner_s_worst_moment_is_told_only_when_the_game_is_over() -> None:
    assert summarise(short_game()).lowest_of_winner == 0.5
    assert summarise(course(record(1, 0.5, 0.9))).lowest_of_winner is None


def test_only_clear_fourth_down_advice_counts_as_followed_or_not() -> None:
    def decided(number: int, advised: str, chosen: str, confidence: float) -> object:
        return record(number, 0.5, 0.5, advised=advised, chosen=chosen, confidence=confidence)

    told = summarise(course(decided(1, "go", "go", 0.9), decided(2, "go", "punt", 1.0), decided(3, "punt", "go", 0.6)))  # type: ignore[arg-type]
    assert (told.home.fourth_downs, told.home.fourth_downs_as_advised) == (2, 1)


def test_kicks_are_no_plays_from_scrimmage() -> None:
    told = summarise(course(record(1, 0.5, 0.5, epa=1.0, success=True), record(2, 0.5, 0.5, kind="punt", epa=-3.0, success=False)))
    assert (told.home.plays, told.home.epa_per_play, told.home.success_rate) == (1, 1.0, 1.0)


def test_a_game_without_plays_is_summed_up_as_nothing() -> None:
    told = summarise(course())
    assert (told.plays, told.turning_points, told.players, told.home.success_rate, told.over) == (0, (), (), None, False)
