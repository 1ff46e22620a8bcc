"""Replays: a recorded game told again, with the state before each play as the feed states it and as we believed it."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from eddyline.football.events import AnyEvent, PlainEvent
from eddyline.football.history import Effect, History
from eddyline.football.situation import situation
from eddyline.plays.feed_files import Feed, Record, Recording, events_of, feed_of, history_of, lines_of
from eddyline.plays.replay_rows import Row, row


@dataclass(slots=True)
class Replay:
    """A recorded game: `rows` after all corrections, or `live` as each moment knew it; counts of what came are kept meanwhile."""

    recording: Recording
    feed: Feed = field(init=False)
    history: History = field(init=False)
    effects: Counter[Effect] = field(default_factory=Counter)
    rejected: list[str] = field(default_factory=list)  # records that mean nothing, and why
    scrimmage: int = 0  # rows of plays from scrimmage so far
    foreseen: int = 0  # those that began with the possession, spot, down and distance that were believed

    def __post_init__(self) -> None:
        self.feed = feed_of(self.recording)
        self.history = history_of(self.feed)
        self.rejected += self.recording.unreadable

    def rows(self) -> Iterator[Row]:
        """Give a row for each event in the order of the game, as it is known at the end."""
        for record in self.recording.records:
            self._take(record, self.history.hold)
        self.history.summarise(lines_of(self.recording.records))
        for position in range(len(self.history.entries)):
            yield self._counted(row(position, self.history.entries, self.feed.rules))

    def live(self) -> Iterator[Row]:
        """Give a row for each event when it comes, as it was known then; `arrival` counts the records."""
        told: dict[Any, PlainEvent] = {}
        for arrival, record in enumerate(self.recording.records):
            self._take(record, self.history.add)
            if record.get("kind") == "score_summary":
                self.history.summarise(lines_of([record]))
            yield from (one | {"arrival": arrival} for one in self._news(told))

    def report(self) -> dict[str, Any]:
        """Return what came, what was made of it and how the game stands."""
        state = self.history.state
        return {
            "game_id": self.feed.game_id,
            "events": len(self.history.entries),
            **{effect.value: self.effects[effect] for effect in Effect},
            "tries_inferred": sum(getattr(entry.event, "inferred", False) for entry in self.history.entries),
            "scrimmage": self.scrimmage,
            "foreseen": self.foreseen,
            "rejected": self.rejected,
            "home_team": state.home_team,
            "away_team": state.away_team,
            "home_score": state.home_score,
            "away_score": state.away_score,
            "final": state.final,
            "situation": situation(state),
        }

    def _take(self, record: Record, put: Any) -> None:
        try:
            events: Iterable[AnyEvent] = events_of(self.feed, record)
        except (KeyError, TypeError, ValueError) as error:
            self.rejected.append(f"play {record.get('play_id', 'without id')}: {type(error).__name__}: {error}")
            return
        for event in events:
            self.effects[put(event)] += 1

    def _news(self, told: dict[Any, PlainEvent]) -> list[Row]:
        entries = self.history.entries
        fresh = [position for position, entry in enumerate(entries) if told.get(entry.event.play_id) != entry.event]
        told.update((entries[position].event.play_id, entries[position].event) for position in fresh)
        return [self._counted(row(position, entries, self.feed.rules)) for position in fresh]

    def _counted(self, told: Row) -> Row:
        if told["down"] is not None:
            self.scrimmage += 1
            self.foreseen += all(told[name] == told[f"predicted_{name}"] for name in ("posteam", "yardline_100", "down", "ydstogo"))
        return told
