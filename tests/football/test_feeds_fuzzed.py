"""Feeds that say anything: an event comes out, or one of the errors that a reader of records expects; states stay possible."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from eddyline.football.events import Play
from eddyline.football.feeds.college_data import CollegeData
from eddyline.football.feeds.game_center import GameCenter
from eddyline.football.history import History
from eddyline.football.ordering import by_id
from eddyline.football.state import GameState, Phase
from tests.football import college_records
from tests.football.game_center_records import HEADER, record

FEED = GameCenter.from_header(HEADER)
SPOTS = st.sampled_from(["MIA 1", "MIA 20", "MIA -3", "50", "DEN 45", "DEN 2", "DEN -8", "NYG 30"])
TEAMS = st.sampled_from(["MIA", "DEN"])
PIECES = st.one_of(
    st.builds("K.D left end to {} for 3 yards.".format, SPOTS),
    st.builds("FUMBLES (A.B), RECOVERED by {}-C.D at {}.".format, TEAMS, SPOTS),
    st.builds("pass INTERCEPTED by C.H at {}.".format, SPOTS),
    st.builds("punts 40 yards to {}, Center-J.D.".format, SPOTS),
    st.builds("kicks 60 yards from {} to {}.".format, SPOTS, SPOTS),
    st.builds("PENALTY on {}-A.B, Offensive Holding, 10 yards, enforced at {}.".format, TEAMS, SPOTS),
    st.builds("PENALTY on {}-A.B, Unnecessary Roughness, 15 yards, enforced between downs.".format, TEAMS),
    st.builds("Timeout #2 by {} at 02:22.".format, TEAMS),
    st.sampled_from(
        ["Touchback.", "TOUCHDOWN.", "SAFETY.", "- No Play.", "the play was REVERSED.", "MUFFS catch,", "field goal is No Good", "is BLOCKED", "(", ")"]
    ),
    st.text(max_size=12),
)
STATS = st.lists(
    st.tuples(st.sampled_from([2, 3, 5, 9, 10, 14, 15, 19, 20, 26, 29, 41, 56, 68, 69, 70, 72, 77, 89, 93, 106, 404]), TEAMS, st.integers(-20, 99)), max_size=4
)
RECORDS = st.lists(
    st.builds(
        lambda pieces, stats, spot, down, to_go, team, quarter, clock, number: record(
            " ".join(pieces), *stats, at=spot, down=down, to_go=to_go, team=team, qtr=quarter, clock=clock, play_id=number
        ),
        st.lists(PIECES, max_size=6),
        STATS,
        SPOTS | st.just(""),
        st.integers(0, 4),
        st.integers(0, 20),
        st.sampled_from(["MIA", "DEN", ""]),
        st.integers(1, 6),
        st.sampled_from(["", "15:00", ":07", "02:00"]),
        st.integers(1, 400),
    ),
    max_size=8,
)


def assert_possible(state: GameState, teams: set[str]) -> None:
    assert state.possession in teams | {""}
    assert 0 <= state.home_timeouts <= 3
    assert 0 <= state.away_timeouts <= 3
    if state.phase is Phase.SCRIMMAGE:
        assert state.down in {1, 2, 3, 4}
        assert 1 <= state.yards_to_goal <= 99
        assert state.distance is not None
        assert state.distance >= 1


@given(RECORDS)
def test_whatever_game_center_says_leaves_a_possible_state(records: list[dict[str, Any]]) -> None:
    kept = History(FEED.rules, GameState(home_team="MIA", away_team="DEN"))
    for told in records:
        for event in FEED.read(told):
            kept.add(event)
    for entry in kept.entries:
        assert_possible(entry.after, {"MIA", "DEN"})
        assert not isinstance(entry.event, Play) or entry.event.team in {"MIA", "DEN", ""}


SAID = (
    "pass run for yds to the Pitt 31 Duke 99 0 50 yard line intercepted fumbled recovered by touchback KICK) (PAT MISSED) TD "
    "punt return NO PLAY 1ST down Timeout DUKE, clock"
)
WORDS = st.sampled_from(SAID.split())
TYPES = st.sampled_from(
    [
        "Rush",
        "Pass Reception",
        "Penalty",
        "Punt",
        "Kickoff",
        "Sack",
        "Safety",
        "Timeout",
        "End Period",
        "End of Half",
        "Field Goal Good",
        "Blocked Punt Touchdown",
        "Interception Return",
        "Uncategorized",
    ]
)


@given(st.lists(st.tuples(TYPES, st.lists(WORDS, max_size=9), st.integers(0, 100), st.integers(0, 4), st.integers(-30, 99), st.booleans()), max_size=8))
def test_whatever_college_data_says_leaves_a_possible_state(told: list[tuple[str, list[str], int, int, int, bool]]) -> None:
    records = [
        college_records.record(kind, " ".join(words), number=number, at=at, down=down, yards=yards, team="Duke" if home else "Pittsburgh")
        for number, (kind, words, at, down, yards, home) in enumerate(told, 1)
    ]
    feed = CollegeData.from_header(college_records.HEADER, records)
    kept = History(feed.rules, GameState(home_team="Duke", away_team="Pittsburgh"), by_id)
    for one in records:
        for event in feed.read(one):
            kept.add(event)
    for entry in kept.entries:
        assert_possible(entry.after, {"Duke", "Pittsburgh"})
