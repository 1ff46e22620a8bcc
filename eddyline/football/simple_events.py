"""Events as people write them: `{'type': 'rush', 'yards': 5, 'result': 'first_down'}`, a touchdown as an event of its own."""

from collections.abc import Callable, Mapping
from typing import Any

from eddyline.errors import PlaysError
from eddyline.football import events
from eddyline.football.event_claims import TOUCHDOWN, claims_of_record, kind_of
from eddyline.football.events import AnyEvent, Before, PlayId, Score
from eddyline.football.reducer.field import place_at
from eddyline.football.state import GameState

Record = Mapping[str, Any]

_SAID_OF_A_LOSS = {
    "interception": "interception",
    "intercepted": "interception",
    "fumble": "fumble_lost",
    "fumble_lost": "fumble_lost",
    "turnover": "fumble_lost",
}
_GOOD = frozenset({"good", "made", "success", "true", "converted"})


def simple_event(record: Record, state: GameState, next_id: PlayId = 0) -> AnyEvent:
    """Turn a simple dictionary into an event; what it does not say follows from the state before it.

    Raises PlaysError where it cannot be read; `validation.validate` gives every reason at once.
    """
    claims = claims_of_record(record)
    if claims.faults:
        raise PlaysError("; ".join(claims.faults))
    play_id = record.get("play_id")
    heading: dict[str, Any] = {
        "game_id": str(record.get("game_id") or ""),
        "play_id": next_id if play_id in {None, ""} else play_id,
        "revision": int(record.get("revision") or 0),
        "quarter": claims.quarter,
        "seconds": claims.seconds,
        "description": str(record.get("description") or ""),
    }
    if claims.home_score is not None and claims.away_score is not None:
        heading["score_after"] = (claims.home_score, claims.away_score)
    if record.get("correction_of") is not None:
        return _correction(record, state, heading)
    return _plain(record, state, heading)


def _correction(record: Record, state: GameState, heading: dict[str, Any]) -> events.Correction:
    replaced = record["correction_of"]
    told = record.get("play") if isinstance(record.get("play"), Mapping) else None
    if told is None and kind_of(record) != "correction":
        told = {key: value for key, value in record.items() if key != "correction_of"}
    play = simple_event({**told, "play_id": replaced}, state, replaced) if told is not None else None
    assert not isinstance(play, events.Correction)
    return events.Correction(**{**heading, "correction_of": replaced, "play": play})


def _plain(record: Record, state: GameState, heading: dict[str, Any]) -> AnyEvent:
    kind = kind_of(record)
    if kind == TOUCHDOWN:
        # {'type': 'touchdown', 'play': 'pass'}: how it was scored stands beside it.
        told = kind_of({"type": record.get("play") or "rush"})
        kind = told if told in {"rush", "pass", "punt", "kickoff", "turnover", "field_goal"} else "rush"
        record = {**record, "result": TOUCHDOWN}
    if kind in _ADMINISTRATIVE:
        return _ADMINISTRATIVE[kind](record, heading)
    return _PLAYS[kind](_play(record, state, heading), _result(record))


def _play(record: Record, state: GameState, heading: dict[str, Any]) -> dict[str, Any]:
    claims = claims_of_record(record)
    team = claims.team or state.possession or state.home_team
    result = _result(record)
    play: dict[str, Any] = {**heading, "team": claims.team, "yards": claims.yards}
    if kind_of(record) != "penalty" and (claims.yards_to_goal is not None or claims.down is not None or claims.team):
        place = None if claims.yards_to_goal is None else place_at(state, team, claims.yards_to_goal)
        play["before"] = Before(possession=claims.team, place=place, down=claims.down, distance=claims.distance)
    if result == TOUCHDOWN or record.get("touchdown") is True:
        play["scores"] = (Score(str(record.get("td_team") or team), "touchdown"),)
    elif result == "safety":
        play["scores"] = (Score(state.opponent(team), "safety"),)
    if result in _SAID_OF_A_LOSS:
        play["turnover"] = _SAID_OF_A_LOSS[result]
    return play | ({"first_down": True} if result == "first_down" else {})


def _result(record: Record) -> str:
    said = record.get("result")
    return str(said).strip().lower() if said is not None else ""


def _down(kind: type[events.Rush | events.Sack | events.Kneel | events.Spike]) -> Callable[[dict[str, Any], str], AnyEvent]:
    return lambda play, _result: events.Turnover(**play) if play.get("turnover") else kind(**play)


def _pass(play: dict[str, Any], result: str) -> AnyEvent:
    if play.get("turnover"):
        return events.Turnover(**play)
    if result == "incomplete":
        play |= {"yards": 0}
    return events.Pass(**play, complete=None if not result else result not in {"incomplete", "interception"})


def _punt(play: dict[str, Any], result: str) -> AnyEvent:
    known = result if result in {"returned", "touchback", "fair_catch", "downed", "out_of_bounds", "muffed", "blocked"} else None
    kicked = play.pop("yards", None)
    return events.Punt(**play, kick_yards=40 if kicked is None and known is None else kicked, result=known)  # type: ignore[arg-type]


def _field_goal(play: dict[str, Any], result: str) -> AnyEvent:
    kicked = play.pop("yards", None)
    outcome = "blocked" if result == "blocked" else "missed" if result and result not in _GOOD and result != TOUCHDOWN else "good"
    return events.FieldGoal(**play, kick_yards=kicked, result=outcome)  # type: ignore[arg-type]


def _kickoff(play: dict[str, Any], result: str) -> AnyEvent:
    kicked = play.pop("yards", None)
    play.pop("before", None)
    return events.Kickoff(**play, kick_yards=kicked, touchback=result == "touchback")


def _extra_point(play: dict[str, Any], result: str) -> AnyEvent:
    return events.ExtraPoint(**play, result="good" if not result or result in _GOOD else "blocked" if result == "blocked" else "missed")


def _two_point(play: dict[str, Any], result: str) -> AnyEvent:
    return events.TwoPoint(**play, result="success" if not result or result in _GOOD else "failure")


def _penalty(play: dict[str, Any], _result: str) -> AnyEvent:
    yards, team = play.pop("yards", None) or 0, play.get("team") or ""
    fouls = (events.Foul(team=team, yards=abs(yards), no_play=True),) if yards and team else ()
    return events.Penalty(**play | {"team": ""}, fouls=fouls, no_play=True)


def _timeout(record: Record, heading: dict[str, Any]) -> AnyEvent:
    return events.Timeout(**heading, team=claims_of_record(record).team)


def _game_start(record: Record, heading: dict[str, Any]) -> AnyEvent:
    return events.GameStart(
        **heading, home_team=str(record.get("home_team") or ""), away_team=str(record.get("away_team") or ""), receiver=str(record.get("receiver") or "")
    )


_ADMINISTRATIVE: dict[str, Callable[[Record, dict[str, Any]], AnyEvent]] = {
    "timeout": _timeout,
    "game_start": _game_start,
    "two_minute_warning": lambda _, heading: events.TwoMinuteWarning(**heading),
    "quarter_end": lambda _, heading: events.QuarterEnd(**heading),
    "half_end": lambda _, heading: events.HalfEnd(**heading),
    "game_end": lambda _, heading: events.GameEnd(**heading),
    "note": lambda _, heading: events.Note(**heading),
    "correction": lambda record, heading: events.Correction(**heading, correction_of=record.get("play_id") or 0),
}
_PLAYS: dict[str, Callable[[dict[str, Any], str], AnyEvent]] = {
    "rush": _down(events.Rush),
    "sack": _down(events.Sack),
    "kneel": _down(events.Kneel),
    "spike": _down(events.Spike),
    "pass": _pass,
    "turnover": lambda play, _: events.Turnover(**play),
    "safety": lambda play, _: events.Safety(**play),
    "penalty": _penalty,
    "punt": _punt,
    "field_goal": _field_goal,
    "kickoff": _kickoff,
    "extra_point": _extra_point,
    "two_point": _two_point,
}
