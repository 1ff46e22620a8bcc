"""What may be done about open records: what the present contract says of them, and the mappings that suggest themselves."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from eddyline.contracts.reasons import Reason
from eddyline.contracts.repair.mapping import write_mapping
from eddyline.contracts.repair.suggestion import suggest
from eddyline.contracts.verdicts import Rejected
from eddyline.lake.quarantine.records import Quarantined

LOOKED_AT = 200


@dataclass
class Advice:
    """Of `looked_at` records so many are events by now; for others mapping files are suggested, each with how many it repairs."""

    looked_at: int = 0
    events_now: int = 0
    mappings: Counter[str] = field(default_factory=Counter)
    rejected: Rejected | None = None
    """Why the last one that is no event is none."""


def advise(records: Iterable[Quarantined]) -> Advice:
    """Judge records again, and look for what was meant by those that are no events."""
    advice = Advice()
    for record in records:
        advice.looked_at += 1
        refused = _refused(record)
        if refused is None:
            advice.events_now += 1
            continue
        advice.rejected = refused
        if mapping := suggest(record.value, refused, record.decide):
            advice.mappings[write_mapping(mapping)] += 1
    return advice


def _refused(record: Quarantined) -> Rejected | None:
    decided = record.decide(record.value)
    if isinstance(decided, Rejected):
        return decided
    return Rejected(Reason.ID_CONFLICT, record.detail or "") if record.reason is Reason.ID_CONFLICT else None
