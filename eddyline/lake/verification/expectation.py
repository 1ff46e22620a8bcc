"""Compares what landed with what a generator says it made; it holds for a lake that has seen that run only."""

from collections import Counter
from collections.abc import Iterator, Sequence

from eddyline.contracts.tables import GAME_EVENTS
from eddyline.game.truth import Truth
from eddyline.lake.queries import run_query
from eddyline.lake.verification.accounting import Account, Fate
from eddyline.settings import Settings


def disagreements(truth: Truth, accounts: Sequence[Account], settings: Settings) -> Iterator[str]:
    """Say in a sentence each where the tables differ from the truth."""
    total = sum((each.counts for each in accounts), Counter[Fate]())
    counts = (("landed", Fate.LANDED, truth.landed), ("quarantined", Fate.QUARANTINED, truth.quarantined), ("resends", Fate.RESEND, truth.resends))
    for name, fate, wanted in counts:
        if total[fate] not in wanted:
            yield f"the generator made {_said(wanted)} to be {name}, found are {total[fate]:,}"
    if truth.complete:
        yield from _by_type(truth, settings)


def _by_type(truth: Truth, settings: Settings) -> Iterator[str]:
    rows = run_query(f"SELECT event_type, count(*) AS events FROM {GAME_EVENTS.identifier} GROUP BY event_type", settings)  # noqa: S608 - the name is a contract's
    found = dict(zip(rows["event_type"].to_pylist(), rows["events"].to_pylist(), strict=True))
    for name in sorted(truth.by_type.keys() | found.keys()):
        if truth.by_type.get(name, 0) != found.get(name, 0):
            yield f"the generator made {truth.by_type.get(name, 0):,} events of type {name}, the table has {found.get(name, 0):,}"


def _said(wanted: range) -> str:
    return f"{wanted.start:,}" if len(wanted) == 1 else f"{wanted.start:,} to {wanted.stop - 1:,}"
