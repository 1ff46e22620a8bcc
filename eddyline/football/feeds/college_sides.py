"""Which goal line a CollegeFootballData game counts from, and which team a shortened name means: learnt from the game itself."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any, Self

SPOT = re.compile(r"(?:to|at) (?:the )?(?:(?P<side>[A-Za-z][A-Za-z.&'-]*) ?(?P<yard>\d{1,2})\b|(?:the )?(?P<middle>50) ?yard)")
_PLAIN = frozenset({"Rush", "Pass Reception"})


@dataclass(frozen=True, slots=True)
class Sides:
    """A game's field; `up` is the votes for the home team's goal line being the feed's zero, less those against."""

    home: str
    away: str
    up: int = 0
    votes: Mapping[str, int] = field(default_factory=dict)  # shortened name: plays that say it is the home team, less those against

    def learnt(self, records: Iterable[Mapping[str, Any]]) -> Self:
        """Return the sides after the evidence of these records: drives move towards the opponent, and spots in texts match the yards."""
        plays = sorted((record for record in records if record.get("play_type") in _PLAIN), key=lambda record: int(record["play_id"]))
        turned = replace(self, up=self.up + sum(self._direction(one, other) for one, other in pairwise(plays)))
        return replace(turned, votes=turned.counted(plays))

    def place(self, yard_line: int) -> int:
        """Return the place, in yards from the home team's goal line, of a yard line of the feed."""
        return yard_line if self.up >= 0 else 100 - yard_line

    def other(self, team: str) -> str:
        """Return the other team."""
        return self.away if team == self.home else self.home

    def gained(self, team: str, place: int, yards: int) -> int:
        """Return the place that a team reaches from another with so many yards."""
        return place + yards if team == self.home else place - yards

    def own_goal(self, team: str) -> int:
        """Return the place of a team's own goal line."""
        return 0 if team == self.home else 100

    def called(self, name: str) -> str:
        """Return the team that a name or a shortened one means, empty where neither fits better."""
        if self.votes.get(name):
            return self.home if self.votes[name] > 0 else self.away
        fits = [team for team in (self.home, self.away) if _shortens(name, team)]
        return fits[0] if len(fits) == 1 else ""

    def last_spot(self, text: str) -> int | None:
        """Return the place of the last spot that a text names, None for none that can be told."""
        place = None
        for spot in SPOT.finditer(text):
            if spot["middle"]:
                place = 50
            elif team := self.called(spot["side"]):
                place = int(spot["yard"]) if team == self.home else 100 - int(spot["yard"])
        return place

    def _direction(self, one: Mapping[str, Any], other: Mapping[str, Any]) -> int:
        moved, yards = int(other["yard_line"]) - int(one["yard_line"]), int(one["yards_gained"])
        if one.get("drive") != other.get("drive") or one["offense"] != other["offense"] or not yards or abs(moved) != abs(yards):
            return 0
        forward = 1 if moved * yards > 0 else -1
        return forward if one["offense"] == self.home else -forward

    def counted(self, plays: Iterable[Mapping[str, Any]]) -> dict[str, int]:
        """Return the votes with those of plays whose text names one spot, where their yards must have ended."""
        votes = dict(self.votes)
        for play in plays:
            spots = list(SPOT.finditer(str(play.get("play_text") or "")))
            if len(spots) != 1 or not spots[0]["side"]:
                continue
            end = self.gained(str(play["offense"]), self.place(int(play["yard_line"])), int(play["yards_gained"]))
            side, yard = spots[0]["side"], int(spots[0]["yard"])
            if yard != 50:
                votes[side] = votes.get(side, 0) + (end == yard) - (end == 100 - yard)
        return votes


def _shortens(name: str, team: str) -> bool:
    letters, whole = re.sub(r"[^a-z]", "", name.lower()), re.sub(r"[^a-z]", "", re.sub(r"(?i)^the ", "", team).lower())
    if not letters or letters[0] != whole[:1]:
        return False
    rest = iter(whole)
    return all(letter in rest for letter in letters)
