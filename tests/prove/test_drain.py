"""The wait at a proof's end: as long as something moves, and no longer."""

import itertools

import pytest

from eddyline.errors import BrokerUnavailable
from eddyline.prove import drain
from eddyline.prove.drain import _settled


@pytest.fixture
def clock(monkeypatch):
    """Let a second pass at each pause, and nowhere else."""
    now = itertools.count()
    seconds = [0]
    monkeypatch.setattr(drain.time, "monotonic", lambda: seconds[0])
    monkeypatch.setattr(drain.time, "sleep", lambda _: seconds.__setitem__(0, next(now) + 1))
    return seconds


def test_it_ends_at_once_when_nothing_is_left(clock):
    assert _settled(lambda: 0, int, 60) == 0
    assert clock == [0]


def test_what_moves_is_waited_for_and_what_stands_still_is_given_up(clock):
    lefts = itertools.chain(range(100, 10, -1), itertools.repeat(10))
    assert _settled(lambda: next(lefts), int, 20) == 10
    assert 90 < clock[0] < 115


def test_what_moves_for_ever_ends_as_well(clock):
    lefts = itertools.count(1)
    assert _settled(lambda: next(lefts), int, 20)
    assert clock[0] <= drain.LONGEST_S + 1


def test_what_cannot_be_looked_at_for_a_while_is_looked_at_again(clock):
    answers = iter([*[BrokerUnavailable("away"), OSError("connection refused")] * 5, 0])

    def look():
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    assert _settled(look, int, 20) == 0
    assert clock == [10]


@pytest.mark.usefixtures("clock")
def test_what_can_never_be_looked_at_ends_with_its_error():
    def look():
        raise BrokerUnavailable("away")

    with pytest.raises(BrokerUnavailable):
        _settled(look, int, 20)
