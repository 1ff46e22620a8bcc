"""One worker process: granian calls `application` in it and serves what it returns."""

import multiprocessing
import os
import signal
import threading
from multiprocessing import connection
from multiprocessing.util import Finalize

import structlog
from flask import Flask

from api.app import create_app
from api.connections import Debts
from api.exposure import check_exposure
from api.metrics import forget_dead_workers
from api.uploads import Uploads
from eddyline import log, settings
from eddyline.contracts.topics import INPUT_TOPICS, PLAYER_STATES
from eddyline.errors import BrokerRefuses, BrokerUnavailable, EddylineError
from eddyline.kafka.clients import connect
from eddyline.kafka.config import Bounds
from eddyline.kafka.log import EventLog
from eddyline.kafka.topics import create_topics
from eddyline.settings import ApiSettings, KafkaSettings

RETRY_S = 2.0
_REQUEST_VARIABLES = ("CONTENT_TYPE", "CONTENT_LENGTH", "REMOTE_ADDR", "QUERY_STRING")
_logger = structlog.get_logger()


def application() -> Flask:
    """Make this worker's application, with a Kafka client of its own."""
    log.configure("api")
    threading.Thread(target=_end_with_parent, name="end-with-parent", daemon=True).start()
    _forget_request_variables()
    forget_dead_workers()
    chosen = settings.load()
    check_exposure(chosen.api)
    events = connect(chosen.kafka, Bounds(ack_timeout_ms=chosen.api.ack_timeout_ms))
    threading.Thread(target=_create_topics, args=(chosen.kafka,), name="create-topics", daemon=True).start()
    # granian ends a worker as multiprocessing does, which runs finalizers but no atexit functions.
    Finalize(None, _leave, args=(events,), exitpriority=10)
    return create_app(chosen, events, _watched_uploads(chosen.api))


def _watched_uploads(api: ApiSettings) -> Uploads:
    uploads, debts = Uploads(api.max_body_bytes, api.threads), Debts()
    threading.Thread(target=uploads.watch, args=(debts.look, debts.forget), name="watch-uploads", daemon=True).start()
    return uploads


def _leave(events: EventLog) -> None:
    events.close()
    # All is answered and settled here; unloading the interpreter under granian's threads makes them panic at times.
    os._exit(0)


def _end_with_parent() -> None:
    # A worker whose parent was killed would hold the port for ever.
    parent = multiprocessing.parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os.kill(os.getpid(), signal.SIGTERM)


def _forget_request_variables() -> None:
    # granian lays each request over a copy of the process environment: HTTP_PROXY would look like a header `Proxy`.
    for name in [name for name in os.environ if name.startswith("HTTP_") or name in _REQUEST_VARIABLES]:
        del os.environ[name]


def _create_topics(kafka: KafkaSettings) -> None:
    again, told = threading.Event(), ""
    while True:
        try:
            create_topics(kafka, (*INPUT_TOPICS, PLAYER_STATES))
        except BrokerUnavailable as error:
            # An outage passes; a refusal lasts until somebody reads why.
            if isinstance(error, BrokerRefuses) and told != str(error):
                told = str(error)
                _logger.error("Kafka does not let the API in", reason=told)  # noqa: TRY400 - the message says all
            again.wait(RETRY_S)
        except EddylineError:
            _logger.exception("the topics cannot be made")
            return
        else:
            return
