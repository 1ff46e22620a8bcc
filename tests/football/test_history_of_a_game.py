"""A game's history: repeats, corrections, arrivals in any order, tries that a feed lacks."""

from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eddyline.football import events
from eddyline.football.events import AnyEvent, Correction, Score
from eddyline.football.feeds.game_center import GameCenter
from eddyline.football.feeds.scoring_summary import attempt, scoring_line
from eddyline.football.history import Effect, History
from eddyline.football.ordering import by_clock, by_id
from eddyline.football.rules import nfl
from eddyline.football.state import GameState, Phase
from tests.football.game_center_records import HEADER, kick, record

FEED = GameCenter.from_header(HEADER)
START = GameState(home_team="MIA", away_team="DEN")


def a_drive() -> list[dict[str, Any]]:
    """Tell of a drive from the opening kickoff to an interception that is returned for a touchdown, its try missing, and of what follows."""
    return [
        kick("B.M kicks 65 yards from DEN 35 to end zone, Touchback.", (44, "DEN", 65), at="DEN 35", team="DEN", play_id=36, qtr=1, clock="15:00"),
        record("K.D right guard to MIA 31 for 6 yards.", (10, "MIA", 6), at="MIA 25", play_id=54, qtr=1, clock="15:00"),
        record("K.D right guard to MIA 38 for 7 yards.", (3, "MIA", 0), (10, "MIA", 7), at="MIA 31", down=2, to_go=4, play_id=75, qtr=1, clock="14:21"),
        kick("Timeout #1 by DEN at 13:50.", (68, "DEN", 0), at="", team="", play_id=96, qtr=1, clock="13:50"),
        record(
            "J.C pass INTERCEPTED by C.H at MIA 45. C.H for 45 yards, TOUCHDOWN.",
            (19, "MIA", 0),
            (26, "DEN", 45),
            at="MIA 38",
            play_id=113,
            qtr=1,
            clock="13:50",
        ),
        kick("B.M kicks 65 yards from DEN 35 to end zone, Touchback.", (44, "DEN", 65), at="DEN 35", team="DEN", play_id=140, qtr=1, clock="13:42"),
        record("K.D right guard to MIA 24 for -1 yards.", (10, "MIA", -1), at="MIA 25", play_id=160, qtr=1, clock="13:42"),
        kick("END QUARTER 1", at="", team="", play_id=180, qtr=1, clock=""),
    ]


def plays(records: list[dict[str, Any]] | None = None) -> list[AnyEvent]:
    return [event for told in records or a_drive() for event in FEED.read(told)]


def history(told: list[AnyEvent]) -> History:
    kept = History(FEED.rules, START)
    for event in told:
        kept.add(event)
    return kept


def ids(kept: History) -> list[Any]:
    return [entry.event.play_id for entry in kept.entries]


def test_every_event_has_the_state_that_was_believed_before_it() -> None:
    kept = history(plays())
    believed = [(entry.before.possession, entry.before.yards_to_goal, entry.before.down, entry.before.distance) for entry in kept.entries[1:5]]
    assert believed == [("MIA", 75, 1, 10), ("MIA", 69, 2, 4), ("MIA", 62, 1, 10), ("MIA", 62, 1, 10)]
    assert kept.entries[0].before == START
    assert kept.state.quarter == 2
    assert kept.state.away_timeouts == 2
    assert kept.state.second_half_receiver == "DEN"


@given(st.randoms(use_true_random=False))
def test_the_order_of_arrival_and_repeats_change_nothing(rng: Random) -> None:
    told = plays() + rng.choices(plays(), k=4)
    rng.shuffle(told)
    assert history(told).entries == history(plays()).entries


@given(st.permutations(range(8)))
def test_one_at_a_time_comes_to_the_same_as_all_at_once(order: list[int]) -> None:
    told = [plays()[position] for position in order]
    held = History(FEED.rules, START)
    for event in told:
        held.hold(event)
    held.summarise([])
    assert history(told).entries == held.entries


def test_a_repeat_is_recognised() -> None:
    kept = history(plays())
    before = list(kept.entries)
    assert kept.add(plays()[1]) is Effect.REPEATED
    assert kept.entries == before


def test_a_correction_takes_its_plays_place_and_what_follows_is_recomputed() -> None:
    kept = history(plays())
    first = kept.entries[0]
    changed = record("K.D right guard to MIA 29 for 4 yards.", (10, "MIA", 4), at="MIA 25", play_id=54, qtr=1, clock="15:00", revision=1)
    assert kept.add(FEED.read(changed)[0]) is Effect.CORRECTED
    assert kept.entries[0] is first
    assert (kept.entries[2].before.yards_to_goal, kept.entries[2].before.distance) == (71, 6)
    assert kept.add(plays()[1]) is Effect.OUTDATED
    assert kept.entries[1].event.revision == 1


def test_a_score_that_is_taken_back_is_gone_from_all_that_follows() -> None:
    kept = history(plays())
    assert kept.state.away_score == 7
    taken_back = record("J.C pass incomplete.", (14, "MIA", 0), at="MIA 38", play_id=113, qtr=1, clock="13:50", revision=1)
    kept.add(FEED.read(taken_back)[0])
    assert (kept.state.away_score, 114 in ids(kept)) == (0, False)


def test_a_correction_can_remove_a_play_and_a_late_copy_does_not_bring_it_back() -> None:
    kept = history(plays())
    assert kept.add(Correction(correction_of=96)) is Effect.REMOVED
    assert kept.state.away_timeouts == 3
    assert kept.add(plays()[3]) is Effect.OUTDATED
    assert kept.add(Correction(correction_of=96)) is Effect.REPEATED
    assert kept.state.away_timeouts == 3


def test_a_correction_can_carry_the_play_that_holds() -> None:
    kept = history(plays()[:3])
    [play] = plays(
        [record("K.D right guard to MIA 40 for 15 yards.", (3, "MIA", 0), (10, "MIA", 15), at="MIA 25", play_id=54, qtr=1, clock="15:00", revision=2)]
    )
    assert not isinstance(play, Correction)
    assert kept.add(Correction(correction_of=54, revision=2, play=play)) is Effect.CORRECTED
    assert kept.entries[2].before.yards_to_goal == 60


def test_a_try_that_the_feed_lacks_counts_as_good_until_the_summary_speaks() -> None:
    kept = history(plays())
    assert ids(kept) == [36, 54, 75, 96, 113, 114, 140, 160, 180]
    guessed = kept.entries[5].event
    assert isinstance(guessed, events.ExtraPoint)
    assert (guessed.inferred, guessed.result, kept.state.away_score) == (True, "good", 7)
    line = {"kind": "score_summary", "play_id": 113, "team": "DEN", "type": "TD", "desc": "C.Harris 45 yd. interception return (pass failed)"}
    kept.summarise([scoring_line(line)])
    told = kept.entries[5].event
    assert isinstance(told, events.TwoPoint)
    assert (told.result, kept.state.away_score, kept.entries[6].before.away_score) == ("failure", 6, 6)


def test_no_try_is_presumed_before_something_follows_the_touchdown() -> None:
    kept = history(plays()[:5])
    assert ids(kept) == [36, 54, 75, 96, 113]
    assert (kept.state.phase, kept.state.possession, kept.state.away_score) == (Phase.TRY, "DEN", 6)


def test_a_try_that_comes_late_replaces_the_presumed_one() -> None:
    kept = history(plays())
    missed = kick("B.M extra point is No Good, Wide Left.", (73, "DEN", 0), at="MIA 15", team="DEN", play_id=132, qtr=1, clock="13:42")
    kept.add(FEED.read(missed)[0])
    assert (114 in ids(kept), 132 in ids(kept), kept.state.away_score) == (False, True, 6)


def test_points_that_only_the_summary_tells_of_are_counted() -> None:
    kept = history(plays()[:4])
    kept.add(FEED.read(record("J.C aborts.", (53, "MIA", 0), at="MIA 38", play_id=113, qtr=1, clock="13:50"))[0])
    kept.summarise([scoring_line({"play_id": 113, "team": "DEN", "type": "SAF", "desc": "J.Cutler tackled in end zone for a Safety"})])
    assert (kept.state.away_score, kept.state.phase) == (2, Phase.FREE_KICK)


def test_a_late_addition_with_a_high_number_stands_where_the_clock_says() -> None:
    told = [
        events.Timeout(play_id=4359, quarter=4, seconds=3, team="DEN"),
        events.GameEnd(play_id=4398, quarter=4, seconds=0),
        events.Timeout(play_id=4418, quarter=4, seconds=11, team="MIA"),
        events.Sack(play_id=4321, quarter=4, seconds=11),
    ]
    assert [event.play_id for event in by_clock(told)] == [4321, 4418, 4359, 4398]
    assert [event.play_id for event in by_id(told)] == [4321, 4359, 4398, 4418]


def test_events_that_name_no_quarter_follow_the_quarters_end_before_them() -> None:
    told = [
        events.Rush(play_id=1),
        events.QuarterEnd(play_id=2),
        events.Rush(play_id=3),
        events.QuarterEnd(play_id=4),
        events.HalfEnd(play_id=5),
        events.Rush(play_id=6),
    ]
    assert [event.play_id for event in by_clock(told)] == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("J.Cook 61 yd. pass from J.Locker (R.Bironas kick is good) Drive: 2 plays, 59 yards in 1:12", "kick_good"),
        ("A.B 1 yd. run (R.Bironas kick failed)", "kick_failed"),
        ("A.B 1 yd. run (R.Bironas kick blocked)", "kick_failed"),
        ("A.B 1 yd. run (pass failed) Drive: 5 plays", "two_point_failed"),
        ("A.B 1 yd. run (run failed)", "two_point_failed"),
        ("N.B 3 yd. pass from M.S (M.Stafford-N.Burleson pass) Drive: 9 plays", "two_point_good"),
        ("N.B 3 yd. pass from M.S (K.Smith run)", "two_point_good"),
        ("B.Cooks 32 yd. pass from D.Brees Drive: 6 plays, 75 yards in 1:28", None),
    ],
)
def test_a_summary_tells_how_the_try_went(said: str, meant: str | None) -> None:
    assert attempt(said) == meant


def test_a_defensive_two_point_return_stands_in_the_summary_without_a_type() -> None:
    line = scoring_line({"play_id": 4120, "team": "DEN", "type": None, "desc": "W.Parks defensive two point conversion"})
    assert (line.team, line.kind) == ("DEN", "defensive_two_point")


@given(st.lists(st.integers(0, 7), max_size=12), st.randoms(use_true_random=False))
def test_what_is_dropped_and_comes_later_ends_as_if_it_had_come_in_time(dropped: list[int], rng: Random) -> None:
    told = plays()
    late = [told[position] for position in set(dropped)]
    rng.shuffle(late)
    kept = history([event for event in told if event not in late] + late)
    assert kept.entries == history(told).entries


def test_the_points_of_a_correction_are_those_of_the_newest_revision_in_any_order() -> None:
    def revision(number: int, *scores: Score) -> events.FieldGoal:
        return events.FieldGoal(play_id=1, revision=number, team="MIA", result="good" if scores else "missed", scores=scores, kick_yards=40)

    newest = revision(2, Score("MIA", "field_goal"))
    for order in ([0, 1, 2], [2, 1, 0], [1, 2, 0]):
        kept = history([[revision(0, Score("MIA", "field_goal")), revision(1), newest][number] for number in order])
        assert (kept.state.home_score, kept.entries[0].event.revision) == (3, 2)


def test_nfl_rules_are_those_of_the_header() -> None:
    assert FEED.rules == nfl(2017)
    assert GameCenter.from_header(HEADER | {"season_type": "WC"}).rules == nfl(2017, postseason=True)
