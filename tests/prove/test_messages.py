"""What the drive sends: the composer knows of each message what the door and the job will decide."""

from datetime import UTC, datetime
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from eddyline.contracts.decode import Accepted, Rejected, decode
from eddyline.prove.messages import Composer

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


@given(st.integers(0, 2**31))
def test_a_message_is_an_event_exactly_when_the_decoder_says_so(seed):
    composer = Composer("run", Random(seed))
    for message in (composer.next(NOW) for _ in range(100)):
        decoded = decode(message.body, "default", NOW)
        assert isinstance(decoded, Accepted if message.is_event else Rejected)
        if isinstance(decoded, Accepted):
            assert decoded.event.event_id == ("default" if message.id_in_header else message.event_id)
            assert getattr(decoded.event, "quantity", 1) == message.content + 1


def test_there_are_resends_conflicts_and_bad_bodies_among_them():
    composer = Composer("run", Random(1))
    messages = [composer.next(NOW) for _ in range(2000)]
    events = [message for message in messages if message.is_event]
    assert 0 < len(messages) - len(events) < 400
    assert len({message.event_id for message in events}) < len({(message.event_id, message.content) for message in events}) < len(events)


def test_bodies_that_are_no_events_differ_from_each_other():
    composer = Composer("run", Random(2))
    digests = [message.sha256 for message in (composer.next(NOW) for _ in range(3000)) if message.sha256]
    assert len(set(digests)) == len(digests)
