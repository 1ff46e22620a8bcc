"""What the landing query waits for, and what makes it stop and say so: the catalog, a table's metadata, the topic."""

import pytest
from cases import MALFORMED, administer, balance, some, verified
from confluent_kafka import KafkaException, TopicPartition
from confluent_kafka.admin import NewTopic
from pipeline import Pipeline, purchase
from storages import CameBack
from structlog.testing import capture_logs
from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_fixed

from eddyline.contracts.tables import GAME_EVENTS, GAPS
from eddyline.errors import ComponentFailed, LeaseHeld, TopicGap, TopicReplaced
from eddyline.lake.verification.accounting import Fate

pytestmark = [pytest.mark.integration, pytest.mark.conformance]

AWAY_S = 30


def delete_records(pipeline: Pipeline, before: int) -> None:
    admin = administer(pipeline)
    (deleted,) = admin.delete_records([TopicPartition(pipeline.topic.name, 0, before)]).values()
    assert deleted.result(10).low_watermark == before


def make_topic_anew(pipeline: Pipeline) -> None:
    admin = administer(pipeline)
    (deleted,) = admin.delete_topics([pipeline.topic.name], operation_timeout=10).values()
    deleted.result(10)
    # The broker takes a moment to forget a topic that it has already said is deleted.
    made_anew = retry(retry=retry_if_exception_type(KafkaException), stop=stop_after_delay(20), wait=wait_fixed(0.1))
    made_anew(lambda: admin.create_topics([NewTopic(pipeline.topic.name, 2, 1)])[pipeline.topic.name].result(10))()


def test_a_second_query_on_one_table_refuses_to_start(pipeline):
    pipeline.produce(purchase("a"))
    with pipeline.landing()._lease(), pytest.raises(LeaseHeld, match="owned by another"):
        pipeline.land()
    pipeline.land()
    assert balance(pipeline) == {Fate.LANDED: 1}


def test_a_catalog_that_is_away_for_half_a_minute_is_waited_for(make_pipeline, at_point, storage):
    pipeline = make_pipeline(retries=storage.retries_when_away)
    pipeline.produce(*some(5), MALFORMED)
    came_back: list[CameBack] = []
    done = at_point("after-decode", lambda: came_back.append(storage.take_catalog_away(pipeline.settings.lake, AWAY_S)))
    with capture_logs() as logs:
        pipeline.land()
    assert done == ["after-decode"]
    came_back[0]()
    assert [entry["event"] for entry in logs].count("batch landed") == 1
    assert balance(pipeline) == {Fate.LANDED: 5, Fate.QUARANTINED: 1}


def test_a_metadata_file_that_cannot_be_read_is_named_and_all_lands_once_it_is_back(pipeline):
    pipeline.produce(*some(3))
    pipeline.land()
    pipeline.produce(*some(3, "more"))
    with pipeline.broken_metadata(GAME_EVENTS) as location, pytest.raises(ComponentFailed, match=r"metadata of game\.events cannot be read") as refused:
        pipeline.land()
    assert f"{location}; put the file back from a backup" in str(refused.value)
    pipeline.land()
    assert balance(pipeline) == {Fate.LANDED: 6}


def test_a_query_whose_topic_lost_what_comes_next_stops_and_goes_on_only_when_told(pipeline):
    pipeline.produce(*some(3))
    pipeline.land()
    pipeline.produce(*some(3, "lost"))
    delete_records(pipeline, 5)
    with pytest.raises(TopicGap, match=rf"offsets 3 to 4 of {pipeline.topic.name} partition 0 left the topic before they landed"):
        pipeline.land()
    assert pipeline.marks() == [(0, 0), (0, 1), (0, 2)]
    pipeline.land(accept_gap=True)
    assert pipeline.marks() == [(0, 0), (0, 1), (0, 2), (0, 5)]
    assert balance(pipeline) == {Fate.LANDED: 1}
    assert [(row["table_name"], row["first_offset"], row["kafka_offset"]) for row in pipeline.rows(GAPS)] == [("game.events", 3, 4)]
    assert verified(pipeline).given_up == 2


def test_a_lost_checkpoint_hides_no_gap(pipeline):
    pipeline.produce(*some(3))
    pipeline.land()
    pipeline.produce(*some(3, "lost"))
    delete_records(pipeline, 5)
    pipeline.lose_checkpoint()
    with pytest.raises(TopicGap, match="offsets 3 to 4"):
        pipeline.land()
    pipeline.land(accept_gap=True)
    assert pipeline.marks() == [(0, 0), (0, 1), (0, 2), (0, 5)]


@pytest.mark.parametrize("lost", [None, "checkpoint"])
def test_records_of_a_topic_made_anew_are_not_taken_for_landed_ones(pipeline, lost):
    pipeline.produce(*some(3), MALFORMED)
    pipeline.land()
    make_topic_anew(pipeline)
    pipeline.produce(*some(2, "new"))
    if lost:
        pipeline.lose_checkpoint()
    with pytest.raises(TopicReplaced, match=rf"{pipeline.topic.name} partition 0 ends at 2, the tables hold offset 3"):
        pipeline.land()
    with pytest.raises(TopicReplaced):
        pipeline.land(accept_gap=True)
    assert pipeline.events() == ["e0", "e1", "e2"]


def test_a_topic_made_anew_that_has_grown_past_what_landed_is_noticed_too(pipeline):
    pipeline.produce(*some(2))
    pipeline.land()
    make_topic_anew(pipeline)
    pipeline.produce(*some(5, "new"))
    pipeline.lose_checkpoint()
    with pytest.raises(TopicReplaced, match=rf"{pipeline.topic.name} was made anew since the tables were filled from it"):
        pipeline.land()
    assert pipeline.events() == ["e0", "e1"]
