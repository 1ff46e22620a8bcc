"""What CollegeFootballData's plays do to the state, and how the field's orientation is learnt."""

from typing import Any

import pytest

from eddyline.football import events
from eddyline.football.feeds.college_data import CollegeData
from eddyline.football.history import History
from eddyline.football.ordering import by_id
from eddyline.football.reducer import step
from eddyline.football.state import GameState, Phase
from tests.football.college_records import HEADER, a_drive, record

FEED = CollegeData.from_header(HEADER, a_drive())
START = GameState(home_team="Duke", away_team="Pittsburgh", seconds=760)


def after(told: dict[str, Any], before: GameState = START, feed: CollegeData = FEED) -> GameState:
    for event in feed.read(told):
        before = step(before, event, feed.rules)
    return before


@pytest.mark.parametrize("turned", [False, True])
def test_the_direction_of_the_field_is_learnt_from_the_drives(turned: bool) -> None:
    feed = CollegeData.from_header(HEADER, a_drive(turned=turned))
    kept = History(feed.rules, START, by_id)
    for told in a_drive(turned=turned):
        for event in feed.read(told):
            kept.add(event)
    believed = [(entry.before.possession, entry.before.yards_to_goal, entry.before.down, entry.before.distance) for entry in kept.entries[1:]]
    assert believed == [
        ("Pittsburgh", 75, 1, 10),
        ("Pittsburgh", 69, 2, 4),
        ("Pittsburgh", 62, 1, 10),
        ("Pittsburgh", 50, 1, 10),
        ("Duke", 82, 1, 10),
        ("Duke", 79, 2, 7),
    ]


def test_a_shortened_name_is_learnt_and_otherwise_recognised_by_its_letters() -> None:
    assert (FEED.sides.called("Pitt"), FEED.sides.called("Duke"), FEED.sides.called("Dk"), FEED.sides.called("UP")) == ("Pittsburgh", "Duke", "Duke", "")


Scrimmage = tuple[str, int, int, int]

DOWNS: dict[str, tuple[dict[str, Any], Scrimmage]] = {
    "a loss": (record("Rush", "D.J run for a loss of 2 yards to the Duke 38", yards=-2), ("Duke", 62, 2, 12)),
    "an incompletion on fourth down": (record("Pass Incompletion", "Q.H pass incomplete", down=4), ("Pittsburgh", 40, 1, 10)),
    "a strip-sack": (
        record("Sack", "Q.H sacked by P.J for a loss of 8 yards to the Duke 32 Q.H fumbled, recovered by Pitt D.A , return for 0 yards", yards=-8),
        ("Pittsburgh", 32, 1, 10),
    ),
    "a fumble that the opponent recovers": (
        record("Fumble Recovery (Opponent)", "Q.H run for 9 yds to the Duke 49 Q.H fumbled, forced by C.B, recovered by Pitt H.B", yards=9),
        ("Pittsburgh", 49, 1, 10),
    ),
    "a fumble that its own team recovers": (
        record("Fumble Recovery (Own)", "B.R run for 1 yd to the Duke 41 B.R fumbled, recovered by Duke B.R", yards=1),
        ("Duke", 59, 2, 9),
    ),
    "an interception": (record("Pass Interception Return", "Q.H pass intercepted P.F return for 22 yds to the Duke 37", yards=22), ("Pittsburgh", 37, 1, 10)),
    "an interception in the end zone": (
        record("Pass Interception Return", "Q.H pass intercepted, touchback. P.F return for no gain"),
        ("Pittsburgh", 80, 1, 10),
    ),
    "a false start": (record("Penalty", "DUKE Penalty, false start (J.L) to the Duke 35", yards=-5), ("Duke", 65, 1, 15)),
    "a foul that gives the first down": (
        record(
            "Penalty", "Harris,Q. pass incomplete, PENALTY UP pass interference (M, D) 15 yards to the UP45, 1ST DOWN DU, NO PLAY.", down=3, to_go=20, yards=15
        ),
        ("Duke", 45, 1, 10),
    ),
    "fouls that offset": (
        record("Penalty", "D,M. rush, PENALTY UP personal foul off-setting, PENALTY DU holding off-setting, NO PLAY.", down=2),
        ("Duke", 60, 2, 10),
    ),
    "a first down with a foul after it": (
        record("Pass Reception", "K.P pass complete to M.F for 12 yds to the Pitt 48 DUKE Penalty, unsportsmanlike conduct (M.F) to the Duke 37", yards=-3),
        ("Duke", 63, 1, 10),
    ),
    "a punt into the end zone": (record("Punt", "A.P punt for 60 yds for a touchback", down=4), ("Pittsburgh", 80, 1, 10)),
    "a punt caught": (record("Punt", "A.P punt for 42 yds, fair catch by J.B at the Pitt 18", down=4), ("Pittsburgh", 82, 1, 10)),
    "a punt whose return is fumbled away": (
        record("Punt", "A.P punt for 49 yds , P.F returns for no gain to the Pitt 4 P.F fumbled, recovered by Duke S.H", down=4),
        ("Duke", 4, 1, 4),
    ),
    "a missed field goal": (record("Field Goal Missed", "A.R 46 yd FG MISSED", at=71, down=4, yards=46), ("Pittsburgh", 71, 1, 10)),
    "a kickoff returned": (record("Kickoff", "A.R kickoff for 64 yds , D.S return for 27 yds to the Pitt 28", at=35), ("Pittsburgh", 72, 1, 10)),
    "a kickoff caught": (record("Kickoff", "A.R kickoff for 53 yds", at=35), ("Pittsburgh", 75, 1, 10)),
    "a kickoff told from the receivers' side": (record("Kickoff", "A.R kickoff for 65 yds for a touchback", at=65), ("Duke", 75, 1, 10)),
}


@pytest.mark.parametrize(("told", "expected"), DOWNS.values(), ids=DOWNS.keys())
def test_the_next_down_after(told: dict[str, Any], expected: Scrimmage) -> None:
    state = after(told)
    assert (state.possession, state.yards_to_goal, state.down, state.distance) == expected


@pytest.mark.parametrize(
    ("told", "score"),
    [
        (record("Rushing Touchdown", "D.J run for 4 yds for a TD (A.Reed KICK)", at=96, yards=4), (7, 0)),
        (record("Rushing Touchdown", "D.J run for 4 yds for a TD (A.Reed PAT MISSED)", at=96, yards=4), (6, 0)),
        (
            record("Passing Touchdown", "Q.H pass complete for 44 yds for a TD Timeout DUKE, clock 01:29 (Two-Point Conversion failed )", at=56, yards=44),
            (6, 0),
        ),
        (record("Passing Touchdown", "Q.H pass complete for 33 yds for a TD (L.J pass  to J.C for Two-Point Conversion)", at=67, yards=33), (8, 0)),
        (record("Rushing Touchdown", "D.J run for 2 yds for a TD (J. C Run For Two-point Conversion)", at=98, yards=2), (8, 0)),
        (record("Interception Return Touchdown", "Q.H pass intercepted for a TD P.F return for 26 yds for a TD (A.K KICK)", yards=26), (0, 7)),
        (
            record("Fumble Recovery (Opponent)", "T.O run for a loss of 1 yard T.O fumbled, recovered by Pitt B.W  , return for 74 yds (A.K KICK)", yards=74),
            (0, 7),
        ),
        (record("Field Goal Good", "A.R 33 yd FG GOOD", at=85, down=4, yards=33), (3, 0)),
        (record("Safety", "D.J run for a loss of 1 yard for a SAFETY", at=1, yards=-1), (0, 2)),
        (record("Kickoff Return Touchdown", "A.R kickoff for 64 yds , D.S return for 99 yds for a TD", at=35), (0, 6)),
    ],
)
def test_points_and_the_try_in_the_same_text(told: dict[str, Any], score: tuple[int, int]) -> None:
    state = after(told)
    assert (state.home_score, state.away_score) == score
    assert state.phase is not Phase.SCRIMMAGE


def test_the_try_in_a_touchdowns_text_has_the_next_id() -> None:
    touchdown, attempt = FEED.read(record("Rushing Touchdown", "D.J run for 4 yds for a TD (A.Reed KICK)", number=7))
    assert (isinstance(attempt, events.ExtraPoint), attempt.play_id) == (True, int(touchdown.play_id) + 1)


def test_timeouts_periods_and_rows_that_move_nothing() -> None:
    assert after(record("Timeout", "Timeout PITTSBURGH, clock 10:22")).away_timeouts == 2
    assert after(record("Passing Touchdown", "Q.H for a TD Timeout DUKE, clock 01:29 (A.R KICK)")).home_timeouts == 2
    assert after(record("End Period", "End of 1st Quarter")).quarter == 2
    assert after(record("End of Half", "End of 2nd Quarter", period=2)).quarter == 3
    assert after(record("End of Game", "End of Game", period=4)).final
    assert after(record("Uncategorized", "a dog on the field")) == after(record("Uncategorized", "two dogs"))


def test_a_clock_may_stand_still_or_be_missing() -> None:
    assert after(record("Rush", "D.J run for 3 yds to the Duke 43", yards=3, clock={})).seconds == 760
