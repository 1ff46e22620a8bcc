"""Reads back from Kafka what no table holds: a resend, no record at all, or a loss."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import numpy as np
from pyiceberg.catalog import Catalog

from eddyline.contracts.decode import Accepted, decode
from eddyline.contracts.rows import content
from eddyline.contracts.tables import Table
from eddyline.kafka.log import EventLog, Record
from eddyline.lake.resends import EventKey
from eddyline.lake.verification.accounting import Found, Offsets, Span, runs
from eddyline.lake.verification.holdings import Place, Rows, rows_of_ids

# Opening a consumer takes as long as reading some 20,000 records.
GAP = 20_000
RECORDS_AT_ONCE = 50_000


@dataclass(frozen=True, slots=True)
class _Copy:
    place: Place
    key: EventKey
    content: tuple[Any, ...]


@dataclass
class ReadBack:
    """Explains offsets of one topic: a resend repeats, id and content, an event of the table or one that was erased."""

    log: EventLog
    catalog: Catalog
    table: Table | None
    _erased: dict[tuple[str, int], Rows] = field(default_factory=dict)

    def explain(self, span: Span, offsets: Offsets, erased: Offsets) -> Found:
        """Find out which of the offsets are resends and which have no record; the rest is lost."""
        present: list[int] = []
        resends: list[int] = []
        stream = self._records(span, offsets)
        while records := list(islice(stream, RECORDS_AT_ONCE)):
            present.extend(record.offset for record in records)
            if self.table is not None:
                resends.extend(self._resends(span, records, erased))
        return Found(np.array(sorted(resends), dtype=np.int64), np.setdiff1d(offsets, np.array(present, dtype=np.int64)))

    def _records(self, span: Span, offsets: Offsets) -> Iterator[Record]:
        wanted = set(offsets.tolist())
        for start, stop in runs(offsets, GAP):
            yield from (record for record in self.log.read(span.topic, span.partition, start, stop) if record.offset in wanted)

    def _resends(self, span: Span, records: Iterable[Record], erased: Offsets) -> Iterator[int]:
        assert self.table is not None
        copies = list(_copies(records))
        landed = rows_of_ids(self.catalog, self.table, {copy.key for copy in copies})
        gone = self._erased_rows(span, erased)
        for copy in copies:
            if _repeats(copy, landed) or _repeats(copy, gone):
                yield copy.place[1]

    def _erased_rows(self, span: Span, erased: Offsets) -> Rows:
        partition = span.topic, span.partition
        if partition not in self._erased:
            rows: Rows = {}
            for copy in _copies(self._records(span, erased)):
                rows.setdefault(copy.key, {})[copy.place] = copy.content
            self._erased[partition] = rows
        return self._erased[partition]


def _repeats(copy: _Copy, rows: Rows) -> bool:
    # Its own row is no other: it may have landed since the offsets were counted.
    return any(place != copy.place and content == copy.content for place, content in rows.get(copy.key, {}).items())


def _copies(records: Iterable[Record]) -> Iterator[_Copy]:
    for record in records:
        decoded = decode(record.value, f"kafka:{record.topic}:{record.partition}:{record.offset}", record.timestamp)
        if isinstance(decoded, Accepted):
            event = decoded.event
            assert event.event_id is not None
            yield _Copy((record.partition, record.offset), (event.tenant, event.event_id), content(event))
