"""The lists that a chart of a game needs."""

from eddyline.football.chart_data import chart_data
from eddyline.football.course import drawn_times, elapsed
from eddyline.football.rules import college, nfl
from tests.football.courses import course, record, short_game


def test_there_is_a_point_before_each_play_and_one_after_the_last() -> None:
    data = chart_data(short_game())
    assert data["timestamps"] == [300.0, 300.0, 300.0, 2000.0, 2400.0, 3600.0, 3600.0]
    assert data["home_wp"] == [0.5, 0.75, 0.78, 0.72, 0.72, 0.95, 1.0]


def test_chances_of_both_teams_and_of_a_tie_are_one() -> None:
    data = chart_data(course(record(1, 0.4, 0.0, tie_wp_before=0.2, tie_wp=1.0)))
    assert [sum(three) for three in zip(data["home_wp"], data["away_wp"], data["tie_wp"], strict=True)] == [1.0, 1.0]


def test_no_plays_give_empty_lists() -> None:
    assert chart_data(course()) == {"timestamps": [], "home_wp": [], "away_wp": [], "tie_wp": []}


def test_a_clock_that_was_set_back_does_not_draw_backwards() -> None:
    assert drawn_times(course(record(1, 0.5, 0.5, elapsed_s=100.0), record(2, 0.5, 0.5, elapsed_s=80.0))) == [100.0, 100.0]


def test_overtime_without_a_clock_moves_on_with_each_play() -> None:
    game = course(*(record(number, 0.5, 0.5, quarter=5, elapsed_s=elapsed(5, 0, college(2019))) for number in range(3)))
    assert drawn_times(game) == [3600.0, 3620.0, 3640.0]


def test_time_played_counts_through_quarters_and_overtime_periods() -> None:
    assert [elapsed(quarter, seconds, nfl(2018)) for quarter, seconds in ((1, 900), (2, 0), (4, 10), (5, 600), (5, 60))] == [0, 1800, 3590, 3600, 4140]
