"""The proof that every event is accounted for: each offset of the input topics in exactly one place."""

from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import timedelta
from time import monotonic, sleep

import structlog
from pyiceberg.catalog import Catalog

from eddyline.game.truth import Truth
from eddyline.kafka.clients import connect
from eddyline.kafka.log import EventLog
from eddyline.lake.catalog import open_catalog
from eddyline.lake.quarantine import items
from eddyline.lake.verification.accounting import Account, Fate, Found, Held, Span, account, unaccounted
from eddyline.lake.verification.expectation import disagreements
from eddyline.lake.verification.holdings import ROUTES, RepeatedId, Route, read_holdings, repeated_ids, snapshots
from eddyline.lake.verification.readback import ReadBack
from eddyline.settings import Settings

POLL_S = 1.0
# While batches still land, more than this is not worth reading from Kafka only to find it landed a moment later.
FEW = 20_000
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Verification:
    """What `verify` found: accounts of all partitions, ids that stand twice, and how the truth of a generator differs."""

    accounts: tuple[Account, ...]
    repeated_ids: tuple[RepeatedId, ...] = ()
    disagreements: tuple[str, ...] = ()
    repaired: int = 0
    """How many of the quarantined records were replayed and have landed since, at offsets of their own."""

    @property
    def total(self) -> Counter[Fate]:
        """Count the offsets of all topics by fate."""
        return sum((each.counts for each in self.accounts), Counter[Fate]())

    @property
    def given_up(self) -> int:
        """Count the offsets that left a topic before they landed, and that somebody went on without."""
        return sum(each.given_up for each in self.accounts)

    @property
    def balanced(self) -> bool:
        """Tell whether nothing is lost or doubled and nothing disagrees."""
        return not (self.repeated_ids or self.disagreements or any(each.faults for each in self.accounts))


def verify(settings: Settings, *, wait_s: float = 30.0, expected: Truth | None = None, routes: Sequence[Route] = ROUTES) -> Verification:
    """Account for every offset up to the topics' present ends, waiting up to `wait_s` until all of them are landed.

    Raises BrokerUnavailable or LakeError when topics or tables cannot be read, SetupError when a topic is not there.
    """
    with closing(connect(settings.kafka)) as log, closing(open_catalog(settings.lake)) as catalog:
        accounts = _Stocktaking(log, catalog, routes).take(monotonic() + wait_s)
        horizon = timedelta(days=settings.lake.dedupe_horizon_days)
        repeated = tuple(each for route in routes if route.table for each in repeated_ids(catalog, route.table, horizon))
    return Verification(accounts, repeated, tuple(disagreements(expected, accounts, settings)) if expected else (), items.repaired(settings))


@dataclass
class _Stocktaking:
    log: EventLog
    catalog: Catalog
    routes: Sequence[Route]
    _ends: dict[str, dict[int, int]] = field(init=False)
    _found: dict[tuple[str, int], Found] = field(default_factory=dict)
    _read_back: dict[str, ReadBack] = field(init=False)

    def __post_init__(self) -> None:
        names = [route.topic.name for route in self.routes]
        self._ends = {name: {partition: end for partition, (_, end) in self.log.end_offsets(name).items()} for name in names}
        self._read_back = {route.topic.name: ReadBack(self.log, self.catalog, route.table) for route in self.routes}

    def take(self, deadline: float) -> tuple[Account, ...]:
        before = None
        while True:
            present = snapshots(self.catalog, self.routes)
            last = monotonic() >= deadline
            accounts = self._take_once(everything=last or present == before)
            lost = sum(len(each.lost) for each in accounts)
            if last or not lost:
                return accounts
            _log.info("waiting until all is landed", offsets_left=lost)
            before = present
            sleep(max(0.0, min(POLL_S, deadline - monotonic())))

    def _take_once(self, *, everything: bool) -> tuple[Account, ...]:
        return tuple(each for route in self.routes for each in self._accounts_of(route, everything=everything))

    def _accounts_of(self, route: Route, *, everything: bool) -> list[Account]:
        holdings = read_holdings(self.catalog, route)
        for span in self._spans(route.topic.name):
            self._explain(span, holdings.get(span.partition, Held()), everything=everything)
        # The spans again: what retention took away while we read is expired, not without a record.
        return [account(span, holdings.get(span.partition, Held()), self._found_at(span)) for span in self._spans(route.topic.name)]

    def _spans(self, topic: str) -> list[Span]:
        now = self.log.end_offsets(topic)
        return [Span(topic, partition, now[partition][0], end, now[partition][1]) for partition, end in self._ends[topic].items()]

    def _explain(self, span: Span, held: Held, *, everything: bool) -> None:
        left = unaccounted(span, held, self._found_at(span))
        if len(left) and (everything or len(left) <= FEW):
            found = self._read_back[span.topic].explain(span, left, held.erased)
            self._found[span.topic, span.partition] = self._found_at(span).joined(found)

    def _found_at(self, span: Span) -> Found:
        return self._found.get((span.topic, span.partition), Found())
