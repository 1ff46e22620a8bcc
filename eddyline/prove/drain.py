"""The end of a proof: wait until all is landed and every copy says what the tables say, or until nothing moves any more."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TypeVar

from eddyline.errors import EddylineError
from eddyline.lake.verification.accounting import Fate
from eddyline.lake.verification.verify import Verification, verify
from eddyline.prove.agreement import fold_all, in_guilds, judge_counts, judge_states
from eddyline.prove.copies import GUILDS, read_counts, read_events, read_guilds, read_states
from eddyline.prove.judge import Finding
from eddyline.prove.stage import Stage

LONGEST_S = 300.0
POLL_S = 1.0
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Agreement:
    """What copies say otherwise than the tables, and how much each of them said at all."""

    findings: list[Finding] = field(default_factory=list)
    compared: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Drained:
    """The account of all offsets, and how far the copies agree."""

    verification: Verification
    agreement: Agreement


def drain(stage: Stage, patience_s: float) -> Drained:
    """Let the stack run until all is landed and copied, or nothing has moved for so long that what is missing is lost."""
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(_drain, stage, patience_s)
        stage.supervisor.run_until(future.done)
        return future.result()


def _drain(stage: Stage, patience_s: float) -> Drained:
    verification = _settled(lambda: verify(stage.settings, wait_s=0.0), lambda found: found.total[Fate.LOST], patience_s)
    agreement = Agreement()
    if "players" in stage.names:
        agreement = _joined(agreement, _settled(lambda: _agreement_of_players(stage), _differing, patience_s))
    if "trino" in stage.names:
        agreement = _joined(agreement, _settled(lambda: _agreement_of_trino(stage), _differing, patience_s))
    return Drained(verification, agreement)


def _settled(look: Callable[[], T], left: Callable[[T], int], patience_s: float) -> T:
    """Look until nothing is left, or as much as before for too long; what cannot be looked at counts as not moving."""
    began_at = moved_at = time.monotonic()
    before = -1
    while True:
        found, error = _looked(look)
        now = time.monotonic()
        if found is not None and not left(found):
            return found
        if found is not None and left(found) != before:
            moved_at, before = now, left(found)
        if now - moved_at > patience_s or now - began_at > LONGEST_S:
            if found is None:
                assert error is not None
                raise error
            return found
        time.sleep(POLL_S)


def _looked(look: Callable[[], T]) -> tuple[T | None, Exception | None]:
    try:
        return look(), None
    except (EddylineError, OSError) as error:  # OSError: a store of files that is still away
        return None, error


def _agreement_of_players(stage: Stage) -> Agreement:
    folded = fold_all(read_events(stage.settings))
    held = read_states(stage.settings, folded)
    guilds = {state.guild for state in folded.values() if state.guild}
    members = {GUILDS: read_guilds(stage.settings, guilds)}
    findings = judge_states(folded, held) + judge_states(in_guilds(folded), members)
    return Agreement(findings, {f"players' states: {place}": len(states) for place, states in (held | members).items()})


def _agreement_of_trino(stage: Stage) -> Agreement:
    with_players = "players" in stage.names
    counts, others = (read_counts(stage.settings, engine, with_players=with_players) for engine in ("duckdb", "trino"))
    return Agreement(judge_counts(counts, others, "Trino"), {"rows counted by Trino": sum(rows for rows, _ in others.values())})


def _differing(agreement: Agreement) -> int:
    return len(agreement.findings)


def _joined(one: Agreement, other: Agreement) -> Agreement:
    return Agreement(one.findings + other.findings, one.compared | other.compared)
