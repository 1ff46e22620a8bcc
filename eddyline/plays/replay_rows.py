"""Rows of a replay: the columns of a table of plays, and beside them what was believed before the play was read."""

from collections.abc import Sequence
from typing import Any

from msgspec.structs import replace

from eddyline.football import events
from eddyline.football.events import POINTS, PlainEvent, Play
from eddyline.football.expectation import expected
from eddyline.football.history import Entry
from eddyline.football.reducer.alignment import aligned
from eddyline.football.rules import Rules
from eddyline.football.state import GameState, Phase

Row = dict[str, Any]

_PLAY_TYPES: dict[type, str] = {
    events.Rush: "run",
    events.Pass: "pass",
    events.Sack: "pass",
    events.Kneel: "qb_kneel",
    events.Spike: "qb_spike",
    events.Punt: "punt",
    events.FieldGoal: "field_goal",
    events.Kickoff: "kickoff",
    events.ExtraPoint: "extra_point",
    events.TwoPoint: "two_point",
    events.Timeout: "timeout",
    events.TwoMinuteWarning: "two_minute_warning",
    events.QuarterEnd: "end_period",
    events.HalfEnd: "end_period",
    events.GameEnd: "end_period",
    events.Turnover: "run",
    events.Safety: "run",
    events.Note: "other",
}
_SCRIMMAGE = (events.Rush, events.Pass, events.Sack, events.Kneel, events.Spike)
_UNSAID = ("yards_gained", "interception", "fumble_lost", "safety", "punt_blocked", "onside", "own_kickoff_recovery")


def row(position: int, entries: Sequence[Entry], rules: Rules) -> Row:
    """Return the row of the event at a position: state before it as stated, what happened, state before it as believed."""
    entry = entries[position]
    event = entry.event
    stated = _stated(entry, rules)
    before = expected(entry.before, entries[position - 1].event, rules) if position else entry.before
    believed = {f"predicted_{name}": value for name, value in state_columns(before).items()}
    return {"seq": position, "play_id": event.play_id} | stated | _happened(event, entry) | believed | {"description": event.description}


def state_columns(state: GameState) -> Row:
    """Return a state as columns: from the view of the team with the ball, on kickoffs of the team that receives."""
    known = bool(state.possession)
    return {
        "qtr": state.quarter,
        "quarter_seconds_remaining": state.seconds,
        "posteam": state.possession or None,
        "defteam": state.defense or None,
        "down": state.down,
        "ydstogo": state.distance,
        "yardline_100": state.yards_to_goal if known else None,
        "home_score": state.home_score,
        "away_score": state.away_score,
        "posteam_timeouts": state.timeouts_of(state.possession) if known else None,
        "defteam_timeouts": state.timeouts_of(state.defense) if known else None,
    }


def _stated(entry: Entry, rules: Rules) -> Row:
    event = entry.event
    state = aligned(entry.before, event, rules)
    if isinstance(event, events.TwoPoint) and event.inferred:
        state = replace(state, yards_to_goal=rules.two_point_snap)
    if isinstance(event, Play) and event.no_play and state.phase is not Phase.SCRIMMAGE and event.team and event.team != state.possession:
        # A kick that is kicked again: feeds state it from the kickers' side.
        state = replace(state, possession=event.team, yards_to_goal=100 - state.yards_to_goal)
    columns = state_columns(state) | {"quarter_seconds_remaining": event.seconds}
    if isinstance(event, Play):
        return columns
    return columns | dict.fromkeys(("posteam", "defteam", "down", "ydstogo", "yardline_100", "posteam_timeouts", "defteam_timeouts"))


def _happened(event: PlainEvent, entry: Entry) -> Row:
    scores = event.scores if isinstance(event, Play) else ()
    home = entry.before.home_team
    touchdown = next((score.team for score in scores if score.kind == "touchdown"), None)
    told = {
        "play_type": _play_type(event),
        "yards_gained": _yards(event),
        "touchdown": int(touchdown is not None),
        "td_team": touchdown,
        "interception": int(isinstance(event, Play) and event.turnover == "interception"),
        "fumble_lost": int(isinstance(event, Play) and event.turnover == "fumble_lost"),
        "safety": int(any(score.kind == "safety" for score in scores)),
        **_kicked(event),
        "home_points_play": sum(POINTS[score.kind] for score in scores if score.team == home),
        "away_points_play": sum(POINTS[score.kind] for score in scores if score.team != home),
        "penalty": int(isinstance(event, Play) and any(foul.decision != "declined" for foul in event.fouls)),
        "synthetic": int(isinstance(event, Play) and event.inferred),
    }
    # Of a play that does not count nothing is said but that there was a penalty.
    return told | dict.fromkeys(_UNSAID) if isinstance(event, Play) and event.no_play else told


def _yards(event: PlainEvent) -> int:
    return (event.yards or 0) if isinstance(event, _SCRIMMAGE) else 0


def _play_type(event: PlainEvent) -> str:
    if isinstance(event, Play) and event.no_play:
        return "no_play"
    return _PLAY_TYPES.get(type(event), "other")


def _kicked(event: PlainEvent) -> Row:
    goal = event.result if isinstance(event, events.FieldGoal) else None
    return {
        "field_goal_result": "made" if goal == "good" else goal,
        "kick_distance": getattr(event, "kick_yards", None),
        "punt_blocked": int(isinstance(event, events.Punt) and event.result == "blocked"),
        "onside": int(isinstance(event, events.Kickoff) and event.onside),
        "own_kickoff_recovery": int(isinstance(event, events.Kickoff) and event.end is not None and event.end.team == event.team),
        "extra_point_result": event.result if isinstance(event, events.ExtraPoint) else None,
        "two_point_result": event.result if isinstance(event, events.TwoPoint) else None,
    }
