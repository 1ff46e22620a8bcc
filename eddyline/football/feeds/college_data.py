"""The CollegeFootballData dialect: ids in the order of play, scores after the play, coarse clocks, one fixed goal line for all spots."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

from eddyline.football import events
from eddyline.football.events import Before
from eddyline.football.feeds import college_plays
from eddyline.football.feeds.college_sides import Sides
from eddyline.football.rules import Rules, college

Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class CollegeData:
    """Turns one game's records into events; `sides` says which goal line the feed counts from, and how it shortens the teams' names."""

    game_id: str
    home: str
    away: str
    rules: Rules
    sides: Sides

    @classmethod
    def from_header(cls, header: Record, records: Iterable[Record] = ()) -> Self:
        """Read who plays, and learn the field's orientation from the drives."""
        home, away = str(header["home"]), str(header["away"])
        feed = cls(str(header.get("game_id", "")), home, away, college(int(header["season"])), Sides(home, away))
        return feed.learnt(records)

    def learnt(self, records: Iterable[Record]) -> Self:
        """Return the adapter as it knows the field after these records."""
        return replace(self, sides=self.sides.learnt(records))

    def start(self) -> events.GameStart:
        """Return the event that opens the game."""
        return events.GameStart(game_id=self.game_id, play_id=0, home_team=self.home, away_team=self.away)

    def read(self, record: Record) -> list[events.PlainEvent]:
        """Turn a record into events: a touchdown's text tells of the try too."""
        heading = self._heading(record)
        admin = self._administrative(record, heading)
        return [admin] if admin is not None else college_plays.plays(record, heading | {"before": self._before(record)}, self.sides)

    def _heading(self, record: Record) -> dict[str, Any]:
        clock = record.get("clock") or {}
        return {
            "game_id": self.game_id,
            "play_id": int(record["play_id"]),
            "revision": int(record.get("revision") or 0),
            "quarter": int(record["period"]) if record.get("period") else None,
            "seconds": int(clock.get("minutes") or 0) * 60 + int(clock.get("seconds") or 0) if clock else None,
            "description": str(record.get("play_text") or ""),
        }

    def _before(self, record: Record) -> Before:
        place = self.sides.place(int(record.get("yard_line") or 0))
        down = int(record.get("down") or 0) or None
        return Before(
            possession=str(record.get("offense") or ""),
            place=place if 0 < place < 100 else None,
            down=down,
            distance=int(record.get("distance") or 0) or None if down else None,
        )

    def _administrative(self, record: Record, heading: dict[str, Any]) -> events.PlainEvent | None:
        kind, text = str(record.get("play_type") or ""), heading["description"]
        if kind == "Timeout":
            return events.Timeout(**heading, team=college_plays.timeout_by(text, self.sides))
        if kind == "End of Half":
            return events.HalfEnd(**heading)
        if kind == "End of Game" or re.search(r"(?i)end of (the )?game", text):
            return events.GameEnd(**heading)
        if kind in {"End Period", "End of Regulation"}:
            return events.QuarterEnd(**heading)
        return events.TwoMinuteWarning(**heading) if re.search(r"(?i)two.minute (warning|timeout)", kind) else None
