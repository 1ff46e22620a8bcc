"""Which fault hits which component when, drawn from a seed. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from math import ceil
from random import Random


class Kind(StrEnum):
    """A kind of fault."""

    KILL = "kill"
    PAUSE = "sigstop"
    RESTART = "restart"
    CRASH = "crash-point"
    AWAY = "away"
    DISK_FULL = "disk-full"
    RESET = "reset"
    STALL = "timeout"
    HALF_OPEN = "half-open"
    SLOW = "slow"
    CUT = "cut"


CONNECTION_FAULTS = (Kind.RESET, Kind.STALL, Kind.HALF_OPEN, Kind.SLOW, Kind.CUT)
DOOR = "api"
# A long proof keeps the broker away for a minute; a short one for less, and says so.
AWAY_S, SHORT_AWAY_S = 60.0, 10.0
LONG_KILLS = 10
# Of the span from the shortest fault to the longest, a short proof draws from this share.
SHORT_REACH = 0.5
CONNECTION_FAULT_S = {Kind.RESET: (0.5, 3.0), Kind.STALL: (1.0, 6.0), Kind.HALF_OPEN: (1.0, 4.0), Kind.SLOW: (2.0, 6.0), Kind.CUT: (1.0, 4.0)}
PAUSE_S = (0.5, 6.0)
DISK_FULL_S = (3.0, 8.0)
SHORTEST_GAP_S, LONGEST_GAP_S = 0.3, 3.0


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: `after_s` the stack was well again it strikes `target` for `for_s`; `pick` in [0, 1) chooses among a component's processes.

    A kill of a job of ours goes on with `crash_points`: its next starts end there, one after the other.
    """

    kind: Kind
    target: str
    after_s: float
    for_s: float = 0.0
    pick: float = 0.0
    crash_points: tuple[str, ...] = ()

    @property
    def is_at_the_door(self) -> bool:
        """Tell whether it touches the API alone: what comes after it in Kafka goes on as ever."""
        return self.target.startswith(DOOR)

    def __str__(self) -> str:
        lasting = f" for {self.for_s:.1f} s" if self.for_s else ""
        then = f", then crash points {', '.join(self.crash_points)}" if self.crash_points else ""
        return f"{self.kind} {self.target}{lasting}{then}"


@dataclass(frozen=True, slots=True)
class Scope:
    """What may be struck, and how: processes by name, connections by name, and folders whose disk can be filled."""

    components: Sequence[str]
    links: Sequence[str] = ()
    disks: Sequence[str] = ()
    crash_points: Mapping[str, Sequence[str]] = field(default_factory=dict)
    kinds: Sequence[Kind] = tuple(Kind)


def draw(seed: int, scope: Scope, kills: int) -> list[Fault]:
    """Draw the faults in the order in which they strike: `kills` of each component, those that keep it away among them, and of all else in proportion.

    Every crash point of a component that is struck at all comes at least once; without kills there are no faults.
    """
    rng = Random(seed)  # noqa: S311 - the same seed must give the same faults
    faults = [*_process_faults(scope, kills, rng), *_connection_faults(scope, kills, rng), *_disk_faults(scope, kills)] if kills else []
    faults = [fault for fault in faults if fault.kind in scope.kinds or fault.crash_points]
    rng.shuffle(faults)
    reach = 1.0 if kills >= LONG_KILLS else SHORT_REACH
    return [_timed(fault, rng, reach) for fault in faults]


def _process_faults(scope: Scope, kills: int, rng: Random) -> Iterator[Fault]:
    for name in scope.components:
        # Kept away it is killed, too.
        aways = [Fault(Kind.AWAY, name, 0.0, AWAY_S if kills >= LONG_KILLS else SHORT_AWAY_S)] * ceil(kills / 25) if _is_kept_away(name, scope) else []
        yield from aways
        chains = _chains(scope.crash_points.get(name, ()) if Kind.CRASH in scope.kinds else (), kills - len(aways), rng)
        yield from (Fault(Kind.KILL, name, 0.0, crash_points=chain) for chain in chains)
        for _ in range(ceil(kills / 5)):
            yield Fault(Kind.PAUSE, name, 0.0)
            yield Fault(Kind.RESTART, name, 0.0)


def _is_kept_away(name: str, scope: Scope) -> bool:
    return name == "broker" and Kind.AWAY in scope.kinds


def _chains(points: Sequence[str], kills: int, rng: Random) -> list[tuple[str, ...]]:
    """Deal the crash points to the kills: each once, and one a fifth kill beyond that."""
    dealt = [*points, *(rng.choice(points) for _ in range(max(0, kills // 5 - len(points))))] if points else []
    rng.shuffle(dealt)
    return [tuple(dealt[kill::kills]) for kill in range(kills)]


def _connection_faults(scope: Scope, kills: int, rng: Random) -> Iterator[Fault]:
    """A short proof tries each kind on one link, a long one on every link."""
    for _ in range(ceil(kills / 25)):
        for kind in CONNECTION_FAULTS:
            links = scope.links if kills >= LONG_KILLS else [rng.choice(scope.links)] if scope.links else []
            yield from (Fault(kind, link, 0.0) for link in links)


def _disk_faults(scope: Scope, kills: int) -> Iterator[Fault]:
    for _ in range(ceil(kills / 25)):
        yield from (Fault(Kind.DISK_FULL, disk, 0.0) for disk in scope.disks)


def _timed(fault: Fault, rng: Random, reach: float) -> Fault:
    durations = {Kind.PAUSE: PAUSE_S, Kind.DISK_FULL: DISK_FULL_S, **CONNECTION_FAULT_S}
    for_s = _within(durations[fault.kind], reach, rng) if fault.kind in durations else fault.for_s
    return replace(fault, after_s=_within((SHORTEST_GAP_S, LONGEST_GAP_S), reach, rng), for_s=for_s, pick=rng.random())


def _within(span: tuple[float, float], reach: float, rng: Random) -> float:
    least, most = span
    return round(rng.uniform(least, least + reach * (most - least)), 2)
