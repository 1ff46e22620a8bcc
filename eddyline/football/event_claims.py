"""What an event claims, typed or a simple dictionary, in one shape that can be checked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from eddyline.football.events import TYPES, AnyEvent, Correction, Kickoff, Play, Timeout
from eddyline.football.reducer.field import to_goal
from eddyline.football.state import GameState

# Other names by which feeds and people call our types.
ALIASES = {
    "run": "rush",
    "qb_kneel": "kneel",
    "qb_spike": "spike",
    "fg": "field_goal",
    "pat": "extra_point",
    "two_point_conversion": "two_point",
    "quarter_start": "quarter_end",
    "half": "half_end",
    "end_quarter": "quarter_end",
    "end_game": "game_end",
    "no_play": "penalty",
    "interception": "turnover",
    "fumble": "turnover",
}
KICKS = frozenset({"kickoff", "extra_point", "two_point"})
SCRIMMAGE = frozenset({"rush", "pass", "sack", "kneel", "spike", "punt", "field_goal", "turnover", "touchdown"})
TOUCHDOWN = "touchdown"  # an effect, yet people send it as an event
KNOWN = frozenset(TYPES) | {TOUCHDOWN}
_NUMBERS = {
    "yards": ("yards", "yards_gained"),
    "quarter": ("quarter", "qtr", "period"),
    "down": ("down",),
    "distance": ("distance", "ydstogo"),
    "home_score": ("home_score",),
    "away_score": ("away_score",),
    "field_position": ("field_position",),
    "yards_to_goal": ("yards_to_goal", "yardline_100"),
}


@dataclass(slots=True)
class Claims:
    """What an event says; None where it says nothing. `faults` cannot be read, `doubts` can."""

    kind: str = ""
    team: str = ""
    quarter: int | None = None
    seconds: int | None = None
    down: int | None = None
    distance: int | None = None
    yards_to_goal: int | None = None
    yards: int | None = None
    home_score: int | None = None
    away_score: int | None = None
    corrects: bool = False  # a review, or a later revision: what comes may go back
    faults: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)

    @property
    def scrimmage(self) -> bool:
        """Whether the event is a play from scrimmage."""
        return self.kind in SCRIMMAGE


def claims_of_event(event: AnyEvent, state: GameState) -> Claims:
    """Return what a typed event claims."""
    if isinstance(event, Correction) and event.play is not None:
        claims = claims_of_event(event.play, state)
        claims.corrects = True
        return claims
    claims = Claims(str(event.__struct_config__.tag), quarter=event.quarter, seconds=event.seconds, corrects=event.revision > 0)
    if isinstance(event, Timeout):
        claims.team = event.team
    if event.score_after is not None:
        claims.home_score, claims.away_score = event.score_after
    if isinstance(event, Play):
        _claim_play(claims, event, state)
    return claims


def _claim_play(claims: Claims, event: Play, state: GameState) -> None:
    claims.team, claims.yards = event.team, event.yards
    claims.corrects |= event.review == "reversed"
    before = event.before
    if before is None or isinstance(event, Kickoff):
        return
    claims.team = before.possession or event.team
    claims.down, claims.distance = before.down, before.distance
    if before.place is not None:
        claims.yards_to_goal = to_goal(state, claims.team, before.place)


def claims_of_record(record: Mapping[str, Any]) -> Claims:
    """Return what a simple dictionary claims."""
    claims = Claims()
    claims.kind = kind_of(record)
    if not claims.kind:
        claims.faults.append("no type: say what happened, for example {'type': 'rush', 'yards': 5}")
    elif claims.kind not in KNOWN:
        claims.faults.append(f"unknown type {claims.kind!r}: one of {', '.join(sorted(KNOWN))}")
    for name, spellings in _NUMBERS.items():
        _claim_number(claims, record, name, spellings)
    claims.team = _text(claims, record, ("team", "possession", "posteam", "offense"))
    claims.seconds = _clock(claims, record)
    claims.corrects = bool(record.get("revision") or record.get("correction_of") or claims.kind == "correction" or record.get("review") == "reversed")
    _claim_identity(claims, record)
    return claims


def _claim_identity(claims: Claims, record: Mapping[str, Any]) -> None:
    for name in ("play_id", "correction_of"):
        said = record.get(name)
        if said is not None and (isinstance(said, bool) or not isinstance(said, int | str)):
            claims.faults.append(f"{name} is {said!r}: give a number or a text")
    if record.get("revision") is not None and whole(record["revision"]) is None:
        claims.faults.append(f"revision is {record['revision']!r}: give a whole number")
    if not claims.faults and record.get("play_id") in {None, ""}:
        claims.doubts.append("no play_id: the event counts as new each time it comes")


def kind_of(record: Mapping[str, Any]) -> str:
    """Return an event's type by our name; a touchdown stays one."""
    said = next((record[name] for name in ("type", "play_type", "event_type") if record.get(name)), "")
    said = said.strip().lower() if isinstance(said, str) else repr(said)
    return ALIASES.get(said, said)


def whole(value: Any) -> int | None:
    """Return a whole number, None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 1e9:
        return None
    return int(value) if value == int(value) else None


def _claim_number(claims: Claims, record: Mapping[str, Any], name: str, spellings: tuple[str, ...]) -> None:
    said = next((record[spelling] for spelling in spellings if record.get(spelling) is not None), None)
    if said is None:
        return
    number = whole(said)
    if number is None:
        claims.faults.append(f"{name} is {said!r}: give a whole number")
    elif name == "field_position":
        claims.yards_to_goal = 100 - number
    else:
        setattr(claims, name, number)


def _text(claims: Claims, record: Mapping[str, Any], names: tuple[str, ...]) -> str:
    said = next((record[name] for name in names if record.get(name) is not None), "")
    if not isinstance(said, str):
        claims.faults.append(f"team is {said!r}: give its name")
        return ""
    return said


def clock_seconds(said: Any) -> int | None:
    """Return the seconds of a clock, given as "7:32" or as seconds; None where it is neither."""
    if isinstance(said, str):
        minutes, _, seconds = said.partition(":")
        return int(minutes or 0) * 60 + int(seconds) if seconds.isdigit() and (minutes.isdigit() or not minutes) else None
    return whole(round(said)) if isinstance(said, int | float) and not isinstance(said, bool) and abs(said) < 1e9 else None


def _clock(claims: Claims, record: Mapping[str, Any]) -> int | None:
    said = next((record[name] for name in ("clock", "time_remaining", "seconds", "quarter_seconds_remaining") if record.get(name) is not None), None)
    if said is None:
        return None
    seconds = clock_seconds(said)
    if seconds is None:
        claims.faults.append(f"clock is {said!r}: give seconds or minutes:seconds")
    return seconds
