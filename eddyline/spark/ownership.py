"""Ownership of tables while a job runs: the lease, waited for, renewed from a thread of its own, and let go of at the end."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from tenacity import RetryCallState, Retrying, retry_if_exception_type, sleep_using_event, stop_after_delay, stop_any, stop_when_event_set, wait_fixed

from eddyline.errors import LakeError, LeaseHeld
from eddyline.lake.database import open_database
from eddyline.lake.lease import Lease, Owner
from eddyline.settings import Settings

log = structlog.get_logger()


@contextmanager
def owned(settings: Settings, names: tuple[str, ...], pid: int, stop: threading.Event | None = None) -> Iterator[Lease]:
    """Own tables for the process that writes them while the block runs; `stop` ends the waiting for them.

    Raises LeaseHeld when another query owns one and does not let go in time, LakeError when the catalog's database does not answer.
    """
    database = open_database(settings.lake.catalog_uri)
    lease, stop = Lease(database, names, Owner.of(pid), settings.landing.lease_ttl_s), stop or threading.Event()
    waiting = Retrying(
        retry=retry_if_exception_type(LeaseHeld),
        stop=stop_any(stop_after_delay(settings.landing.lease_wait_s), stop_when_event_set(stop)),
        wait=wait_fixed(0.5),
        sleep=sleep_using_event(stop),
        before_sleep=_say_waiting,
        reraise=True,
    )
    waiting(lease.acquire)
    done = threading.Event()
    threading.Thread(target=_keep, args=(lease, done, settings.landing.lease_ttl_s / 3), name="lease", daemon=True).start()
    try:
        yield lease
    finally:
        done.set()
        lease.release()
        database.dispose()


def _keep(lease: Lease, done: threading.Event, every_s: float) -> None:
    """Renew while no batch comes along to do it; the sink's own renewal is the one that stops a query."""
    while not done.wait(every_s):
        try:
            lease.renew()
        except LeaseHeld:
            log.exception("the lease was lost")
            return
        except LakeError as error:
            log.warning("the lease was not renewed", reason=str(error))


def _say_waiting(state: RetryCallState) -> None:
    if state.attempt_number == 1 and state.outcome:
        log.warning("waiting for the lease", reason=str(state.outcome.exception()))
