"""Whether an event can be true of a game: its fields, their types, and what the state before it says.

What only looks wrong is accepted: losses and 99-yard gains, no down on kicks, a clock that rises and a score that falls after a review.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from eddyline.football.event_claims import Claims, claims_of_event, claims_of_record
from eddyline.football.events import AnyEvent, Event, Play
from eddyline.football.rules import Rules
from eddyline.football.state import GameState, Phase

LONGEST_RETURN = 109  # from the back of one end zone to the other goal line


class DataQuality(StrEnum):
    """How far an event can be trusted."""

    VALID = "valid"
    WARNING = "warning"  # it contradicts what was believed; it is taken as it is
    INVALID = "invalid"  # it cannot be true of any game, or not of this one


@dataclass(frozen=True, slots=True)
class ValidationResult:
    """A verdict with its reasons."""

    quality: DataQuality
    errors: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def validate(event: AnyEvent | Mapping[str, Any], state: GameState, rules: Rules) -> ValidationResult:
    """Judge an event, typed or a simple dictionary, before it is applied to a state."""
    claims = claims_of_event(event, state) if isinstance(event, Event) else claims_of_record(event)
    errors = (*claims.faults, *_impossible(claims, state))
    warnings = () if errors else (*claims.doubts, *_surprising(claims, state, rules, event))
    quality = DataQuality.INVALID if errors else DataQuality.WARNING if warnings else DataQuality.VALID
    return ValidationResult(quality, errors, warnings)


def _impossible(claims: Claims, state: GameState) -> Iterator[str]:
    yield from _impossible_spot(claims)
    if claims.team and claims.team not in {state.home_team, state.away_team}:
        yield f"{claims.team} does not play: the teams are {state.home_team} and {state.away_team}"
    if claims.quarter is not None and claims.quarter < 1:
        yield f"quarter {claims.quarter}: quarters count from 1, overtime from 5"
    if claims.seconds is not None and not 0 <= claims.seconds <= 900:
        yield f"{claims.seconds} seconds left: a quarter has 0 to 900"
    if claims.yards is not None and abs(claims.yards) > LONGEST_RETURN:
        yield f"{claims.yards} yards: the field and an end zone are {LONGEST_RETURN}"
    if any(score < 0 for score in (claims.home_score, claims.away_score) if score is not None):
        yield "a score below 0"


def _impossible_spot(claims: Claims) -> Iterator[str]:
    if claims.yards_to_goal is not None and not 1 <= claims.yards_to_goal <= 99:
        yield f"{claims.yards_to_goal} yards to the goal line: spots lie between 1 and 99"
    if claims.down is not None and not 1 <= claims.down <= 4:
        yield f"down {claims.down}: there are four"
    if claims.distance is not None and not 1 <= claims.distance <= 99:
        yield f"{claims.distance} yards to go: between 1 and 99"
    elif claims.distance is not None and claims.yards_to_goal is not None and claims.distance > claims.yards_to_goal >= 1:
        yield f"{claims.distance} yards to go lead beyond the goal line, {claims.yards_to_goal} yards away"


def _surprising(claims: Claims, state: GameState, rules: Rules, event: AnyEvent | Mapping[str, Any]) -> Iterator[str]:
    if state.final:
        yield "the game is over"
    if claims.quarter is not None and claims.quarter < state.quarter:
        yield f"quarter {claims.quarter} after quarter {state.quarter}"
    if not claims.corrects:
        yield from _backwards(claims, state)
    if isinstance(event, Play) or claims.scrimmage:
        yield from _otherwise(claims, state)
    if claims.kind == "timeout" and claims.team and state.timeouts_of(claims.team) == 0:
        yield f"{claims.team} has no timeout left"
    del rules


def _backwards(claims: Claims, state: GameState) -> Iterator[str]:
    if claims.quarter in {None, state.quarter} and claims.seconds is not None and claims.seconds > state.seconds:
        yield f"the clock rises from {state.seconds} to {claims.seconds} seconds"
    for team, told, known in (("home", claims.home_score, state.home_score), ("away", claims.away_score, state.away_score)):
        if told is not None and told < known:
            yield f"the {team} score falls from {known} to {told}"


def _otherwise(claims: Claims, state: GameState) -> Iterator[str]:
    if state.phase is not Phase.SCRIMMAGE or claims.quarter not in {None, state.quarter}:
        return
    believed = {"team": state.possession, "down": state.down, "distance": state.distance, "yards_to_goal": state.yards_to_goal}
    for name, known in believed.items():
        told = getattr(claims, name)
        if claims.scrimmage and told not in {None, "", known}:
            yield f"{name.replace('_', ' ')} is {told} in the feed, {known} after the play before"
    if claims.scrimmage and claims.yards is not None and claims.yards > (claims.yards_to_goal or state.yards_to_goal):
        yield f"{claims.yards} yards gained, {claims.yards_to_goal or state.yards_to_goal} were left to the goal line"
