"""Whatever an event says, the engine answers: it is refused with reasons, or applied; nothing makes it fail."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eddyline.football.events import TYPES
from eddyline.football.game import Game, GameInfo
from eddyline.football.rules import Rules, college, nfl
from eddyline.football.validation import DataQuality

numbers = st.integers(-200, 1000) | st.floats(allow_nan=True) | st.none() | st.booleans() | st.text(max_size=5)
teams = st.sampled_from(["HOME", "AWAY", "", "THIRD", None, 7])
results = st.sampled_from(["first_down", "touchdown", "interception", "fumble", "safety", "good", "missed", "blocked", "touchback", "incomplete", "", None, 3])
wild = st.fixed_dictionaries(
    {"type": st.sampled_from([*TYPES, "touchdown", "nonsense", "", None, 5])},
    optional={
        "play_id": st.integers(0, 6) | st.none() | st.text(max_size=3),
        "yards": numbers,
        "result": results,
        "team": teams,
        "possession": teams,
        "down": numbers,
        "distance": numbers,
        "field_position": numbers,
        "quarter": numbers,
        "time_remaining": numbers,
        "home_score": numbers,
        "away_score": numbers,
        "play": st.sampled_from(["pass", "rush", "nonsense", None]),
        "correction_of": st.integers(0, 6) | st.none() | st.lists(st.integers(), max_size=1),
        "revision": numbers,
        "game_id": numbers,
    },
)
likely = st.fixed_dictionaries(
    {"type": st.sampled_from([*TYPES, "touchdown"])},
    optional={
        "play_id": st.integers(0, 30),
        "yards": st.integers(-10, 60),
        "result": results,
        "team": st.sampled_from(["HOME", "AWAY"]),
        "quarter": st.integers(1, 6),
        "time_remaining": st.integers(0, 900),
        "down": st.integers(1, 4),
        "distance": st.integers(1, 15),
        "field_position": st.integers(1, 99),
    },
)


@settings(max_examples=25)
@given(st.lists(wild | likely, max_size=12), st.sampled_from([nfl(2018), nfl(2025, postseason=True), college(2022)]), st.none() | st.floats(-20, 20))
def test_any_events_are_answered_and_the_chances_stay_chances(events: list[dict[str, Any]], rules: Rules, spread: float | None) -> None:
    game = Game(rules, GameInfo(home_spread=spread))
    for event in events:
        before = game.state
        result = game.process(event)
        chances = result["win_probability"]
        assert sum(chances.values()) == pytest.approx(1)
        assert min(chances.values()) >= 0
        if result["validation"].quality is DataQuality.INVALID:
            assert result["validation"].errors
            assert game.state == before
    assert len(game.chart_data()["home_wp"]) in {0, len(game.course.records) + 1}
    assert game.summary().home.gains.total == pytest.approx(-game.summary().away.gains.total)
    assert game.export("json")
