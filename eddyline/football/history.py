"""A game as it is known now: events in the order of the game, repeats dropped, corrections in their place, a state after each."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from eddyline.football.events import AnyEvent, Correction, Event, Penalty, PlainEvent, Play, PlayId, QuarterEnd
from eddyline.football.feeds.scoring_summary import ScoringLine
from eddyline.football.missing_tries import completed
from eddyline.football.ordering import by_clock
from eddyline.football.reducer.step import step
from eddyline.football.rules import Rules
from eddyline.football.state import GameState


class Effect(StrEnum):
    """What an event did to the history."""

    NEW = "new"
    REPEATED = "repeated"  # known already: nothing changed
    CORRECTED = "corrected"  # it took the place of another; everything after was recomputed
    OUTDATED = "outdated"  # a newer revision is known
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Entry:
    """An event between the states before and after it; `before` was believed without having read the event."""

    event: PlainEvent
    before: GameState
    after: GameState


Order = Callable[[Iterable[PlainEvent]], list[PlainEvent]]


@dataclass(slots=True)
class History:
    """Folds a game's events to states, in whatever order they arrive."""

    rules: Rules
    start: GameState
    order: Order = by_clock
    _events: dict[PlayId, PlainEvent] = field(default_factory=dict)
    _removed: dict[PlayId, int] = field(default_factory=dict)
    _summary: dict[PlayId, ScoringLine] = field(default_factory=dict)
    _entries: list[Entry] = field(default_factory=list)
    _folded: int = 0  # events that the entries tell of
    _highest: int = 0  # id among them

    @property
    def entries(self) -> list[Entry]:
        """The events in the order of the game, tries that the feed lacks among them."""
        return self._entries

    @property
    def state(self) -> GameState:
        """The state after the last event."""
        return self._entries[-1].after if self._entries else self.start

    def add(self, event: AnyEvent) -> Effect:
        """Take an event in; what it changes is recomputed from its place on."""
        effect = self.hold(event)
        if effect is Effect.NEW and not isinstance(event, Correction) and self._comes_last(event):
            self._append(event)
        elif effect in {Effect.NEW, Effect.CORRECTED, Effect.REMOVED}:
            self._fold()
        return effect

    def hold(self, event: AnyEvent) -> Effect:
        """Take an event in without computing; the next `add` or `summarise` computes."""
        return self._correct(event) if isinstance(event, Correction) else self._put(event)

    def summarise(self, lines: Iterable[ScoringLine]) -> None:
        """Take lines of a scoring summary in: evidence for tries and points that the plays do not tell of."""
        self._summary |= {line.play_id: line for line in lines}
        self._fold()

    def _put(self, event: PlainEvent) -> Effect:
        known = self._events.get(event.play_id)
        if known is None:
            if self._removed.get(event.play_id, -1) >= event.revision:
                return Effect.OUTDATED
            self._events[event.play_id] = event
            return Effect.NEW
        if known == event:
            return Effect.REPEATED
        if event.revision < known.revision:
            return Effect.OUTDATED
        self._events[event.play_id] = event
        return Effect.CORRECTED

    def _correct(self, correction: Correction) -> Effect:
        known = self._events.get(correction.correction_of)
        if known is not None and correction.revision < known.revision:
            return Effect.OUTDATED
        if correction.play is not None:
            return self._put(correction.play)
        self._removed[correction.correction_of] = correction.revision
        return Effect.REMOVED if self._events.pop(correction.correction_of, None) is not None else Effect.REPEATED

    def _comes_last(self, event: PlainEvent) -> bool:
        """Tell without ordering all events anew whether one comes after them: most do."""
        newest = next((entry.event for entry in reversed(self._entries) if not _inferred(entry.event)), None)
        if newest is None or len(self._events) != self._folded + 1 or not isinstance(event.play_id, int) or event.play_id <= self._highest:
            return False
        return _timed(newest) and _timed(event) and self.order([newest, event])[-1] is event

    def _append(self, event: PlainEvent) -> None:
        start = next((place for place in reversed(range(len(self._entries))) if _settles_tries(self._entries[place].event)), 0)
        told = [entry.event for entry in self._entries[start:] if not _inferred(entry.event)]
        self._compute(completed([*told, event], self._summary), start)

    def _fold(self) -> None:
        self._compute(completed(self.order(self._events.values()), self._summary), 0)

    def _compute(self, sequence: list[PlainEvent], start: int) -> None:
        same = _common_start(sequence, (entry.event for entry in self._entries[start:]))
        del self._entries[start + same :]
        state = self.state
        for event in sequence[same:]:
            after = step(state, event, self.rules)
            self._entries.append(Entry(event, state, after))
            state = after
        self._folded = len(self._events)
        self._highest = max(self._highest, *(event.play_id for event in sequence[same:] if isinstance(event.play_id, int)), 0)


def _timed(event: PlainEvent) -> bool:
    return event.quarter is not None and (event.seconds is not None or isinstance(event, QuarterEnd))


def _inferred(event: PlainEvent) -> bool:
    return isinstance(event, Play) and event.inferred


def _settles_tries(event: PlainEvent) -> bool:
    # What came before such a play is settled: a touchdown before it has its try, or never will.
    return isinstance(event, Play) and not event.inferred and not (isinstance(event, Penalty) and event.on_kick)


def _common_start(new: list[PlainEvent], old: Iterator[Event]) -> int:
    same = 0
    for one, other in zip(new, old, strict=False):
        if one is not other and one != other:
            break
        same += 1
    return same
