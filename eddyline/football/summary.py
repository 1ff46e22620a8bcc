"""What a game came to: turning points, who gained win probability, how well each team played."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from eddyline.football.course import Course, PlayRecord

KICKS = {"punt", "kickoff", "field_goal", "extra_point"}


@dataclass(frozen=True, slots=True)
class TurningPoint:
    """A play that moved the game; `gained` is by how much, 0 to 1."""

    play_id: int | str
    situation: str
    offence: str  # whose play it was
    description: str
    team: str  # who gained
    gained: float
    home_wp_before: float
    home_wp: float


@dataclass(frozen=True, slots=True)
class Gains:
    """Win probability that a team gained, by who was on the field; the other team's gains are the opposite."""

    offence: float
    defence: float
    special_teams: float
    other: float  # timeouts, the clock, ends

    @property
    def total(self) -> float:
        """Return all that was gained."""
        return self.offence + self.defence + self.special_teams + self.other


@dataclass(frozen=True, slots=True)
class TeamGame:
    """One team's game."""

    team: str
    points: int
    gains: Gains
    plays: int  # from scrimmage, with a value
    success_rate: float | None
    epa_per_play: float | None
    fourth_downs: int  # with advice that was no toss-up
    fourth_downs_as_advised: int


@dataclass(frozen=True, slots=True)
class Summary:
    """A game in figures."""

    game_id: str
    home: TeamGame
    away: TeamGame
    plays: int
    over: bool
    excitement: float  # the way that the win probability went, up and down
    lowest_of_winner: float | None  # the worst that the winner's chances were
    turning_points: tuple[TurningPoint, ...]
    players: tuple[tuple[str, str, float], ...]  # (player, team, gained), the most first


def summarise(course: Course, *, points: int = 5) -> Summary:
    """Sum a game up, with its `points` largest turning points."""
    records = course.records
    last = records[-1] if records else None
    return Summary(
        game_id=course.game_id,
        home=_team(course, course.home_team, last.home_score if last else 0),
        away=_team(course, course.away_team, last.away_score if last else 0),
        plays=len(records),
        over=course.over,
        excitement=sum(abs(record.gained) for record in records),
        lowest_of_winner=_lowest(course),
        turning_points=turning_points(course, points),
        players=player_gains(course),
    )


def turning_points(course: Course, count: int = 5) -> tuple[TurningPoint, ...]:
    """Return the plays that moved the win probability most, in the order of the game; none that moved nothing."""
    moved = [record for record in course.records if record.offence and record.gained]
    largest = sorted(moved, key=lambda record: -abs(record.gained))[:count]
    return tuple(_turn(course, record) for record in course.records if record in largest)


def player_gains(course: Course) -> tuple[tuple[str, str, float], ...]:
    """Return what the plays of each named ball carrier, passer, receiver or kicker were worth to the team with the ball.

    A pass counts in full for passer and receiver: sums of players are no sums of teams.
    """
    gains: defaultdict[tuple[str, str], float] = defaultdict(float)
    for record in course.records:
        for player in record.players:
            gains[player, record.offence] += course.gained_by(record.offence, record)
    return tuple((player, team, gain) for (player, team), gain in sorted(gains.items(), key=lambda item: (-item[1], item[0])))


def _turn(course: Course, record: PlayRecord) -> TurningPoint:
    team = course.home_team if record.gained > 0 else course.away_team
    return TurningPoint(record.play_id, record.situation, record.offence, record.description, team, abs(record.gained), record.home_wp_before, record.home_wp)


def _team(course: Course, team: str, points: int) -> TeamGame:
    own = [record for record in course.records if record.offence == team]
    valued = [record for record in own if record.epa is not None and record.kind not in KICKS]
    advised, followed = _advice(own)
    return TeamGame(
        team,
        points,
        _gains(course, team),
        plays=len(valued),
        success_rate=_mean(float(record.success) for record in valued if record.success is not None),
        epa_per_play=_mean(record.epa for record in valued if record.epa is not None),
        fourth_downs=advised,
        fourth_downs_as_advised=followed,
    )


def _gains(course: Course, team: str) -> Gains:
    sums: defaultdict[str, float] = defaultdict(float)
    for record in course.records:
        sums[_part(record, team)] += course.gained_by(team, record)
    return Gains(sums["offence"], sums["defence"], sums["special_teams"], sums["other"])


def _part(record: PlayRecord, team: str) -> str:
    if not record.offence:
        return "other"
    if record.kind in KICKS:
        return "special_teams"
    return "offence" if record.offence == team else "defence"


def _advice(own: list[PlayRecord]) -> tuple[int, int]:
    clear = [record for record in own if record.advised and record.chosen and (record.confidence or 0) >= 0.75]
    return len(clear), sum(record.advised == record.chosen for record in clear)


def _lowest(course: Course) -> float | None:
    if not course.over or not course.records or course.records[-1].tie_wp:
        return None
    if course.records[-1].home_wp == 1:
        return min(record.home_wp_before for record in course.records)
    return min(1 - record.home_wp_before - record.tie_wp_before for record in course.records)


def _mean(values: Iterable[float]) -> float | None:
    listed = list(values)
    return sum(listed) / len(listed) if listed else None
