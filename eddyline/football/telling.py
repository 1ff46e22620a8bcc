"""From an event between two states to the record that tells what it was worth."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from eddyline.football.course import PlayRecord, elapsed
from eddyline.football.decisions import Decisions
from eddyline.football.events import Kickoff, PlainEvent, Play
from eddyline.football.history import Entry
from eddyline.football.models import Models
from eddyline.football.moments import Standing, moment_of, standing
from eddyline.football.play_values import expected_points_added
from eddyline.football.players import named_players
from eddyline.football.reducer.alignment import aligned
from eddyline.football.rules import Rules
from eddyline.football.situation import situation
from eddyline.football.state import GameState

CHOSEN = {"rush": "go", "pass": "go", "sack": "go", "field_goal": "field_goal", "punt": "punt"}  # nosec B105 - a pass is a throw, no password


@dataclass(frozen=True, slots=True)
class Teller:
    """Tells one game's plays."""

    rules: Rules
    models: Models
    decisions: Decisions
    home_spread: float | None = None

    def standing(self, state: GameState) -> Standing:
        """Return how the game stands."""
        return standing(state, self.rules, self.models.win_probability, self.home_spread)

    def expected_points(self, state: GameState) -> float | None:
        """Return what the next score of the half is worth to the team with the ball; None where no down is to be played."""
        row = moment_of(state)
        return None if row is None else float(self.models.expected_points.of(row, self.rules)[0])

    def record(self, entry: Entry) -> PlayRecord:
        """Return what an event was worth, as far as is known before the next one."""
        event = entry.event
        before = aligned(entry.before, event, self.rules)
        kind, counts = str(event.__struct_config__.tag), isinstance(event, Play) and not event.no_play
        begun = self.begun(before, kind, event.play_id, event.description, offence=_offence(event, before), counts=counts)
        stands = self.standing(entry.after)
        return replace(begun, home_wp=stands.home, tie_wp=stands.tie, home_score=entry.after.home_score, away_score=entry.after.away_score)

    def begun(self, before: GameState, kind: str, play_id: int | str, description: str, *, offence: str, counts: bool) -> PlayRecord:
        """Return the record of a play that has not moved anything yet; `counts` is whether the down was played."""
        stood = self.standing(before)
        return PlayRecord(
            play_id=play_id,
            kind=kind,
            quarter=before.quarter,
            seconds=before.seconds,
            elapsed_s=elapsed(before.quarter, before.seconds, self.rules),
            situation=situation(before),
            possession=before.possession,
            offence=offence,
            down=before.down,
            distance=before.distance,
            yards_to_goal=before.yards_to_goal if before.down else None,
            home_score_before=before.home_score,
            away_score_before=before.away_score,
            home_score=before.home_score,
            away_score=before.away_score,
            home_wp_before=stood.home,
            tie_wp_before=stood.tie,
            home_wp=stood.home,
            tie_wp=stood.tie,
            expected_points=self.expected_points(before),
            players=named_players(description) if counts else (),
            description=description,
            **(self._decided(before, kind) if counts else {}),
        )

    def _decided(self, before: GameState, kind: str) -> dict[str, Any]:
        advice = self.decisions.fourth_down(before)
        if advice is None:
            return {}
        return {
            "advised": str(advice.names()[0]),
            "margin": float(advice.margin[0]),
            "confidence": float(advice.confidence[0]),
            "chosen": CHOSEN.get(kind, ""),
        }


def told(teller: Teller, entries: Sequence[Entry]) -> tuple[PlayRecord, ...]:
    """Return the records of a whole game."""
    return joined([teller.record(entry) for entry in entries], entries[0].after.home_team if entries else "")


def joined(records: Sequence[PlayRecord], home_team: str) -> tuple[PlayRecord, ...]:
    """Return records of which each ends where the next one begins."""
    ended = [settled(one, other, home_team) for one, other in pairwise(records)]
    return (*ended, *(valued(last, None, home_team) for last in records[-1:]))


def settled(record: PlayRecord, following: PlayRecord, home_team: str) -> PlayRecord:
    """Return a record whose play ends where the next one begins: with the clock run off, and what the feed then states."""
    ended = replace(
        record,
        home_wp=following.home_wp_before,
        tie_wp=following.tie_wp_before,
        home_score=following.home_score_before,
        away_score=following.away_score_before,
    )
    return valued(ended, following, home_team)


def valued(record: PlayRecord, following: PlayRecord | None, home_team: str) -> PlayRecord:
    """Return a record with its expected points added, where a down was played; `following` is None at the end."""
    if record.expected_points is None or not record.offence or record.down is None:
        return record
    home_points = record.home_score - record.home_score_before - (record.away_score - record.away_score_before)
    points = home_points if record.offence == home_team else -home_points
    epa = expected_points_added(record.expected_points, _later(record, following), points)
    return replace(record, epa=epa, success=epa > 0)


def _later(record: PlayRecord, following: PlayRecord | None) -> float | None:
    if following is None or following.expected_points is None or (record.quarter <= 2) != (following.quarter <= 2):
        return None
    same = following.possession == record.possession
    return following.expected_points if same else -following.expected_points


def _offence(event: PlainEvent, before: GameState) -> str:
    if not isinstance(event, Play):
        return ""
    receiving = isinstance(event, Kickoff)
    return event.team or (before.defense if receiving else before.possession)
