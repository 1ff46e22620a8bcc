"""Being asked to stop: heard in every moment, raised when nothing is torn apart by it."""

import os
import signal
import weakref

import pytest

from eddyline.stack.interrupts import Interrupted, Interrupts


class Thing:
    """Something that Python finalizes."""


def test_a_signal_while_an_object_is_finalized_is_heard_at_the_next_look():
    interrupts = Interrupts()
    thing = Thing()
    weakref.finalize(thing, os.kill, os.getpid(), signal.SIGINT)
    with interrupts.handled():
        del thing  # Python would print an exception and go on
        with pytest.raises(Interrupted):
            interrupts.raise_if_asked()


def test_nobody_who_was_not_asked_stops():
    Interrupts().raise_if_asked()


def test_what_was_asked_is_raised_only_after_what_it_would_tear_apart():
    interrupts, steps = Interrupts(), []

    def work() -> None:
        with interrupts.handled(), interrupts.held_back():
            os.kill(os.getpid(), signal.SIGTERM)
            interrupts.raise_if_asked()
            steps.append("whole")

    with pytest.raises(Interrupted):
        work()
    assert steps == ["whole"]
