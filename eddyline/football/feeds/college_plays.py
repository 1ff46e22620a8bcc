"""CollegeFootballData plays: what each play type did, with the try that stands in a touchdown's text."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from eddyline.football import events
from eddyline.football.events import Ball, Before, Foul, Score
from eddyline.football.feeds.college_sides import Sides

_TRY = re.compile(r"\(([^()]*(?:KICK|PAT|[Tt]wo-?\s?[Pp]oint|2pt)[^()]*)\)")
_DEFENCE_SCORES = re.compile(r"Interception|Fumble Return|Recovery \(Opponent\)|Punt|Blocked|Missed")
_OPPONENT_HAS_IT = re.compile(r"Interception|Recovery \(Opponent\)|Fumble Return")


@dataclass(frozen=True, slots=True)
class Reading:
    """One play's record, read once."""

    record: Mapping[str, Any]
    heading: dict[str, Any]
    sides: Sides
    kind: str
    text: str
    offence: str
    place: int

    @property
    def defence(self) -> str:
        """The other team."""
        return self.sides.other(self.offence)

    @property
    def yards(self) -> int:
        """Yards gained as the feed gives them, penalties that count among them."""
        return int(self.record.get("yards_gained") or 0)

    @property
    def touchdown(self) -> bool:
        """Whether the play ended in the end zone: by its type, its words, or the try that is told with it."""
        return "Touchdown" in self.kind or re.search(r"for a TD\b", self.text) is not None or _TRY.search(self.text) is not None


def plays(record: Mapping[str, Any], heading: dict[str, Any], sides: Sides) -> list[events.PlainEvent]:
    """Return the events that a play's record tells of."""
    text, kind = str(record.get("play_text") or ""), str(record.get("play_type") or "")
    reading = Reading(record, heading, sides, kind, text, str(record.get("offense") or ""), sides.place(int(record.get("yard_line") or 0)))
    return [_play(reading), *_try(reading)]


def timeout_by(text: str, sides: Sides) -> str:
    """Return the team that a text charges with a timeout, empty for none."""
    match = re.search(r"(?i)timeout (?P<name>[^,]+), clock", text)
    return _named(match["name"], sides) if match else ""


def _named(name: str, sides: Sides) -> str:
    said = name.strip().lower()
    return next((team for team in (sides.home, sides.away) if team.lower() == said), "") or sides.called(name.strip())


def _play(reading: Reading) -> events.PlainEvent:
    return next(builder for pattern, builder in _KINDS if re.search(pattern, f"{reading.kind}: {reading.text}"))(reading)


def _common(reading: Reading) -> dict[str, Any]:
    charged = timeout_by(reading.text, reading.sides)
    return reading.heading | {"team": reading.offence, "timeouts": (charged,) if charged else (), "scores": _touchdowns(reading), "yards": reading.yards}


def _touchdowns(reading: Reading) -> tuple[Score, ...]:
    if not reading.touchdown:
        return ()
    return (Score(reading.defence if _DEFENCE_SCORES.search(reading.kind) else reading.offence, "touchdown"),)


def _scrimmage(reading: Reading) -> dict[str, Any]:
    holder = _holder(reading)
    lost: Literal["interception", "fumble_lost"] | None = None
    if holder != reading.offence:
        lost = "interception" if "ntercept" in reading.kind else "fumble_lost"
    return _common(reading) | {
        "end": _end(reading, holder),
        "turnover": lost,
        "first_down": True if holder == reading.offence and _reached(reading) else None,
    }


def _reached(reading: Reading) -> bool:
    # A foul after the whistle takes yards back from `yards_gained`, not the first down.
    told = re.search(r"for (\d+) yds?\b", reading.text)
    distance = int(reading.record.get("distance") or 0)
    return re.search(r"(?i)1st down", reading.text) is not None or (told is not None and int(told[1]) >= distance > 0)


def _holder(reading: Reading) -> str:
    if _OPPONENT_HAS_IT.search(reading.kind):
        return reading.defence
    match = re.search(r"recovered by (?P<side>[A-Za-z.&'-]+)", reading.text)
    return (reading.sides.called(match["side"]) or reading.offence) if match else reading.offence


def _end(reading: Reading, holder: str) -> Ball:
    if holder != reading.offence and re.search(r"(?i)touchback", reading.text):
        return Ball(holder, reading.sides.own_goal(holder))
    spot = reading.sides.last_spot(reading.text)
    return Ball(holder, spot if spot is not None else reading.sides.gained(reading.offence, reading.place, reading.yards))


def _penalty(reading: Reading) -> events.Penalty:
    moved = reading.yards
    foul = Foul(team=reading.offence if moved < 0 else reading.defence, yards=abs(moved), no_play=True)
    first = True if re.search(r"(?i)1st down", reading.text) else None
    return events.Penalty(**_common(reading) | {"scores": ()}, fouls=(foul,) if moved else (), no_play=True, first_down=first)


def _kickoff(reading: Reading) -> events.Kickoff:
    own = reading.place if reading.offence == reading.sides.home else 100 - reading.place
    kicker = reading.offence if own <= 50 else reading.defence  # some rows name the receivers as the offence
    receiver = reading.sides.other(kicker)
    spot = reading.sides.last_spot(reading.text)
    returned = re.search(r"return|downed|recovered|fair catch", reading.text) is not None and spot is not None
    recovered = re.search(r"recovered by (?P<side>[A-Za-z.&'-]+)", reading.text)
    holder = (reading.sides.called(recovered["side"]) or receiver) if recovered else receiver
    common = _common(reading) | {"team": kicker, "before": Before(possession=receiver, place=reading.place), "yards": None}
    if reading.touchdown:
        return events.Kickoff(**common | {"scores": (Score(receiver, "touchdown"),)})
    return events.Kickoff(
        **common,
        end=Ball(holder, spot) if returned and spot is not None else None,
        touchback=not returned,
        onside=re.search(r"(?i)on-?side", reading.text) is not None,
        kicked_from=reading.place,
    )


def _punt(reading: Reading) -> events.Punt:
    kicked = re.search(r"punt for (\d+) yds?", reading.text)
    recovered = re.search(r"recovered by (?P<side>[A-Za-z.&'-]+)", reading.text)
    holder = (reading.sides.called(recovered["side"]) or reading.defence) if recovered else reading.defence
    result: Literal["blocked", "touchback", "returned"] = "returned"
    if "block" in reading.text.lower() or "Blocked" in reading.kind:
        result = "blocked"
    elif re.search(r"(?i)touchback", reading.text):
        result = "touchback"
    spot = reading.sides.last_spot(reading.text)
    end = Ball(holder, spot) if spot is not None and result != "touchback" else None
    return events.Punt(**_common(reading), end=end, kick_yards=int(kicked[1]) if kicked else None, result=result)


def _field_goal(reading: Reading) -> events.FieldGoal:
    result: Literal["good", "blocked", "missed"] = "good" if "Good" in reading.kind else "blocked" if "Blocked" in reading.kind else "missed"
    scores = (Score(reading.offence, "field_goal"),) if result == "good" else _touchdowns(reading)
    kicked = re.search(r"(\d+) yd", reading.text)
    return events.FieldGoal(**_common(reading) | {"scores": scores, "yards": None}, kick_yards=int(kicked[1]) if kicked else None, result=result)


def _try(reading: Reading) -> list[events.PlainEvent]:
    match = _TRY.search(reading.text)
    scores = _touchdowns(reading) if not reading.kind.startswith("Kickoff") else ()
    if match is None or not scores:
        return []
    heading = {key: value for key, value in reading.heading.items() if key != "before"}
    heading |= {"play_id": reading.heading["play_id"] + 1, "team": scores[0].team, "description": match[1].strip()}
    said = match[1]
    failed = re.search(r"(?i)fail|miss|block|no good", said) is not None
    if re.search(r"(?i)two-?\s?point|2pt", said):
        return [events.TwoPoint(**heading, result="failure" if failed else "success")]
    return [events.ExtraPoint(**heading, result="missed" if failed else "good")]


def _sack(reading: Reading) -> events.Sack:
    return events.Sack(**_scrimmage(reading))


def _pass(reading: Reading) -> events.Pass:
    return events.Pass(**_scrimmage(reading), complete=reading.kind in {"Pass Reception", "Passing Touchdown"})


def _safety(reading: Reading) -> events.Rush:
    return events.Rush(**_common(reading) | {"scores": (Score(reading.defence, "safety"),)})


def _rush(reading: Reading) -> events.Rush:
    return events.Rush(**_scrimmage(reading))


def _note(reading: Reading) -> events.Note:
    return events.Note(**{key: value for key, value in reading.heading.items() if key != "before"})


# The first that fits a play's "type: text" builds its event.
_KINDS: tuple[tuple[str, Callable[[Reading], events.PlainEvent]], ...] = (
    (r"^Penalty:|\bNO PLAY\b", _penalty),
    (r"^Kickoff", _kickoff),
    (r"^[^:]*Punt", _punt),
    (r"^[^:]*Field Goal", _field_goal),
    (r"^Sack", _sack),
    (r"^[^:]*(Pass|Interception)", _pass),
    (r"^Safety", _safety),
    (r"^(Rush|Fumble)", _rush),
    (r"", _note),
)
