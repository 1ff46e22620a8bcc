"""What an answer of the API promises, item by item."""

import json

import pytest

from eddyline.prove.doors import ApiDoor, _answer, _answers
from eddyline.prove.ledger import Answer
from eddyline.prove.messages import Message
from eddyline.stack.ports import free_port

ACKNOWLEDGED, REFUSED, OPEN = Answer.ACKNOWLEDGED, Answer.REFUSED, Answer.OPEN


@pytest.mark.parametrize(("status", "answer"), [(200, ACKNOWLEDGED), (202, ACKNOWLEDGED), (413, REFUSED), (422, REFUSED), (429, OPEN), (503, OPEN), (0, OPEN)])
def test_a_status_says_what_was_promised(status, answer):
    assert _answer(status) is answer


def test_a_batch_names_what_it_refused():
    text = json.dumps({"accepted": 1, "rejected": [{"index": 1, "problem": {}}]}).encode()
    assert _answers(202, text, 2) == [ACKNOWLEDGED, REFUSED]


def test_a_batch_without_kafka_promises_only_what_is_marked():
    items = [{"index": place, "status": status} for place, status in enumerate(["acknowledged", "unconfirmed", "not_sent", "acknowledged"])]
    text = json.dumps({"rejected": [{"index": 3}], "items": items}).encode()
    assert _answers(503, text, 4) == [ACKNOWLEDGED, OPEN, OPEN, REFUSED]


def test_an_answer_that_is_cut_off_promises_nothing():
    assert _answers(503, b'{"items": [', 2) == [OPEN, OPEN]


def test_where_nobody_answers_nothing_is_promised():
    door = ApiDoor(free_port())
    message = Message("e", b"{}", "u")
    assert door.post(message) == [OPEN]
    assert door.post_all([message, message]) == [OPEN, OPEN]
    door.close()
