"""Game Center plays: which type a play is of by its statistics, and the event that it becomes."""

import re
from collections.abc import Callable, Mapping
from typing import Any, Literal

from eddyline.football import events
from eddyline.football.events import Ball, Before, Score
from eddyline.football.feeds import game_center_reading as facts
from eddyline.football.feeds.game_center_reading import (
    DEFENSIVE_TWO_POINT,
    EXTRA_POINTS,
    FIELD_GOALS,
    KICKOFFS,
    PASSES,
    PUNTS,
    RUSHES,
    SACK,
    TWO_POINTS,
    Reading,
)
from eddyline.football.feeds.game_center_text import Field

Builder = Callable[[Reading], events.PlainEvent]


def play(record: Mapping[str, Any], heading: dict[str, Any], field: Field, charged: tuple[str, ...]) -> events.PlainEvent:
    """Turn the record of a play into an event."""
    reading = facts.read(record, heading, field, charged)
    builder = next((builder for recognises, builder in _KINDS if recognises(reading)), None)
    return builder(reading) if builder else _other(reading)


def _scrimmage(reading: Reading) -> dict[str, Any]:
    return _common(reading) | {
        "yards": facts.gain(reading),
        "end": None if reading.no_play else reading.story.ball,
        "first_down": facts.first_down(reading),
        "turnover": facts.turnover(reading),
    }


def _common(reading: Reading) -> dict[str, Any]:
    return reading.heading | {
        "team": reading.offence,
        "before": _before(reading),
        "scores": facts.scores(reading),
        "fouls": reading.fouls,
        "timeouts": reading.timeouts,
        "no_play": reading.no_play,
        "review": facts.review(reading),
    }


def _before(reading: Reading) -> Before:
    record = reading.record
    down = int(record.get("down") or 0) or None
    return Before(
        possession=reading.offence,
        place=reading.field.read(str(record.get("yrdln") or "")),
        down=down,
        distance=int(record.get("ydstogo") or 0) if down else None,
    )


def _pass(reading: Reading) -> events.Pass:
    return events.Pass(**_scrimmage(reading), complete=bool(reading.numbers & {15, 16}))


def _punt(reading: Reading) -> events.Punt:
    result: Literal["blocked", "touchback", "muffed", "fair_catch", "downed", "out_of_bounds", "returned"] = "returned"
    if reading.says(r"punt is BLOCKED") or 2 in reading.numbers:
        result = "blocked"
    elif reading.story.touchback:
        result = "touchback"
    elif reading.says(r"MUFFS"):
        result = "muffed"
    elif reading.says(r"fair catch"):
        result = "fair_catch"
    return events.Punt(**_scrimmage(reading) | {"turnover": None}, kick_yards=reading.yards_of(PUNTS - {2}), result=result)


def _field_goal(reading: Reading) -> events.FieldGoal:
    good = 70 in reading.numbers or reading.says(r"field goal is GOOD")
    blocked = 71 in reading.numbers or reading.says(r"field goal is BLOCKED")
    common = _common(reading)
    if good and not common["scores"]:
        common["scores"] = (Score(reading.offence, "field_goal"),)
    result: Literal["good", "blocked", "missed"] = "good" if good else "blocked" if blocked else "missed"
    return events.FieldGoal(**common, end=None if good else reading.story.ball, kick_yards=reading.yards_of(FIELD_GOALS) or _distance(reading), result=result)


def _distance(reading: Reading) -> int | None:
    match = re.search(r"(\d+) yard field goal", reading.text)
    return int(match[1]) if match else None


def _kickoff(reading: Reading) -> events.Kickoff:
    story = reading.story
    common = _common(reading) | {
        "before": Before(possession=reading.field.other(reading.offence), place=reading.field.read(str(reading.record.get("yrdln") or "")))
    }
    common |= {"fouls": tuple(foul for foul in reading.fouls if not re.fullmatch(r"(free )?kick(off)? out of bounds", foul.name))}
    return events.Kickoff(
        **common,
        end=_out_of_bounds(reading) or (None if story.touchback else story.ball),
        kick_yards=reading.yards_of(KICKOFFS - {42, 410}),
        onside=reading.says(r"\bkicks onside\b"),
        touchback=story.touchback,
        kicked_from=story.kicked_from,
    )


def _out_of_bounds(reading: Reading) -> Ball | None:
    kicked_from, landed = reading.story.kicked_from, reading.story.place
    if kicked_from is None or not reading.says(r"kicks (onside )?-?\d+ yards? from [^.]*, out of bounds"):
        return None
    forward = 1 if reading.offence == reading.field.home else -1
    own = kicked_from if forward > 0 else 100 - kicked_from
    ahead = 25 if own == 35 else 30  # the receivers start at their 40 after a kick from the usual spot, old or new
    if landed is not None:
        ahead = min(ahead, max(0, (landed - kicked_from) * forward))
    return Ball(reading.field.other(reading.offence), kicked_from + ahead * forward)


def _extra_point(reading: Reading) -> events.ExtraPoint:
    result = next((EXTRA_POINTS[number] for number in reading.numbers & EXTRA_POINTS.keys()), None)
    if result is None:
        result = "good" if reading.says(r"is GOOD") else "blocked" if reading.says(r"(?i)is blocked") else "aborted" if reading.says("Aborted") else "missed"
    return events.ExtraPoint(**_common(reading) | {"scores": _try_scores(reading, result == "good", "extra_point")}, result=result)  # type: ignore[arg-type]


def _two_point(reading: Reading) -> events.TwoPoint:
    ours = re.split(r"DEFENSIVE TWO-POINT", reading.text)[0]
    good = bool(reading.numbers & {75, 77}) or "ATTEMPT SUCCEEDS" in ours
    scores = _try_scores(reading, good, "two_point")
    return events.TwoPoint(**_common(reading) | {"scores": scores}, result="success" if good else "failure")


def _try_scores(reading: Reading, good: bool, kind: Literal["extra_point", "two_point"]) -> tuple[Score, ...]:  # noqa: FBT001 - told apart by the caller
    if good:
        return (Score(reading.offence, kind),)
    theirs = re.split(r"DEFENSIVE TWO-POINT", reading.text)[1:]
    if DEFENSIVE_TWO_POINT in reading.numbers or any("ATTEMPT SUCCEEDS" in part for part in theirs):
        return (Score(reading.field.other(reading.offence), "defensive_two_point"),)
    return ()


def _penalty(reading: Reading) -> events.Penalty:
    first = True if 5 in reading.numbers else None
    before = _before(reading)
    if reading.on_kick:
        before = Before(possession="", place=before.place)
    return events.Penalty(**_common(reading) | {"scores": (), "before": before, "no_play": True}, on_kick=reading.on_kick, first_down=first)


def _other(reading: Reading) -> events.PlainEvent:
    return events.Rush(**_scrimmage(reading)) if not reading.on_kick and reading.stats else events.Note(**reading.heading)


def _is_kickoff(reading: Reading) -> bool:
    return bool(reading.numbers & KICKOFFS) or (reading.on_kick and reading.says(r"\bkicks (onside )?-?\d+ yards? from"))


def _is_try_kick(reading: Reading) -> bool:
    return bool(reading.numbers & EXTRA_POINTS.keys()) or reading.says(r"(?i)\bextra point\b")


def _is_two_point(reading: Reading) -> bool:
    return bool(reading.numbers & TWO_POINTS.keys()) or reading.says(r"TWO-POINT CONVERSION")


def _is_punt(reading: Reading) -> bool:
    return bool(reading.numbers & PUNTS) or (not reading.numbers & (RUSHES | PASSES | {SACK}) and reading.says(r"\bpunts\b|\bpunt is BLOCKED"))


_KINDS: tuple[tuple[Callable[[Reading], bool], Builder], ...] = (
    (lambda reading: reading.no_play and not _is_kickoff(reading), _penalty),
    (_is_two_point, _two_point),
    (_is_try_kick, _extra_point),
    (_is_kickoff, _kickoff),
    (lambda reading: bool(reading.numbers & FIELD_GOALS) or reading.says(r"field goal is"), _field_goal),
    (_is_punt, _punt),
    (lambda reading: reading.says(r"\bkneels\b"), lambda reading: events.Kneel(**_scrimmage(reading))),
    (lambda reading: reading.says(r"\bspiked\b"), lambda reading: events.Spike(**_scrimmage(reading))),
    (lambda reading: SACK in reading.numbers or reading.says(r"\bsacked\b"), lambda reading: events.Sack(**_scrimmage(reading))),
    (lambda reading: bool(reading.numbers & PASSES) or reading.says(r"\bpass\b"), _pass),
    (
        lambda reading: bool(reading.numbers & RUSHES) or reading.says(r"\bfor (-?\d+ yards?|no gain)\b") or reading.story.place is not None,
        lambda reading: events.Rush(**_scrimmage(reading)),
    ),
    (lambda reading: bool(reading.fouls), _penalty),
)
