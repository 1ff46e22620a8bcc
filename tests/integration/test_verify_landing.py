"""What the landing job made of trouble, `verify` balances; and a row taken from its tables it misses."""

from collections import Counter

import pytest
from pipeline import Pipeline, purchase

from eddyline.contracts.tables import GAME_EVENTS
from eddyline.lake.verification.accounting import Fate
from eddyline.lake.verification.holdings import Route
from eddyline.lake.verification.verify import Verification, verify

pytestmark = pytest.mark.integration


def verified(pipeline: Pipeline) -> Verification:
    return verify(pipeline.settings, wait_s=0, routes=(Route(pipeline.topic, GAME_EVENTS), Route(pipeline.topic.dead_letters, None)))


def test_the_jobs_own_tables_balance_after_trouble_and_not_after_a_loss(pipeline: Pipeline) -> None:
    pipeline.produce(purchase("a"), purchase("b"), purchase("a"), b"not json", None, b'{"event_type": "log_in", "user_id": "no-id"}')
    pipeline.produce(purchase("a"), purchase("c"), partition=1)
    pipeline.refuse_at_the_door(b"[", "malformed_json")
    pipeline.land()
    pipeline.produce(purchase("b"), purchase("b", quantity=2), purchase("d"), partition=1)
    pipeline.forget_commits(1)
    pipeline.land()

    verification = verified(pipeline)
    assert verification.balanced, [each.faults for each in verification.accounts]
    assert verification.total == Counter({Fate.LANDED: 5, Fate.RESEND: 3, Fate.QUARANTINED: 4})

    pipeline.lose_checkpoint()
    pipeline.land()
    assert verified(pipeline).total == verification.total

    table = pipeline.spark.sql("SELECT kafka_partition, kafka_offset FROM lake.game.events WHERE event_id = 'd'").collect()
    pipeline.spark.sql("DELETE FROM lake.game.events WHERE event_id = 'd'")
    [lost] = [each for each in verified(pipeline).accounts if each.faults]
    assert [(lost.span.partition, lost.faults["LOST"].tolist())] == [(row.kafka_partition, [row.kafka_offset]) for row in table]
