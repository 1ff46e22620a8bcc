"""The Game Center dialect: header, plays with numbered statistics and a text, scoring summary."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from eddyline.football import events
from eddyline.football.feeds import game_center_plays as plays
from eddyline.football.feeds.game_center_text import Field, lost_challenges, timeouts
from eddyline.football.feeds.teams import called, team
from eddyline.football.rules import Rules, nfl

Record = Mapping[str, Any]
TIMEOUT = 68  # the statistic


@dataclass(frozen=True, slots=True)
class GameCenter:
    """Turns one game's records into events."""

    game_id: str
    home: str
    away: str
    rules: Rules

    @classmethod
    def from_header(cls, header: Record) -> "GameCenter":
        """Read who plays and under which rules; the header's scores are the final ones and are not looked at."""
        postseason = str(header.get("season_type") or "REG").upper() != "REG"
        return cls(
            game_id=str(header.get("game_id", "")),
            home=team(header["home"]),
            away=team(header["away"]),
            rules=nfl(int(header["season"]), postseason=postseason),
        )

    @property
    def field(self) -> Field:
        """The field between the two teams' goal lines."""
        return Field(self.home, self.away)

    def start(self) -> events.GameStart:
        """Return the event that opens the game."""
        return events.GameStart(game_id=self.game_id, play_id=0, home_team=self.home, away_team=self.away)

    def read(self, record: Record) -> list[events.PlainEvent]:
        """Turn a play's record into events: always one."""
        text = record.get("desc") or ""
        admin = self._administrative(record, text)
        return [admin] if admin is not None else [self._play(record, text)]

    def _play(self, record: Record, text: str) -> events.PlainEvent:
        return plays.play(record, self.heading(record), self.field, self.charged(text))

    def heading(self, record: Record) -> dict[str, Any]:
        """Return what an event of any type carries."""
        return {
            "game_id": self.game_id,
            "play_id": int(record["play_id"]),
            "revision": int(record.get("revision") or 0),
            "quarter": int(record["qtr"]) if record.get("qtr") else None,
            "seconds": seconds(record.get("clock")),
            "description": record.get("desc") or "",
        }

    def charged(self, text: str) -> tuple[str, ...]:
        """Return the teams to which a play's text charges a timeout."""
        told = tuple(who for who, _ in timeouts(text) if who in {self.home, self.away})
        if told:
            return told
        losers = (called(words, (self.home, self.away)) for words in lost_challenges(text))
        return tuple(loser for loser in losers if loser)

    def _administrative(self, record: Record, text: str) -> events.PlainEvent | None:
        heading = self.heading(record)
        if re.match(r"(?i)\W*two.minute warning", text):
            return events.TwoMinuteWarning(**heading)
        if re.match(r"(?i)end (of )?game", text):
            return events.GameEnd(**heading)
        if re.match(r"(?i)end (of )?(quarter|half|period|\d|ot|overtime)", text):
            return events.QuarterEnd(**heading)
        stats = {int(stat["stat_id"]): team(stat.get("team")) for stat in record.get("stats") or ()}
        numbers = stats.keys()
        who, number = next((told for told in timeouts(text) if told[0] in {self.home, self.away}), ("", 0))
        if re.match(r"(?i)\W*timeout", text) or ((who or TIMEOUT in numbers) and not record.get("down") and numbers <= {TIMEOUT}):
            return events.Timeout(**heading, team=who or stats.get(TIMEOUT, ""), number=number or None)
        return events.Note(**heading) if not record.get("posteam") and not numbers else None


def seconds(clock: str | None) -> int | None:
    """Return a clock's seconds, None for a blank one."""
    match = re.fullmatch(r"\s*(\d*):(\d\d)\s*", clock or "")
    return int(match[1] or 0) * 60 + int(match[2]) if match else None
