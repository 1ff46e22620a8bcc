"""Runs a job on Spark until its end or a signal: what fails in passing starts again, within bounds."""

import re
import signal
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import structlog
from py4j.protocol import Py4JError
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

from eddyline.errors import BrokerUnavailable, ComponentFailed, LakeError, PlayersUnavailable
from eddyline.settings import Settings
from eddyline.spark.session import driver

log = structlog.get_logger()
_PASSING = (PySparkException, Py4JError, LakeError, BrokerUnavailable, PlayersUnavailable)
_LONGEST_PAUSE_S = 30.0
# The innermost cause of a Java trace, or the last line of a Python one.
_CAUSE = re.compile(r"Caused by: (?!py4j)|[\w.]+(Error|Exception|Held): ")


class Job(Protocol):
    """What a job file runs."""

    stop: threading.Event

    def run(self) -> None:
        """Work until done or until `stop` is set."""


def run_job(settings: Settings, name: str, jars: Sequence[Path], make: Callable[[SparkSession], Job]) -> None:
    """Start Spark, run a job on it until its end or a signal, and return when Spark has gone."""
    with driver(settings, name, jars) as spark:
        job = make(spark)
        stop_on_signals(job.stop)
        job.run()


def stop_on_signals(stop: threading.Event) -> None:
    """Set the event when somebody asks this process to end."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())


@dataclass
class Attempts:
    """Tries again what fails in passing: the more failures without any progress in between, the later, and at last no more."""

    what: str
    retries: int
    stop: threading.Event
    progressed: bool = False

    def run(self, attempt: Callable[[], None]) -> None:
        """Return when an attempt has come to its end, or after a failure with `stop` set.

        Raises ComponentFailed when it failed too often in a row.
        """
        failures = 0
        while not self.stop.is_set():
            self.progressed = False
            try:
                attempt()
            except _PASSING as error:
                failures = 1 if self.progressed else failures + 1
                self._give_up_or_wait(failures, error)
            else:
                return

    def _give_up_or_wait(self, failures: int, error: Exception) -> None:
        reason = first_line(error)
        if failures > self.retries:
            raise ComponentFailed(f"{self.what} failed {failures} times in a row, last with: {reason}") from error
        log.warning("a failure: it starts again", what=self.what, failures=failures, error=reason)
        self.stop.wait(min(2.0**failures, _LONGEST_PAUSE_S))


def first_line(error: Exception) -> str:
    """Find the line of a trace that says what went wrong."""
    # Py4J writes the exception itself behind a colon, on its second line.
    lines = [line.strip().removeprefix(": ") for line in str(error).splitlines() if line.strip()]
    causes = [line for line in lines if _CAUSE.match(line)]
    return (causes[-1] if causes else lines[0] if lines else type(error).__name__)[:300]
