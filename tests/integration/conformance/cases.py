"""What every conformance case needs: events, what verify says, and the broker's administration."""

from collections import Counter

from confluent_kafka.admin import AdminClient
from pipeline import Pipeline, purchase

from eddyline.contracts.tables import GAME_EVENTS
from eddyline.lake.verification.accounting import Fate
from eddyline.lake.verification.holdings import Route
from eddyline.lake.verification.verify import Verification, verify

MALFORMED = b'{"event_type":'


def some(count: int, prefix: str = "e") -> list[dict[str, object]]:
    return [purchase(f"{prefix}{number}") for number in range(count)]


def verified(pipeline: Pipeline) -> Verification:
    verification = verify(pipeline.settings, wait_s=0, routes=(Route(pipeline.topic, GAME_EVENTS), Route(pipeline.topic.dead_letters, None)))
    assert verification.balanced
    return verification


def balance(pipeline: Pipeline) -> Counter[Fate]:
    return Counter({fate: count for fate, count in verified(pipeline).total.items() if count})


def administer(pipeline: Pipeline) -> AdminClient:
    return AdminClient({"bootstrap.servers": pipeline.settings.kafka.bootstrap_servers})
