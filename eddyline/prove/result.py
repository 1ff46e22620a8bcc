"""What a proof found: an account of every event, and per component what it stood. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import ceil
from typing import Any, ClassVar

from eddyline.prove.faults.strike import Strike
from eddyline.prove.judge import Finding, Wrong
from eddyline.prove.ledger import Answer, Attempt
from eddyline.prove.schedule import Fault, Kind

NO_FAULT = "no fault"
SHOWN_FINDINGS = 100
# To a question for a player: found, nobody of that name yet, the store is away, no answer at all. All else is a fault of ours.
HONEST = frozenset({200, 404, 503, 0})


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A fault that struck, and how long it took until events went through again; None: they did not."""

    fault: Fault
    strike: Strike
    acknowledged_after_s: float | None = None
    visible_after_s: float | None = None

    @property
    def recovered(self) -> bool:
        """Tell whether events went all the way again."""
        return self.visible_after_s is not None and self.acknowledged_after_s is not None


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds as percentiles, by the nearest rank."""

    p50: float
    p95: float
    most: float


@dataclass(frozen=True, slots=True)
class Stood:
    """What one component, link or disk stood."""

    name: str
    faults: dict[str, int]
    lost: int
    doubled: int
    next_acknowledged: Times | None
    next_visible: Times | None
    peak_memory_mb: float | None
    KILLING: ClassVar = (Kind.KILL, Kind.CRASH, Kind.AWAY)

    @property
    def kills(self) -> int:
        """How often it was killed, at a crash point or anywhere."""
        return sum(self.faults.get(kind, 0) for kind in self.KILLING)


@dataclass(frozen=True, slots=True)
class Result:
    """The whole proof."""

    plan: dict[str, Any]
    command: str
    ledger: str
    seconds: float
    attempts: Sequence[Attempt]
    findings: Sequence[Finding]
    verdict: str
    balanced: bool
    counts: dict[str, int]
    occurrences: Sequence[Occurrence]
    not_run: dict[str, str]
    left_out: int
    """Faults that were drawn and for which no time was left."""
    compared: dict[str, int] = field(default_factory=dict)
    """How much each copy of the tables said: players' states by place, rows that Trino counted."""
    reads: Counter[int] = field(default_factory=Counter)
    """How often a question for a player had which status; 0: no answer."""
    phases: dict[str, float] = field(default_factory=dict)
    """Where the time went, in seconds."""
    peak_memory_mb: dict[str, float] = field(default_factory=dict)
    peak_total_mb: float = 0.0
    machine: dict[str, Any] = field(default_factory=dict)

    @property
    def failed(self) -> list[str]:
        """Say why the proof failed; empty when it passed."""
        reasons = [f"{count:,} {wrong}" for wrong, count in Counter(finding.wrong for finding in self.findings).items()]
        reasons += [f"nothing was compared: {name}" for name, count in self.compared.items() if not count]
        reasons += [f"players were asked for and answered with {status}: {count} times" for status, count in self.reads.items() if status not in HONEST]
        reasons += [] if self.balanced else [self.verdict]
        reasons += [f"a fault did not fire: {each.fault} ({each.strike.seen})" for each in self.occurrences if not each.strike.fired]
        reasons += [f"no recovery from: {each.fault}" for each in self.occurrences if not each.recovered]
        if self.plan.get("require_all"):
            reasons += [f"not run: {name} ({why})" for name, why in self.not_run.items()]
            reasons += [f"{self.left_out} faults were drawn and not run"] if self.left_out else []
        return reasons

    def answers(self) -> dict[str, int]:
        """Count the attempts by what was answered."""
        found = Counter(attempt.answer for attempt in self.attempts)
        return {str(answer): found[answer] for answer in Answer}

    def components(self) -> list[Stood]:
        """Say what each component stood; a lost or doubled event counts with the fault nearest in time to its sending."""
        blamed = self._blamed()
        names = dict.fromkeys([*(each.fault.target for each in self.occurrences), *self.peak_memory_mb, *(name for name, _ in blamed)])
        return [self._stood(name, blamed) for name in names]

    def _stood(self, name: str, blamed: Counter[tuple[str, Wrong]]) -> Stood:
        mine = [each for each in self.occurrences if each.fault.target == name]
        faults = Counter(str(each.fault.kind) for each in mine)
        faults[Kind.CRASH] += sum(len(each.fault.crash_points) for each in mine)
        return Stood(
            name,
            {kind: count for kind, count in faults.items() if count},
            blamed[name, Wrong.LOST],
            blamed[name, Wrong.DOUBLED],
            times(each.acknowledged_after_s for each in mine),
            times(each.visible_after_s for each in mine),
            self.peak_memory_mb.get(name),
        )

    def _blamed(self) -> Counter[tuple[str, Wrong]]:
        return Counter((self._nearest(finding.sent_at), finding.wrong) for finding in self.findings)

    def _nearest(self, at: float) -> str:
        nearest = min(self.occurrences, key=lambda each: abs(each.strike.began_at - at), default=None)
        return nearest.fault.target if nearest else NO_FAULT

    def as_json(self) -> dict[str, Any]:
        """Render the result for programs."""
        return {
            "passed": not self.failed,
            "failed": self.failed,
            "verdict": self.verdict,
            "command": self.command,
            "ledger": self.ledger,
            "seconds": round(self.seconds, 1),
            "phases": self.phases,
            "plan": self.plan,
            "machine": self.machine,
            "answers": self.answers(),
            "offsets": self.counts,
            "compared": self.compared,
            "reads": {str(status): count for status, count in sorted(self.reads.items())},
            "components": [_component(each) for each in self.components()],
            "peak_total_mb": round(self.peak_total_mb),
            "faults": [_occurrence(each) for each in self.occurrences],
            "not_run": self.not_run,
            "left_out": self.left_out,
            "wrongs": dict(Counter(str(finding.wrong) for finding in self.findings)),
            "findings": [{"wrong": each.wrong, "event_id": each.event_id, "why": each.why} for each in self.findings[:SHOWN_FINDINGS]],
        }


def times(seconds: Iterable[float | None]) -> Times | None:
    """Summarise seconds; None where there are none."""
    known = sorted(each for each in seconds if each is not None)
    if not known:
        return None
    return Times(*(round(known[ceil(share * len(known)) - 1], 2) for share in (0.5, 0.95, 1.0)))


def _component(stood: Stood) -> dict[str, Any]:
    return {
        "name": stood.name,
        "kills": stood.kills,
        "faults": stood.faults,
        "lost": stood.lost,
        "doubled": stood.doubled,
        "next_acknowledged_s": _times(stood.next_acknowledged),
        "next_visible_s": _times(stood.next_visible),
        "peak_memory_mb": None if stood.peak_memory_mb is None else round(stood.peak_memory_mb),
    }


def _times(found: Times | None) -> dict[str, float] | None:
    return None if found is None else {"p50": found.p50, "p95": found.p95, "max": found.most}


def _occurrence(each: Occurrence) -> dict[str, Any]:
    return {
        "fault": str(each.fault),
        "component": each.fault.target,
        "fired": each.strike.fired,
        "seen": each.strike.seen,
        "acknowledged_after_s": each.acknowledged_after_s,
        "visible_after_s": each.visible_after_s,
    }
