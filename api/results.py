"""What the client is told about a request's items once Kafka has answered, or has not."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from api.answers import Answer, json_answer
from api.identity import header_value
from api.ingest import Item
from api.limiter import Spent
from api.problems import problem_answer, rejection
from api.records import Outcome

RETRY_AFTER_S = 1
SETTLED = (Outcome.ACKNOWLEDGED, Outcome.DROPPED)


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of each item, and the quota that kept refused ones from being stored, if one did."""

    outcomes: Sequence[Outcome]
    spent: Spent | None = None


def result(request_id: str, items: Sequence[Item], sent: Sent) -> Answer:
    """Tell what became of the items: 202, 422 or 429 if none is valid, 503 if Kafka did not acknowledge them all."""
    headers = [("X-Event-Id", header_value(request_id))]
    kept = {} if sent.spent is None else {"kept": False}
    refused = [{"index": item.index, "problem": rejection(item.rejected), **kept} for item in items if item.rejected]
    if any(outcome not in SETTLED for outcome in sent.outcomes):
        return _unavailable(headers, items, sent.outcomes, refused)
    accepted = len(items) - len(refused)
    if accepted:
        return json_answer(202, {"accepted": accepted, "rejected": refused}, headers)
    if sent.spent is not None:
        return limited(request_id, "too_many_dead_letters", sent.spent, accepted=0, rejected=refused)
    first = items[0].rejected
    assert first is not None
    return problem_answer(422, str(first.reason), first.detail, headers, accepted=0, rejected=refused)


def limited(request_id: str, kind: str, spent: Spent, **members: Any) -> Answer:
    """Tell that a key has used up a quota."""
    return problem_answer(429, kind, spent.detail, [("X-Event-Id", header_value(request_id)), *spent.headers], **members)


def too_large(request_id: str, sent: Sent, detail: str) -> Answer:
    """Tell that the whole request was refused for its size."""
    headers = [("X-Event-Id", header_value(request_id))]
    if sent.spent is not None:
        return limited(request_id, "too_many_dead_letters", sent.spent)
    if sent.outcomes[0] is not Outcome.ACKNOWLEDGED:
        return problem_answer(503, "broker_unavailable", "", [*headers, ("Retry-After", str(RETRY_AFTER_S))])
    return problem_answer(413, "body_too_large", detail, headers)


def _unavailable(headers: list[tuple[str, str]], items: Sequence[Item], outcomes: Sequence[Outcome], refused: list[dict[str, Any]]) -> Answer:
    accepted = sum(item.rejected is None and outcome is Outcome.ACKNOWLEDGED for item, outcome in zip(items, outcomes, strict=True))
    members = {"accepted": accepted, "rejected": refused, "items": [_status(item, outcome) for item, outcome in zip(items, outcomes, strict=True)]}
    return problem_answer(503, "broker_unavailable", "", [*headers, ("Retry-After", str(RETRY_AFTER_S))], **members)


def _status(item: Item, outcome: Outcome) -> dict[str, Any]:
    return {"index": item.index, "event_id": item.event_id, "valid": item.rejected is None, "status": str(outcome)}
