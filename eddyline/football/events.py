"""What can happen in a game: one class an event type, the only place where its fields are written.

A touchdown is an effect of a play, never an event of its own. A play is known by (game, play id, revision).
Places on the field are whole yards from the home team's goal line, 0 to 100; end zones reach beyond.
"""

from typing import Annotated, Literal

from msgspec import Meta, Struct

Team = Annotated[str, Meta(max_length=100, description="A team as the game's header names it; empty where nobody knows.")]
PlayId = Annotated[int | str, Meta(description="The feed's id of the play; numbers where the feed counts.")]
Place = Annotated[int, Meta(ge=-15, le=115, description="Yards from the home team's goal line.")]
ScoreKind = Literal["touchdown", "field_goal", "extra_point", "two_point", "safety", "defensive_two_point", "one_point_safety"]

POINTS: dict[ScoreKind, int] = {
    "touchdown": 6,
    "field_goal": 3,
    "extra_point": 1,
    "two_point": 2,
    "safety": 2,
    "defensive_two_point": 2,
    "one_point_safety": 1,
}


class Ball(Struct, frozen=True, gc=False):
    """Who has the ball, and where."""

    team: Team
    place: Place


class Score(Struct, frozen=True, gc=False):
    """Points for a team."""

    team: Team
    kind: ScoreKind


class Foul(Struct, frozen=True, kw_only=True, gc=False):
    """A penalty as it was decided; one that is declined or offset moves nothing."""

    team: Team
    name: str = ""
    yards: int = 0
    decision: Literal["accepted", "declined", "offsetting"] = "accepted"
    enforced_at: int | None = None  # place from which it is marked off, None where the feed does not say
    no_play: bool = False  # the down is played again
    between_downs: bool = False  # marked off on the next kick or snap
    first_down: bool = False  # it gives a first down by itself


class Before(Struct, frozen=True, kw_only=True, gc=False):
    """The moment before a play as the feed states it; on kicks `possession` is the team that receives."""

    possession: Team
    place: Place | None = None
    down: int | None = None
    distance: int | None = None


class Event(Struct, frozen=True, kw_only=True, tag_field="type", omit_defaults=True):
    """What every event carries: its identity, when it happened, and what the feed says of the moment before it."""

    game_id: str = ""
    play_id: PlayId = 0
    revision: int = 0
    quarter: int | None = None
    seconds: int | None = None  # left in the quarter
    description: str = ""
    before: Before | None = None
    score_after: tuple[int, int] | None = None  # home, away: feeds that state the score after a play


class Play(Event, frozen=True, kw_only=True):
    """An event with a ball in play; every effect that is given wins over what the rules would conclude."""

    team: Team = ""  # who snaps or kicks; empty: the team with the ball
    yards: int | None = None  # gained by that team, before penalties
    end: Ball | None = None  # where the ball was dead and whose it is, before penalties
    scores: tuple[Score, ...] = ()
    fouls: tuple[Foul, ...] = ()
    timeouts: tuple[Team, ...] = ()  # charged inside the play: lost challenges
    no_play: bool = False
    first_down: bool | None = None  # None: the yards decide
    turnover: Literal["interception", "fumble_lost", "downs"] | None = None
    review: Literal["upheld", "reversed"] | None = None
    inferred: bool = False  # the feed lacks it: we concluded it from what followed


class Rush(Play, frozen=True, kw_only=True, tag="rush"):
    """A run, a scramble, an aborted snap."""


class Pass(Play, frozen=True, kw_only=True, tag="pass"):
    """A pass; intercepted where `turnover` says so."""

    complete: bool | None = None


class Sack(Play, frozen=True, kw_only=True, tag="sack"):
    """The passer is down behind the line."""


class Kneel(Play, frozen=True, kw_only=True, tag="kneel"):
    """The offence gives the down away to run the clock."""


class Spike(Play, frozen=True, kw_only=True, tag="spike"):
    """The offence gives the down away to stop the clock."""


class Turnover(Play, frozen=True, kw_only=True, tag="turnover"):
    """A change of possession that the feed tells as a play of its own."""


class Penalty(Play, frozen=True, kw_only=True, tag="penalty"):
    """A foul without a play that counts."""

    on_kick: bool = False  # before or during a kickoff, or a try


class Punt(Play, frozen=True, kw_only=True, tag="punt"):
    """A punt; `end` says who has it."""

    kick_yards: int | None = None
    return_yards: int = 0
    result: Literal["returned", "touchback", "fair_catch", "downed", "out_of_bounds", "muffed", "blocked"] | None = None


class FieldGoal(Play, frozen=True, kw_only=True, tag="field_goal"):
    """A try for three points."""

    kick_yards: int | None = None
    result: Literal["good", "missed", "blocked"] = "good"


class Kickoff(Play, frozen=True, kw_only=True, tag="kickoff"):
    """A kickoff, or the free kick after a safety; `team` kicks."""

    kick_yards: int | None = None
    return_yards: int = 0
    onside: bool = False
    touchback: bool = False
    kicked_from: Place | None = None


class ExtraPoint(Play, frozen=True, kw_only=True, tag="extra_point"):
    """A kick after a touchdown."""

    result: Literal["good", "missed", "blocked", "aborted"] = "good"


class TwoPoint(Play, frozen=True, kw_only=True, tag="two_point"):
    """A run or pass after a touchdown."""

    result: Literal["success", "failure"] = "success"


class Safety(Play, frozen=True, kw_only=True, tag="safety"):
    """A safety that the feed tells as a play of its own; `team` is the one that was tackled."""


class Timeout(Event, frozen=True, kw_only=True, tag="timeout"):
    """A team, or the officials (empty), stop the clock."""

    team: Team = ""
    number: int | None = None  # how many this makes of the half's, where the feed counts


class TwoMinuteWarning(Event, frozen=True, kw_only=True, tag="two_minute_warning"):
    """The clock stops two minutes before a half ends."""


class QuarterEnd(Event, frozen=True, kw_only=True, tag="quarter_end"):
    """A quarter is over; a try or a kick may still follow at 0:00."""


class HalfEnd(Event, frozen=True, kw_only=True, tag="half_end"):
    """The first half is over."""


class GameStart(Event, frozen=True, kw_only=True, tag="game_start"):
    """The coin is tossed; `receiver` gets the first kickoff."""

    home_team: Team = ""
    away_team: Team = ""
    receiver: Team = ""


class GameEnd(Event, frozen=True, kw_only=True, tag="game_end"):
    """The game is over."""


class Note(Event, frozen=True, kw_only=True, tag="note"):
    """A row of a feed that moves nothing: an injury, a delay, a comment."""


PlayEvent = Rush | Pass | Sack | Kneel | Spike | Turnover | Penalty | Punt | FieldGoal | Kickoff | ExtraPoint | TwoPoint | Safety
AdministrativeEvent = Timeout | TwoMinuteWarning | QuarterEnd | HalfEnd | GameStart | GameEnd | Note
PlainEvent = PlayEvent | AdministrativeEvent


class Correction(Event, frozen=True, kw_only=True, tag="correction"):
    """Says that a play was another than told: `play` takes its place, None removes it."""

    correction_of: PlayId
    play: PlainEvent | None = None


AnyEvent = PlainEvent | Correction
TYPES: tuple[str, ...] = tuple(sorted(kind.__struct_config__.tag for kind in (*PlainEvent.__args__, Correction)))
