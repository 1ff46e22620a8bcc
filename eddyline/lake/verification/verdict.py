"""What a verification says: as a sentence, as complaints that name offsets, and for programs."""

from collections.abc import Iterator
from typing import Any

from eddyline.lake.verification.accounting import Account, Fate, ranges
from eddyline.lake.verification.verify import Verification

SHOWN = 20


def sentence(verification: Verification) -> str:
    """Say in one sentence whether all is accounted for."""
    total = verification.total
    if verification.balanced:
        repaired = f" Of the quarantined records {verification.repaired:,} were repaired since." if verification.repaired else ""
        gaps = f" Before them {verification.given_up:,} left the topic unlanded and were given up by --accept-gap." if verification.given_up else ""
        return f"Every one of {total.total():,} offsets is accounted for: nothing is lost, nothing is doubled.{repaired}{gaps}"
    doubled = sum(len(offsets) for each in verification.accounts for name, offsets in each.faults.items() if name != "LOST")
    parts = [
        (total[Fate.LOST], "lost"),
        (doubled, "doubled or out of place"),
        (len(verification.repeated_ids), "event ids with several rows"),
        (len(verification.disagreements), "counts other than the generator's"),
    ]
    return f"NOT balanced: {', '.join(f'{count:,} {what}' for count, what in parts if count)}."


def complaints(verification: Verification) -> Iterator[str]:
    """Name the offsets and ids that are wrong, a line each fault."""
    for each in verification.accounts:
        for name, offsets in each.faults.items():
            yield f"{each.span.topic} partition {each.span.partition}: {len(offsets):,} {name}: {_listed([_range(*pair) for pair in ranges(offsets)])}"
    ids = [f"{each.event_id} of {each.tenant} at {', '.join(_place(place) for place in each.places)}" for each in verification.repeated_ids]
    if ids:
        yield f"{len(ids):,} event ids with rows from several records: {_listed(ids, '; ')}"
    yield from verification.disagreements


def as_dict(verification: Verification) -> dict[str, Any]:
    """Render a verification for JSON; ranges of offsets have their first and last."""
    return {
        "balanced": verification.balanced,
        "verdict": sentence(verification),
        "total": _counts(verification.total) | {"expired": sum(each.expired for each in verification.accounts)},
        "repaired": verification.repaired,
        "given_up": verification.given_up,
        "partitions": [_partition(each) for each in verification.accounts],
        "repeated_ids": [{"tenant": each.tenant, "event_id": each.event_id, "places": each.places} for each in verification.repeated_ids],
        "disagreements": verification.disagreements,
    }


def _partition(each: Account) -> dict[str, Any]:
    span = each.span
    faults = {name: ranges(offsets) for name, offsets in each.faults.items()}
    where = {"topic": span.topic, "partition": span.partition, "start": span.start, "end": span.end}
    return where | _counts(each.counts) | {"expired": each.expired, "given_up": each.given_up, "faults": faults}


def _counts(counts: Any) -> dict[str, int]:
    return {fate.name.lower(): counts[fate] for fate in reversed(Fate)}


def _range(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}-{last}"


def _place(place: tuple[int, int]) -> str:
    return f"{place[0]}:{place[1]}"


def _listed(parts: list[str], separator: str = ", ") -> str:
    more = f" and {len(parts) - SHOWN:,} more" if len(parts) > SHOWN else ""
    return separator.join(parts[:SHOWN]) + more
