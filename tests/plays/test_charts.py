"""A game drawn in a terminal and as a picture."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eddyline.football.course import Course
from eddyline.plays import chart_png, chart_terminal, chart_words
from tests.football.courses import course, record, short_game


def lit_rows(drawn: str) -> list[int]:
    """Return the rows in which a dot of the curve is lit."""
    return [row for row, line in enumerate(drawn.splitlines()[1 : 1 + chart_terminal.ROWS]) if any("\u2801" <= letter <= "\u28ff" for letter in line)]


def flat(home_wp: float) -> Course:
    return course(record(1, home_wp, home_wp, elapsed_s=0.0), record(2, home_wp, home_wp, elapsed_s=3600.0))


def test_the_home_team_s_certainty_is_drawn_at_the_top_and_the_visitors_at_the_bottom() -> None:
    assert lit_rows(chart_terminal.draw(flat(1.0))) == [0]
    assert lit_rows(chart_terminal.draw(flat(0.0))) == [chart_terminal.ROWS - 1]
    assert lit_rows(chart_terminal.draw(flat(0.5))) == [chart_terminal.ROWS // 2]


def test_score_quarters_and_turning_points_are_told() -> None:
    drawn = chart_terminal.draw(short_game(), 80)
    assert drawn.splitlines()[0] == "VISITOR 0 - HOME 10"
    assert "0-7" in drawn
    assert "0-10" in drawn
    assert all(name in drawn for name in ("Q1", "Q2", "Q3", "Q4", "+25%  HOME: moment 1 (HOME)"))
    assert "OT" not in drawn


def test_a_running_game_says_so() -> None:
    assert chart_terminal.draw(course(record(1, 0.5, 0.6))).startswith("VISITOR 0 - HOME 0, so far")


def test_a_game_without_plays_is_a_sentence() -> None:
    assert chart_terminal.draw(course()) == "VISITOR at HOME: no plays yet"


def test_plain_charts_are_ascii() -> None:
    assert chart_terminal.draw(short_game(), plain=True).isascii()


@settings(max_examples=60)
@given(
    st.lists(st.tuples(st.floats(0, 1), st.floats(0, 4500), st.integers(0, 80)), max_size=60),
    st.integers(40, 200),
)
def test_no_line_is_wider_than_asked_whatever_happens(plays: list[tuple[float, float, int]], width: int) -> None:
    records = [
        record(number, share, share, elapsed_s=at, quarter=5 if at > 3600 else 1, home_score_before=0, home_score=points, description="long " * 40)
        for number, (share, at, points) in enumerate(plays)
    ]
    assert all(len(line) <= width for line in chart_terminal.draw(course(*records), width).splitlines())


def test_a_touchdown_and_its_try_are_one_score() -> None:
    assert [mark.text for mark in chart_words.scores(short_game())] == ["0-7", "0-10"]


def test_a_play_is_told_without_its_clock_and_formation() -> None:
    assert chart_words.told_play("(14:27) (No Huddle, Shotgun) A.Runner left end (B.Tackler).") == "A.Runner left end (B.Tackler)."


def test_a_team_is_named_by_its_code_or_its_initials() -> None:
    assert [chart_words.short_name(team) for team in ("GB", "Georgia Tech", "Pittsburgh")] == ["GB", "GT", "Pitt"]


def test_a_long_text_is_cut_at_a_word() -> None:
    assert chart_words.shortened("one two three", 10) == "one two…"
    assert chart_words.shortened("short", 10) == "short"


@pytest.mark.parametrize("game", [short_game(), course()])
def test_the_picture_is_a_png_of_a_fixed_size(game: Course, tmp_path: Path) -> None:
    chart_png.save(game, tmp_path / "chart.png")
    begun = (tmp_path / "chart.png").read_bytes()[:24]
    assert begun[:8] == b"\x89PNG\r\n\x1a\n"
    assert (int.from_bytes(begun[16:20], "big"), int.from_bytes(begun[20:24], "big")) == (1290, 750)


def test_the_picture_shows_scores_and_numbered_turning_points() -> None:
    drawn = chart_png.figure(short_game())
    texts = [text.get_text() for text in drawn.axes[0].texts]
    assert {"0-7", "0-10", "1", "2", "3", "4", "5"} <= set(texts)
    assert "HOME +25%" in drawn.get_supxlabel()
