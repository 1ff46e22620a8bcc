"""The port of the landing job's metrics, which another job may have."""

import socket
from contextlib import closing

from prometheus_client import CollectorRegistry
from structlog.testing import capture_logs

from eddyline.spark.metrics import LandingMetrics


def test_a_second_job_beside_the_first_lands_without_metrics_and_says_so():
    with closing(socket.socket()) as taken, capture_logs() as said:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        LandingMetrics(CollectorRegistry()).serve(port)
    assert [(line["log_level"], line["port"]) for line in said] == [("warning", port)]
