"""The judgement: what was promised for each attempt, compared with what the tables hold. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from eddyline.prove.ledger import Answer, Attempt, Via


@dataclass(frozen=True, slots=True)
class Landed:
    """A row of the accepted table."""

    event_id: str
    content: int


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A row of the quarantine; `content` is that of an event whose id another content holds, else None."""

    stage: str
    event_id: str
    sha256: str
    content: int | None = None


class Wrong(StrEnum):
    """A way in which tables and promises disagree."""

    LOST = "lost"
    DOUBLED = "doubled"
    MISJUDGED = "misjudged"
    """Accepted what is no event, or refused what is one."""
    UNKNOWN = "unknown"
    """In a table, but never sent."""
    DIFFERING = "differing"
    """Said otherwise by a copy: a player's state that is no fold over the table, a count of another engine."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One disagreement: which event, why, and when it was sent first."""

    wrong: Wrong
    event_id: str
    why: str
    sent_at: float = 0.0


def judge(attempts: Sequence[Attempt], landed: Sequence[Landed], quarantined: Sequence[Quarantined]) -> list[Finding]:
    """List every disagreement between promises and tables; none when all is as promised.

    What was acknowledged stands in a table once, or repeats what does; what was refused stands in the quarantine once;
    what got no answer may be stored or not, but never twice.
    """
    events, bodies = _split(attempts)
    rows, conflicts, refused = _by_id(landed), _conflicts(quarantined), Counter((row.sha256, row.stage) for row in quarantined if row.content is None)
    findings = [finding for event_id, tries in events.items() for finding in _judge_event(tries, rows.get(event_id, []), conflicts.get(event_id, Counter()))]
    findings += [finding for body in bodies.values() for finding in _judge_body(body, refused)]
    return findings + list(_unknown(events, bodies, landed, quarantined))


def _split(attempts: Iterable[Attempt]) -> tuple[dict[str, list[Attempt]], dict[str, Attempt]]:
    events: dict[str, list[Attempt]] = defaultdict(list)
    bodies: dict[str, Attempt] = {}
    for attempt in attempts:
        if attempt.sent.sha256:
            bodies[attempt.sent.sha256] = attempt
        else:
            events[attempt.sent.event_id].append(attempt)
    return events, bodies


def _by_id(landed: Iterable[Landed]) -> dict[str, list[int]]:
    rows: dict[str, list[int]] = defaultdict(list)
    for row in landed:
        rows[row.event_id].append(row.content)
    return rows


def _conflicts(quarantined: Iterable[Quarantined]) -> dict[str, Counter[int]]:
    found: dict[str, Counter[int]] = defaultdict(Counter)
    for row in quarantined:
        if row.content is not None:
            found[row.event_id][row.content] += 1
    return found


def _judge_event(tries: Sequence[Attempt], rows: Sequence[int], conflicts: Counter[int]) -> Iterator[Finding]:
    first = tries[0].sent
    acknowledged = Counter(each.sent.content for each in tries if each.answer is Answer.ACKNOWLEDGED)
    sent = Counter(each.sent.content for each in tries)

    def finding(wrong: Wrong, why: str) -> Finding:
        return Finding(wrong, first.event_id, why, first.at)

    if any(each.answer is Answer.REFUSED for each in tries):
        yield finding(Wrong.MISJUDGED, "a valid event was refused")
    if len(rows) > 1:
        yield finding(Wrong.DOUBLED, f"{len(rows)} rows")
    if acknowledged and not rows:
        yield finding(Wrong.LOST, "acknowledged, and in no table")
    for content in sent.keys() | conflicts.keys() | set(rows):
        if wrong := _judge_content(content in rows, bool(rows), sent[content], acknowledged[content], conflicts[content]):
            yield finding(*wrong)


def _judge_content(has_row: bool, id_has_row: bool, sent: int, acknowledged: int, quarantined: int) -> tuple[Wrong, str] | None:  # noqa: FBT001 - facts, not flags
    if not sent:
        return Wrong.UNKNOWN, "a content that was never sent"
    if quarantined > (0 if has_row else sent):
        return Wrong.DOUBLED, "in the quarantine more often than it was sent, or beside its row"
    if id_has_row and not has_row and quarantined < acknowledged:
        return Wrong.LOST, "another content of its id landed, and the acknowledged one is not in the quarantine"
    return None


def _judge_body(body: Attempt, refused: Counter[tuple[str, str]]) -> Iterator[Finding]:
    straight = body.sent.via is Via.KAFKA
    count = refused[body.sent.sha256, "job" if straight else "door"]
    promised = body.answer is (Answer.ACKNOWLEDGED if straight else Answer.REFUSED)

    def finding(wrong: Wrong, why: str) -> Finding:
        return Finding(wrong, body.sent.event_id, why, body.sent.at)

    if not promised and body.answer is not Answer.OPEN:
        yield finding(Wrong.MISJUDGED, f"no event, and the answer was: {body.answer}")
    elif promised and not count:
        yield finding(Wrong.LOST, "refused, and not in the quarantine")
    if count > 1:
        yield finding(Wrong.DOUBLED, f"{count} rows in the quarantine")


def _unknown(events: dict[str, list[Attempt]], bodies: dict[str, Attempt], landed: Iterable[Landed], quarantined: Iterable[Quarantined]) -> Iterator[Finding]:
    for row in landed:
        if row.event_id not in events:
            yield Finding(Wrong.UNKNOWN, row.event_id, "a row of an event that was never sent")
    for entry in quarantined:
        if (entry.content is None and entry.sha256 not in bodies) or (entry.content is not None and entry.event_id not in events):
            yield Finding(Wrong.UNKNOWN, entry.event_id, "a quarantined record that was never sent")
