"""A proof from start to end: start the stack, drive it, strike it, drain it, and account for every event."""

import math
import os
import platform
import time
import uuid
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from itertools import zip_longest
from pathlib import Path
from random import Random

import psutil

from eddyline.errors import ComponentFailed
from eddyline.lake.catalog import open_catalog
from eddyline.lake.verification.accounting import Fate
from eddyline.lake.verification.verdict import sentence
from eddyline.prove.account import read_landed, read_quarantined
from eddyline.prove.drain import Drained, drain
from eddyline.prove.drive import Drive, Traffic
from eddyline.prove.faults import Strike, strike
from eddyline.prove.judge import Finding, judge
from eddyline.prove.ledger import Attempt, Begun, Ledger, Struck, attempts, read_ledger
from eddyline.prove.messages import Composer
from eddyline.prove.observe import Observer, Watch
from eddyline.prove.reader import Reader
from eddyline.prove.result import Occurrence, Result
from eddyline.prove.schedule import LONG_KILLS, Fault, Kind, Scope, draw
from eddyline.prove.stage import CRASHES, Stage, staged
from eddyline.stack import state
from eddyline.stack.interrupts import Interrupts
from eddyline.stack.local_stack import Extra

# Messages a second: enough for several batches at any moment, and little enough for two cores beside everything else.
RATE = 60.0
Say = Callable[[str], None]
# A busy machine starts a driver in half a minute, and a query that failed waits before it starts again.
RECOVERS_WITHIN_S = 240.0
# Where nothing strikes, so long: enough for several batches.
CALM_S = 10.0
# Broker, catalog, tables and logs of a long run.
NEEDED_BYTES = 2_000_000_000


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be proved, and how hard."""

    seed: int = 1
    kills: int = 2
    components: tuple[str, ...] = ()
    kinds: tuple[Kind, ...] = tuple(Kind)
    minutes: float | None = None
    rate: float = RATE
    patience_s: float = 60.0
    """How long nothing may move at the end before what is missing counts as lost."""
    require_all: bool = False
    extras: tuple[Extra, ...] = ()


def prove(plan: Plan, home: Path, ledger: Path, command: str, *, interrupts: Interrupts, say: Say) -> Result:
    """Run the proof in an empty folder, and keep its ledger in a file."""
    with ExitStack() as setup:
        setup.enter_context(state.opened(home, needed_bytes=NEEDED_BYTES))
        stage = setup.enter_context(staged(home, plan.extras, interrupts, say))
        book = setup.enter_context(Ledger(ledger))
        book.keep(Begun(time.time(), command))
        return _Proof(plan, stage, book, command, say).run()


@dataclass(frozen=True, slots=True)
class _Struck:
    fault: Fault
    strike: Strike
    watch: Watch

    @property
    def occurrence(self) -> Occurrence:
        over_at, watch = self.strike.over_at, self.watch
        return Occurrence(self.fault, self.strike, _since(over_at, watch.acknowledged_at), _since(over_at, watch.visible_at))


@dataclass
class _Proof:
    plan: Plan
    stage: Stage
    ledger: Ledger
    command: str
    say: Say
    struck: list[_Struck] = field(default_factory=list)
    began_at: float = field(default_factory=time.monotonic)
    left_out: int = 0
    phases: dict[str, float] = field(default_factory=dict)
    reads: Counter[int] = field(default_factory=Counter)

    def run(self) -> Result:
        self.say("starting a stack of its own")
        self.stage.supervisor.start()
        self._phase("start")
        settings = self.stage.settings
        observer = Observer(open_catalog(settings.lake), self.stage.supervisor.pids)
        composer = Composer(f"prove-{uuid.uuid4().hex[:8]}", Random(self.plan.seed))  # noqa: S311 - the same seed must give the same traffic
        traffic = Traffic(composer, self.ledger, observer.acknowledged)
        with observer:
            with ExitStack() as driving:
                driving.enter_context(Drive(traffic, settings.api.port, settings.kafka, self.plan.rate, self.plan.seed))
                if "players" in self.stage.names:
                    self.reads = driving.enter_context(Reader(settings.api.port, self.plan.seed)).answers
                self._strike_all(observer)
            self._phase("faults")
            self.say("all is sent; waiting until it is landed")
            drained = drain(self.stage, self.plan.patience_s)
            self._phase("drain")
        return self._account(observer, drained)

    def _phase(self, ended: str) -> None:
        self.phases[ended] = round(time.monotonic() - self.began_at - sum(self.phases.values()), 1)

    def _strike_all(self, observer: Observer) -> None:
        self._await(observer.watch(time.time()), "the first row")
        self.stage.go_on(0 if self.plan.kills else CALM_S)
        faults = draw(self.plan.seed, self._scope(), self.plan.kills)
        until = math.inf if self.plan.minutes is None else time.monotonic() + 60 * self.plan.minutes
        for number, (fault, following) in enumerate(zip_longest(faults, faults[1:]), 1):
            if time.monotonic() > until:
                self.left_out = len(faults) - number + 1
                break
            self.stage.go_on(fault.after_s)
            self._strike(fault, observer)
            recovered = self._recovers(until_visible=following is None or self._waits_for_rows(fault, following))
            self.say(f"{number} of {len(faults)}: {_told(self.struck[-1].occurrence)}")
            if not recovered:
                self.left_out = len(faults) - number
                return
        self._recovers(until_visible=True)

    def _scope(self) -> Scope:
        wanted = self.plan.components
        names = self.stage.names
        if unknown := set(wanted) - set(names):
            raise ComponentFailed(f"no such component: {', '.join(sorted(unknown))}; this stack has {', '.join(names)}")
        components = [name for name in names if not wanted or name in wanted]
        links = [link for link in self.stage.links if not wanted or set(link.split("-")) & set(wanted)]
        disks = [] if wanted and "broker" not in wanted else list(self.stage.disks)
        return Scope(components, links, disks, CRASHES, self.plan.kinds)

    def _strike(self, fault: Fault, observer: Observer) -> None:
        struck = strike(self.stage, fault)
        self.ledger.keep(Struck(struck.began_at, struck.over_at, str(fault), fault.target, struck.fired, struck.seen))
        self.struck.append(_Struck(fault, struck, observer.watch(struck.over_at)))

    def _waits_for_rows(self, fault: Fault, following: Fault) -> bool:
        """Tell whether rows must be visible before the next fault: in a short proof only before a job is struck, else not between two at the door."""
        if self.plan.kills < LONG_KILLS:
            return following.target in CRASHES
        return not (fault.is_at_the_door and following.is_at_the_door)

    def _recovers(self, *, until_visible: bool) -> bool:
        """Wait until the stack is well; rows that need not be waited for come in their own time."""

        def is_well() -> bool:
            return self.stage.is_up and all(each.watch.is_well or (not until_visible and each.watch.acknowledged_at) for each in self.struck)

        return self.stage.is_met(is_well, RECOVERS_WITHIN_S)

    def _await(self, watch: Watch, what: str) -> None:
        self.stage.need(lambda: watch.is_well, RECOVERS_WITHIN_S, what)

    def _account(self, observer: Observer, drained: Drained) -> Result:
        self.ledger.close()
        made = attempts(read_ledger(self.ledger.path))
        findings = _findings(made, self.stage) + drained.agreement.findings
        self._phase("compare")
        return Result(
            plan=asdict(self.plan),
            command=self.command,
            ledger=str(self.ledger.path),
            seconds=time.monotonic() - self.began_at,
            attempts=made,
            findings=findings,
            verdict=sentence(drained.verification),
            balanced=drained.verification.balanced,
            counts={fate.name.lower(): drained.verification.total[fate] for fate in reversed(Fate)},
            compared=drained.agreement.compared,
            reads=self.reads,
            occurrences=[each.occurrence for each in self.struck],
            not_run=self.stage.not_run,
            left_out=self.left_out,
            phases=self.phases,
            peak_memory_mb=dict(observer.peak_mb),
            peak_total_mb=observer.peak_total_mb,
            machine=_machine(),
        )


def _findings(made: list[Attempt], stage: Stage) -> list[Finding]:
    return judge(made, read_landed(stage.settings), read_quarantined(stage.settings))


def _since(over_at: float, at: float | None) -> float | None:
    return None if at is None else round(at - over_at, 2)


def _told(each: Occurrence) -> str:
    visible = "" if each.visible_after_s is None else f", visible after {each.visible_after_s} s"
    went = "nothing acknowledged since" if each.acknowledged_after_s is None else f"acknowledged after {each.acknowledged_after_s} s{visible}"
    return f"{each.fault}: {each.strike.seen if each.strike.fired else 'DID NOT FIRE, ' + each.strike.seen}; {went}"


def _machine() -> dict[str, object]:
    memory_gb = round(psutil.virtual_memory().total / 1e9, 1)
    return {"cores": os.cpu_count(), "memory_gb": memory_gb, "system": platform.platform(), "python": platform.python_version()}
