"""What fails in passing starts again, and not for ever."""

import threading

import pytest

from eddyline.errors import ComponentFailed, LakeError, LeaseHeld
from eddyline.spark.runner import Attempts, first_line


class Clock(threading.Event):
    """A stop that is never set, and notes how long somebody waited for it."""

    def __init__(self) -> None:
        super().__init__()
        self.waits: list[float] = []

    def wait(self, timeout: float | None = None) -> bool:
        self.waits.append(timeout or 0.0)
        return self.is_set()


def test_a_job_that_fails_in_passing_starts_again_after_longer_and_longer_pauses():
    #  fails, 2 s, fails, 4 s, fails, 8 s, done
    clock, left = Clock(), 3

    def attempt() -> None:
        nonlocal left
        if left:
            left -= 1
            raise LakeError("away")

    Attempts("the job", 3, clock).run(attempt)
    assert (left, clock.waits) == (0, [2.0, 4.0, 8.0])


def test_too_many_failures_in_a_row_end_it_with_the_last_reason():
    clock = Clock()

    def attempt() -> None:
        raise LakeError(f"away for the {len(clock.waits) + 1}. time")

    with pytest.raises(ComponentFailed, match=r"the job failed 3 times in a row, last with: away for the 3\. time"):
        Attempts("the job", 2, clock).run(attempt)


def test_progress_between_failures_begins_the_count_anew():
    clock, left = Clock(), 10
    attempts = Attempts("the job", 1, clock)

    def attempt() -> None:
        nonlocal left
        attempts.progressed = True
        if left:
            left -= 1
            raise LakeError("away")

    attempts.run(attempt)
    assert (left, clock.waits) == (0, [2.0] * 10)


def test_failures_before_any_progress_count_even_after_an_attempt_that_had_some():
    clock, number = Clock(), 0
    attempts = Attempts("the job", 2, clock)

    def attempt() -> None:
        nonlocal number
        number += 1
        attempts.progressed = number == 1
        raise LakeError("away")

    with pytest.raises(ComponentFailed):
        attempts.run(attempt)
    assert number == 3


def test_what_does_not_pass_ends_it_at_once():
    def attempt() -> None:
        raise LeaseHeld("somebody else's")

    with pytest.raises(LeaseHeld):
        Attempts("the job", 3, Clock()).run(attempt)


def test_a_stop_after_a_failure_is_no_failure():
    stop = threading.Event()

    def attempt() -> None:
        stop.set()
        raise LakeError("away")

    Attempts("the job", 3, stop).run(attempt)


def test_the_innermost_cause_of_a_trace_is_its_line():
    trace = "An error occurred\n: org.apache.spark.SparkException: Job aborted\nCaused by: java.io.IOException: disk\n\tat x\nCaused by: py4j.Py4JException: no"
    assert first_line(RuntimeError(trace)) == "Caused by: java.io.IOException: disk"
    assert first_line(RuntimeError()) == "RuntimeError"
