"""A short run of the HTTP fuzzing on a real server and broker; `make fuzz` is the long one."""

from collections import Counter
from datetime import UTC, datetime

import pytest
from fuzz_http import Answer, Tally, check_topics, ends, fuzz, running_api, wrong_with
from fuzzed_requests import Wire

from eddyline.contracts.topics import EVENTS
from eddyline.kafka.log import Record
from eddyline.kafka.topics import create_topics
from eddyline.settings import KafkaSettings

HEAL = b'{"event_type":"heal","user_id":"ada","amount":1,"event_id":"one"}'


@pytest.mark.integration
def test_no_request_is_a_mistake_of_ours_or_wrongly_accepted(kafka_settings: KafkaSettings) -> None:
    create_topics(kafka_settings)
    assert EVENTS.name in ends(kafka_settings)
    with running_api(kafka_settings) as server:
        tally = fuzz(server, kafka_settings, 3_000, seed=2)
    assert tally.accepted > 1_000
    assert {202, 200, 400, 404, 405, 413, 414, 422, 431} - {413} <= set(tally.statuses), tally.statuses
    assert tally.unanswered < 300


@pytest.mark.parametrize(
    ("wire", "answers"),
    [
        (Wire("valid", b"", HEAL), [Answer(500, "", 0, 0)]),
        (Wire("valid", b"", HEAL), [Answer(422, "", 0, 1)]),
        (Wire("fuzzed", b"", b"{}"), [Answer(202, "one", 1, 0)]),
        (Wire("smuggling", b"", may_store=False), [Answer(400, "", 0, 0), Answer(202, "two", 1, 0)]),
    ],
)
def test_a_wrong_answer_is_found(wire: Wire, answers: list[Answer]) -> None:
    assert list(wrong_with(wire, answers))


def stored(*values: bytes) -> dict[str, list[Record]]:
    return {"events": [Record("events", 0, place, None, value, [], datetime.now(UTC)) for place, value in enumerate(values)], "events.dlq": []}


@pytest.mark.parametrize("values", [[], [HEAL, HEAL], [HEAL.replace(b"one", b"two")], [HEAL.replace(b"1,", b"-1,")]])
def test_a_topic_that_differs_from_the_answers_is_found(values: list[bytes]) -> None:
    tally = Tally(Counter(), Counter({202: 1}), accepted=1, ids={"one"})
    check_topics(tally, stored(HEAL))
    with pytest.raises(AssertionError):
        check_topics(tally, stored(*values))
