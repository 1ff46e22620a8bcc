"""Simple dictionaries, the typed contracts, verdicts about both, and a state in words."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eddyline.errors import PlaysError
from eddyline.football import events
from eddyline.football.events import TYPES, AnyEvent, Ball, Before, Foul, Score
from eddyline.football.history import Effect, History
from eddyline.football.ordering import by_id
from eddyline.football.reducer import step
from eddyline.football.rules import nfl
from eddyline.football.simple_events import simple_event
from eddyline.football.situation import situation
from eddyline.football.state import GameState, Phase
from eddyline.football.validation import DataQuality, validate

RULES = nfl(2020)
START = GameState(home_team="Ohio State", away_team="Michigan")
DRIVING = GameState(
    home_team="Ohio State", away_team="Michigan", quarter=2, seconds=452, phase=Phase.SCRIMMAGE, possession="Michigan", yards_to_goal=75, down=1, distance=10
)


def told(*records: dict[str, Any], start: GameState = START) -> GameState:
    state = start
    for number, record in enumerate(records, 1):
        state = step(state, simple_event(record, state, number), RULES)
    return state


def test_the_seeds_own_events_move_the_ball() -> None:
    state = told(
        {"type": "rush", "yards": 5, "result": "first_down"},
        {"type": "pass", "yards": 15, "result": "complete"},
        {"type": "rush", "yards": -2, "result": "tackle"},
    )
    assert situation(state) == "Q1 15:00 - 2nd & 12 at OWN 43"
    # What is left of {'type': 'touchdown', 'type': 'pass'}: a pass of which nothing is known.
    assert situation(told({"type": "pass"}, start=state)) == "Q1 15:00 - 3rd & 12 at OWN 43"


def test_a_touchdown_may_be_an_event_that_names_its_play() -> None:
    event = simple_event({"type": "touchdown", "play": "pass"}, DRIVING)
    assert isinstance(event, events.Pass)
    state = step(DRIVING, event, RULES)
    assert (state.away_score, state.phase, state.possession) == (6, Phase.TRY, "Michigan")
    assert told({"type": "touchdown", "team": "Ohio State"}, start=DRIVING).home_score == 6


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        ({"type": "turnover"}, ("Ohio State", 25, 1)),
        ({"type": "rush", "result": "fumble_lost", "yards": 5}, ("Ohio State", 25, 1)),
        ({"type": "pass", "result": "interception"}, ("Ohio State", 25, 1)),
        ({"type": "pass", "result": "incomplete"}, ("Michigan", 75, 2)),
        ({"type": "punt", "yards": 45}, ("Ohio State", 70, 1)),
        ({"type": "punt"}, ("Ohio State", 65, 1)),
        ({"type": "punt", "result": "touchback"}, ("Ohio State", 80, 1)),
        ({"type": "field_goal", "result": "missed", "yards": 40}, ("Ohio State", 70, 1)),
        ({"type": "penalty", "team": "Michigan", "yards": 5}, ("Michigan", 80, 1)),
        ({"type": "penalty", "team": "Ohio State", "yards": 5}, ("Michigan", 70, 1)),
        ({"play_type": "run", "yards_gained": 3, "team": "Michigan", "down": 3, "distance": 2, "field_position": 40}, ("Michigan", 57, 1)),
        ({"type": "sack", "yards": -7}, ("Michigan", 82, 2)),
        ({"type": "kneel"}, ("Michigan", 75, 2)),
    ],
)
def test_a_simple_play_leaves(record: dict[str, Any], expected: tuple[str, int, int]) -> None:
    state = told(record, start=DRIVING)
    assert (state.possession, state.yards_to_goal, state.down) == expected


def test_points_kicks_and_quarters_as_simple_events() -> None:
    state = told({"type": "field_goal", "result": "made"}, start=DRIVING)
    assert (state.away_score, state.phase, state.possession) == (3, Phase.KICKOFF, "Ohio State")
    assert situation(told({"type": "kickoff"}, start=state)) == "Q2 7:32 - 1st & 10 at OWN 25"
    assert situation(told({"type": "quarter_end"}, {"type": "timeout", "team": "Michigan"}, start=state)) == "Q3 15:00 - kickoff"
    assert told({"type": "rush", "yards": 75}, {"type": "two_point"}, start=DRIVING).away_score == 8
    assert told({"type": "rush", "yards": 75}, {"type": "extra_point", "result": "missed"}, start=DRIVING).away_score == 6
    assert told({"type": "rush", "yards": -75}, start=DRIVING).home_score == 2
    assert told({"type": "safety"}, start=DRIVING).home_score == 2
    assert told({"type": "rush", "yards": 1, "home_score": 3, "away_score": 10, "clock": "6:58"}, start=DRIVING).away_score == 10
    assert told({"type": "game_end"}, start=DRIVING).final


def test_a_simple_correction_replaces_or_removes() -> None:
    kept = History(RULES, START, by_id)
    for number in (1, 2):
        kept.add(simple_event({"type": "rush", "yards": 4, "play_id": number}, kept.state))
    assert kept.add(simple_event({"type": "rush", "yards": 9, "correction_of": 1}, kept.state)) is Effect.CORRECTED
    assert situation(kept.state) == "Q1 15:00 - 1st & 10 at OWN 38"
    assert kept.add(simple_event({"type": "correction", "correction_of": 1}, kept.state)) is Effect.REMOVED
    assert situation(kept.state) == "Q1 15:00 - 2nd & 6 at OWN 29"


@pytest.mark.parametrize(
    "record", [{}, {"type": "cartwheel"}, {"type": "rush", "yards": "far"}, {"type": 7}, {"type": "rush", "clock": "soon"}, {"type": "rush", "team": 3}]
)
def test_what_cannot_be_read_is_refused_with_a_reason(record: dict[str, Any]) -> None:
    verdict = validate(record, DRIVING, RULES)
    assert verdict.quality is DataQuality.INVALID
    assert verdict.errors
    with pytest.raises(PlaysError):
        simple_event(record, DRIVING)


WHOLE = {"game_id": "g", "play_id": 1, "type": "rush", "yards": 3}


@pytest.mark.parametrize(
    ("changes", "quality", "reason"),
    [
        ({}, DataQuality.VALID, ""),
        ({"yards": -12}, DataQuality.VALID, ""),
        ({"yards": 75}, DataQuality.VALID, ""),
        ({"type": "kickoff", "down": None}, DataQuality.VALID, ""),
        ({"clock": 600, "review": "reversed"}, DataQuality.VALID, ""),
        ({"home_score": 0, "away_score": 0, "revision": 1}, DataQuality.VALID, ""),
        ({"clock": 600}, DataQuality.WARNING, "clock rises"),
        ({"quarter": 1, "clock": 30}, DataQuality.WARNING, "quarter 1 after quarter 2"),
        ({"home_score": 0, "away_score": -0}, DataQuality.WARNING, "score falls"),
        ({"down": 2}, DataQuality.WARNING, "down is 2"),
        ({"team": "Ohio State"}, DataQuality.WARNING, "team is Ohio State"),
        ({"yards": 80}, DataQuality.WARNING, "were left to the goal line"),
        ({"play_id": None}, DataQuality.WARNING, "no play_id"),
        ({"type": "timeout", "team": "Ohio State"}, DataQuality.WARNING, "no timeout left"),
        ({"down": 5}, DataQuality.INVALID, "down 5"),
        ({"down": 0}, DataQuality.INVALID, "down 0"),
        ({"field_position": 0}, DataQuality.INVALID, "100 yards to the goal line"),
        ({"yardline_100": 0}, DataQuality.INVALID, "0 yards to the goal line"),
        ({"field_position": 95, "distance": 10}, DataQuality.INVALID, "beyond the goal line"),
        ({"distance": 0}, DataQuality.INVALID, "0 yards to go"),
        ({"team": "Iowa"}, DataQuality.INVALID, "Iowa does not play"),
        ({"quarter": 0}, DataQuality.INVALID, "quarter 0"),
        ({"clock": 901}, DataQuality.INVALID, "901 seconds"),
        ({"clock": "15:01"}, DataQuality.INVALID, "901 seconds"),
        ({"yards": 120}, DataQuality.INVALID, "120 yards"),
        ({"yards": 2.5}, DataQuality.INVALID, "2.5"),
        ({"yards": float("nan")}, DataQuality.INVALID, "nan"),
        ({"yards": True}, DataQuality.INVALID, "True"),
        ({"home_score": -1}, DataQuality.INVALID, "below 0"),
    ],
)
def test_a_verdict_and_its_reason(changes: dict[str, Any], quality: DataQuality, reason: str) -> None:
    state = msgspec.structs.replace(DRIVING, home_score=7, home_timeouts=0)
    verdict = validate(WHOLE | changes, state, RULES)
    assert verdict.quality is quality, verdict
    assert reason in "; ".join((*verdict.errors, *verdict.warnings))


@pytest.mark.parametrize(
    ("event", "quality"),
    [
        (events.Rush(before=Before(possession="Michigan", place=75, down=1, distance=10)), DataQuality.VALID),
        (events.Rush(before=Before(possession="Michigan", place=70, down=1, distance=10)), DataQuality.WARNING),
        (events.Rush(before=Before(possession="Michigan", place=75, down=5, distance=10)), DataQuality.INVALID),
        (events.Rush(team="Iowa"), DataQuality.INVALID),
        (events.Kickoff(team="Michigan"), DataQuality.VALID),
        (events.Correction(correction_of=1, play=events.Rush(seconds=800)), DataQuality.VALID),
        (events.Timeout(team="Iowa"), DataQuality.INVALID),
        (events.Rush(score_after=(0, -1)), DataQuality.INVALID),
    ],
)
def test_typed_events_are_judged_alike(event: AnyEvent, quality: DataQuality) -> None:
    assert validate(event, DRIVING, RULES).quality is quality


def test_what_comes_after_the_end_is_doubted() -> None:
    over = msgspec.structs.replace(DRIVING, phase=Phase.FINAL)
    assert "the game is over" in validate(WHOLE, over, RULES).warnings


def test_the_vocabulary_is_that_of_the_guide() -> None:
    guide = (
        "rush pass sack kneel spike punt field_goal kickoff extra_point two_point turnover safety penalty timeout correction "
        "two_minute_warning quarter_end half_end game_start game_end"
    )
    assert set(guide.split()) == set(TYPES) - {"note"}


SOME_EVENT = st.one_of(
    st.builds(
        events.Rush, play_id=st.integers(0, 9999), yards=st.integers(-20, 99), end=st.none() | st.builds(Ball, team=st.just("A"), place=st.integers(0, 100))
    ),
    st.builds(events.Pass, complete=st.none() | st.booleans(), fouls=st.lists(st.builds(Foul, team=st.just("A"), yards=st.integers(0, 15))).map(tuple)),
    st.builds(events.FieldGoal, result=st.sampled_from(["good", "missed", "blocked"]), scores=st.just((Score("A", "field_goal"),))),
    st.builds(events.Correction, correction_of=st.integers(0, 9), play=st.none() | st.builds(events.Punt, kick_yards=st.integers(0, 70))),
)


@given(SOME_EVENT)
def test_an_event_survives_json(event: AnyEvent) -> None:
    assert msgspec.json.decode(msgspec.json.encode(event), type=AnyEvent) == event


RECORDS = st.lists(
    st.fixed_dictionaries(
        {"type": st.sampled_from(sorted(set(TYPES) - {"correction", "game_start"} | {"touchdown"}))},
        optional={
            "yards": st.integers(-30, 99),
            "team": st.sampled_from(["Ohio State", "Michigan"]),
            "result": st.sampled_from(["first_down", "touchdown", "interception", "fumble", "missed", "blocked", "touchback", "complete", "incomplete"]),
            "quarter": st.integers(1, 6),
            "clock": st.integers(0, 900),
        },
    ),
    max_size=25,
)


@given(RECORDS)
def test_no_sequence_of_events_leads_to_an_impossible_state(records: list[dict[str, Any]]) -> None:
    state = START
    for number, record in enumerate(records):
        state = step(state, simple_event(record, state, number), RULES)
        assert 0 <= state.home_timeouts <= 3
        assert 0 <= state.away_timeouts <= 3
        assert state.possession in {"", "Ohio State", "Michigan"}
        if state.phase is Phase.SCRIMMAGE:
            assert 1 <= state.yards_to_goal <= 99
            assert state.down in {1, 2, 3, 4}
            assert state.distance is not None
            assert 1 <= state.distance <= state.yards_to_goal
        else:
            assert state.down is None
        assert situation(state)


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (DRIVING, "Q2 7:32 - 1st & 10 at OWN 25"),
        (msgspec.structs.replace(DRIVING, yards_to_goal=4, distance=4, down=3), "Q2 7:32 - 3rd & goal at OPP 4"),
        (msgspec.structs.replace(DRIVING, yards_to_goal=50, quarter=5), "OT 7:32 - 1st & 10 at MIDFIELD"),
        (msgspec.structs.replace(DRIVING, phase=Phase.TRY), "Q2 7:32 - try by Michigan"),
        (msgspec.structs.replace(DRIVING, phase=Phase.FREE_KICK), "Q2 7:32 - free kick to Michigan"),
        (msgspec.structs.replace(DRIVING, phase=Phase.FINAL, home_score=3), "Final: Michigan 0 - Ohio State 3"),
    ],
)
def test_a_state_in_words(state: GameState, said: str) -> None:
    assert situation(state) == said
