"""The order in which a game's events happened, whatever order they arrived in."""

from collections.abc import Iterable

from eddyline.football.events import GameEnd, HalfEnd, PlainEvent, PlayId, QuarterEnd
from eddyline.football.rules import QUARTER_S

Key = tuple[int, int, int, int, str]


def by_id(events: Iterable[PlainEvent]) -> list[PlainEvent]:
    """Order events by their ids: for feeds whose ids run with the game and whose clocks are coarse."""
    return sorted(events, key=lambda event: _id(event.play_id))


def by_clock(events: Iterable[PlainEvent]) -> list[PlainEvent]:
    """Order events by quarter and falling clock, and by id where the clock stands: for feeds that number late additions higher.

    A blank clock is that of the event before by id; a quarter's end stands at 0:00.
    """
    keyed: list[tuple[Key, PlainEvent]] = []
    quarter, seconds = 1, QUARTER_S
    for event in by_id(events):
        if event.quarter is not None and event.quarter != quarter:
            quarter, seconds = event.quarter, QUARTER_S
        seconds = seconds if event.seconds is None else event.seconds
        keyed.append(((quarter, _last(event), -seconds, *_id(event.play_id)), event))
        if isinstance(event, QuarterEnd | HalfEnd):  # events without a quarter belong to the next one from here on
            quarter, seconds = (quarter + 1 if isinstance(event, QuarterEnd) else max(quarter, 3)), QUARTER_S
    return [event for _, event in sorted(keyed, key=lambda pair: pair[0])]


def _last(event: PlainEvent) -> int:
    return 1 if isinstance(event, QuarterEnd) else 2 if isinstance(event, GameEnd) else 0


def _id(play_id: PlayId) -> tuple[int, str]:
    return (play_id, "") if isinstance(play_id, int) else (0, play_id)
