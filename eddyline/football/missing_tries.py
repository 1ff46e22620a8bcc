"""Tries and points that the plays do not tell of, concluded from the scoring summary or from what followed."""

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from eddyline.football.events import Before, ExtraPoint, FieldGoal, Kickoff, Penalty, PlainEvent, Play, PlayId, Score, TwoPoint
from eddyline.football.feeds.scoring_summary import ScoringLine, Try

Summary = Mapping[PlayId, ScoringLine]


def completed(events: list[PlainEvent], summary: Summary) -> list[PlainEvent]:
    """Return the events with what the summary adds to them, and with the tries that the feed lacks (id of the touchdown + 1).

    Before the summary speaks, a try that a later play shows to be over counts as a good kick: 94 to 99 of 100 are.
    """
    told = [_told(event, summary.get(event.play_id)) for event in events]
    result: list[PlainEvent] = []
    for position, event in enumerate(told):
        result.append(event)
        if isinstance(event, Play) and any(score.kind == "touchdown" for score in event.scores):
            missing = _missing(event, told[position + 1 :], summary.get(event.play_id))
            result += [missing] if missing else []
    return result


def _told(event: PlainEvent, line: ScoringLine | None) -> PlainEvent:
    if line is None or line.kind is None or not isinstance(event, Play) or event.no_play or any(score.kind == line.kind for score in event.scores):
        return event
    if isinstance(event, FieldGoal) and line.kind == "field_goal":
        return replace(event, result="good", scores=(Score(line.team, "field_goal"),))
    return replace(event, scores=(*event.scores, Score(line.team, line.kind)))


def _missing(touchdown: Play, rest: list[PlainEvent], line: ScoringLine | None) -> ExtraPoint | TwoPoint | None:
    following = next((event for event in rest if isinstance(event, Play) and not (isinstance(event, Penalty) and event.on_kick)), None)
    if isinstance(following, ExtraPoint | TwoPoint) or not isinstance(touchdown.play_id, int):
        return None
    if line is not None:
        return _inferred(touchdown, line.attempt) if line.attempt else None
    return _inferred(touchdown, "kick_good") if isinstance(following, Kickoff) else None


def _inferred(touchdown: Play, attempt: Try) -> ExtraPoint | TwoPoint:
    team = next(score.team for score in touchdown.scores if score.kind == "touchdown")
    assert isinstance(touchdown.play_id, int)
    heading: dict[str, Any] = {
        "game_id": touchdown.game_id,
        "play_id": touchdown.play_id + 1,
        "quarter": touchdown.quarter,
        "seconds": touchdown.seconds,
        "team": team,
        "before": Before(possession=team),
        "inferred": True,
    }
    if attempt in {"kick_good", "kick_failed"}:
        good = attempt == "kick_good"
        return ExtraPoint(**heading, result="good" if good else "missed", scores=(Score(team, "extra_point"),) if good else ())
    good = attempt == "two_point_good"
    return TwoPoint(**heading, result="success" if good else "failure", scores=(Score(team, "two_point"),) if good else ())
