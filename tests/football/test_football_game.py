"""The engine: one game's events, one after the other."""

import json
import re
from itertools import count, pairwise
from typing import Any

import pytest

from eddyline.football.course import PlayRecord
from eddyline.football.events import Before, Correction, ExtraPoint, FieldGoal, GameEnd, GameStart, Kickoff, Pass, Punt, QuarterEnd, Rush, Score, Timeout
from eddyline.football.game import Analysis, Game, GameInfo
from eddyline.football.history import Effect
from eddyline.football.rules import college, nfl
from eddyline.football.situation import situation
from eddyline.football.state import Phase
from eddyline.football.validation import DataQuality
from eddyline.settings import PROJECT_ROOT

INFO = GameInfo("2018_02_MIN_GB", "GB", "MIN", home_spread=-1.0)
SEED_EVENTS: list[dict[str, Any]] = [
    {"type": "rush", "yards": 5, "result": "first_down"},
    {"type": "pass", "yards": 15, "result": "complete"},
    {"type": "rush", "yards": -2, "result": "tackle"},
    {"type": "touchdown", "play": "pass"},
]


def at(play_id: int, seconds: int, team: str, place: int, *to_go: int, quarter: int = 1) -> dict[str, Any]:
    """The heading of a play; `place` counts from the home team's goal line, then come down and distance."""
    down, distance = to_go
    before = Before(possession=team, place=place, down=down, distance=distance)
    return {"play_id": play_id, "quarter": quarter, "seconds": seconds, "team": team, "before": before}


def opening() -> list[Any]:
    """A kickoff, three downs by MIN, a punt, a touchdown by GB with its kick."""
    return [
        GameStart(play_id=0, home_team="GB", away_team="MIN", receiver="MIN"),
        Kickoff(play_id=1, quarter=1, seconds=900, team="GB", touchback=True),
        Rush(**at(2, 900, "MIN", 75, 1, 10), yards=3, description="(15:00) D.Cook left end to MIN 28 for 3 yards."),
        Pass(**at(3, 865, "MIN", 72, 2, 7), yards=0, complete=False, description="(14:25) K.Cousins pass incomplete to S.Diggs."),
        Rush(**at(4, 860, "MIN", 72, 3, 7), yards=-6),
        Punt(**at(5, 820, "MIN", 78, 4, 13), kick_yards=45, result="fair_catch"),
        Pass(**at(6, 812, "GB", 25, 1, 10), yards=75, complete=True, scores=(Score("GB", "touchdown"),), description="A.Rodgers pass to R.Cobb, TOUCHDOWN."),
        ExtraPoint(play_id=7, quarter=1, seconds=800, team="GB", result="good"),
    ]


def played(*events: Any, info: GameInfo = INFO) -> Game:
    game = Game(nfl(2018), info)
    for event in events:
        game.process(event)
    return game


def facts(game: Game) -> list[PlayRecord]:
    return list(game.course.records)


def test_the_seed_s_events_give_the_seed_s_result() -> None:
    game = Game(college(2024), GameInfo("OSU-MICH-2024", "Ohio State", "Michigan"))
    results = [game.process(event) for event in SEED_EVENTS]
    assert all({"validation", "state", "win_probability", "decision_analysis", "key_metrics", "processing_time_ms"} <= set(result) for result in results)
    assert max(results[-1]["state"].home_score, results[-1]["state"].away_score) == 6
    assert all(sum(result["win_probability"].values()) == pytest.approx(1) for result in results)


def test_a_state_its_chances_and_its_words_follow_each_event() -> None:
    game = Game(nfl(2018), INFO)
    results = [game.process(event) for event in opening()]
    assert [result["effect"] for result in results] == [Effect.NEW] * 8
    assert situation(results[2]["state"]) == "Q1 15:00 - 2nd & 7 at OWN 28"
    assert results[6]["state"].phase is Phase.TRY
    assert (game.state.home_score, game.state.away_score) == (7, 0)
    assert results[-1]["win_probability"]["home"] > results[0]["win_probability"]["home"] + 0.1
    assert results[-1]["key_metrics"]["situation"] == situation(game.state)


def test_advice_comes_before_fourth_downs_and_tries_and_at_no_other_time() -> None:
    game = Game(nfl(2018), INFO)
    kinds = [card["kind"] if (card := game.process(event)["decision_analysis"]) else None for event in opening()]
    assert kinds == [None, None, None, None, "fourth_down", None, "try", None]


def test_a_fourth_down_card_has_the_parts_of_each_option() -> None:
    game = Game(nfl(2018), INFO)
    card = [game.process(event)["decision_analysis"] for event in opening()[:5]][-1]
    assert card is not None
    assert set(card["go_for_it"]) == {"expected_wp", "conversion_prob", "success_wp", "fail_wp"}
    assert card["field_goal"] == {"available": False}
    assert 30 < card["punt"]["expected_net"] < 50
    assert card["recommendation"] == "punt"
    assert 0 <= card["confidence"] <= 1


def test_an_invalid_event_says_why_and_changes_nothing() -> None:
    game = played(*opening())
    before, records = game.state, facts(game)
    result = game.process({"type": "flea_flicker", "yards": 12})
    assert result["validation"].quality is DataQuality.INVALID
    assert result["validation"].errors
    assert result["effect"] is None
    assert (game.state, facts(game)) == (before, records)


def test_a_repeat_changes_nothing() -> None:
    game = played(*opening())
    before = facts(game)
    assert game.process(opening()[6])["effect"] is Effect.REPEATED
    assert facts(game) == before


def test_a_correction_recomputes_what_follows_as_if_it_had_been_told_so_at_once() -> None:
    corrected = Rush(**at(4, 860, "MIN", 72, 3, 7), yards=4)
    game = played(*opening())
    assert game.process(Correction(correction_of=4, revision=1, play=corrected))["effect"] is Effect.CORRECTED
    assert facts(game) == facts(played(*opening()[:4], corrected, *opening()[5:]))


def test_events_in_another_order_tell_the_same_game() -> None:
    events = opening()
    assert facts(played(*events[:2], *reversed(events[2:]))) == facts(played(*events))


def test_a_subscriber_that_fails_harms_nobody() -> None:
    heard: list[Analysis] = []

    def fails(_: Analysis) -> None:
        raise ValueError("no room on the board")

    game = Game(nfl(2018), INFO)
    game.subscribe(fails)
    game.subscribe(heard.append)
    results = [game.process(event) for event in opening()]
    assert heard == results
    assert [str(failure.error) for failure in game.failures] == ["no room on the board"] * 8


def test_the_time_that_an_event_took_comes_from_the_clock_that_is_given() -> None:
    ticks = count(step=0.25)
    game = Game(nfl(2018), INFO, clock=lambda: next(ticks))
    assert game.process(opening()[0])["processing_time_ms"] == 250
    assert Game(nfl(2018), INFO).process(opening()[0])["processing_time_ms"] is None


def test_a_play_ends_where_the_next_one_begins() -> None:
    records = facts(played(*opening()))
    assert all(one.home_wp == other.home_wp_before for one, other in pairwise(records))
    assert all((one.home_score, one.away_score) == (other.home_score_before, other.away_score_before) for one, other in pairwise(records))


def test_expected_points_and_success_belong_to_the_team_with_the_ball() -> None:
    touchdown = next(record for record in facts(played(*opening())) if record.play_id == 6)
    assert touchdown.offence == "GB"
    assert touchdown.epa is not None
    assert touchdown.epa > 5
    assert touchdown.success
    incomplete = next(record for record in facts(played(*opening())) if record.play_id == 3)
    assert not incomplete.success
    assert incomplete.players == ("K.Cousins", "S.Diggs")


def test_a_timeout_is_nobody_s_play() -> None:
    timeout = facts(played(*opening()[:3], Timeout(play_id=20, quarter=1, seconds=870, team="MIN")))[-1]
    assert (timeout.offence, timeout.epa, timeout.players) == ("", None, ())


def test_the_end_is_exact_and_the_summary_adds_up() -> None:
    finish = [FieldGoal(**at(90, 2, "GB", 70, 4, 3, quarter=4), result="missed"), QuarterEnd(play_id=91, quarter=4, seconds=0), GameEnd(play_id=92, quarter=4)]
    game = played(*opening(), *finish)
    told = game.summary()
    assert game.standing().home == 1
    assert told.over
    assert (told.home.points, told.away.points) == (7, 0)
    first = facts(game)[0]
    assert told.home.gains.total == pytest.approx(1 - first.home_wp_before - first.tie_wp_before / 2)
    assert "4th" in facts(game)[-3].situation
    assert facts(game)[-3].chosen == "field_goal"


def test_a_game_is_exported_and_charted_as_it_stands() -> None:
    game = played(*opening())
    assert len(json.loads(game.export("json"))) == len(facts(game))
    assert len(game.export("csv").splitlines()) == len(facts(game)) + 1
    assert len(game.chart_data()["home_wp"]) == len(facts(game)) + 1


def test_without_a_spread_nobody_is_favoured() -> None:
    known, unknown = (played(opening()[0], info=info).standing() for info in (GameInfo("", "GB", "MIN", home_spread=10.0), GameInfo("", "GB", "MIN")))
    assert known.home > 0.65
    assert 0.4 < unknown.home < 0.65


def test_what_the_page_shows_runs(capsys: pytest.CaptureFixture[str]) -> None:
    shown = re.findall(r"```python\n(.*?)```", (PROJECT_ROOT / "docs" / "football.md").read_text("utf-8"), re.DOTALL)
    names: dict[str, Any] = {}
    for block in shown:
        exec(block, names)
    assert capsys.readouterr().out == "Q1 15:00 - 1st & 10 at OWN 30\n"
    assert names["result"]["processing_time_ms"] > 0
