"""The job file as users run it: a process of its own that is killed at every step, starts again and owns its tables."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from pipeline import Pipeline, purchase
from pyspark.sql import SparkSession
from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_fixed

from eddyline.contracts.tables import QUARANTINE
from eddyline.contracts.topics import EVENTS
from eddyline.settings import PROJECT_ROOT, KafkaSettings
from eddyline.spark.crash import CRASH_POINTS

pytestmark = pytest.mark.integration

MALFORMED = b'{"event_type":'


@pytest.fixture
def job(tmp_path: Path, spark: SparkSession, kafka_settings: KafkaSettings, no_input_topics: None) -> Pipeline:
    """Make a pipeline on the topic `events`, which is new."""
    return Pipeline.make(tmp_path / "home", kafka_settings, spark, EVENTS)


@pytest.mark.parametrize("point", CRASH_POINTS)
def test_a_job_killed_at_any_step_of_a_batch_lands_every_event_once_when_it_starts_again(job, point):
    job.produce(*(purchase(f"a{number}") for number in range(20)), MALFORMED, purchase("a1"), partition=0)
    job.land()
    job.produce(*(purchase(f"b{number}") for number in range(20)), MALFORMED, purchase("a2"), purchase("b3", price=1), partition=1)
    killed = job.run_job("--available-now", EDDYLINE_CRASH_AT=point)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    quarantined = 1 if point in {"batch-begun", "after-decode"} else 3
    assert len(job.rows(QUARANTINE)) == quarantined
    assert len(job.rows()) == (40 if point == "after-accepted-append" else 20)
    job.land()
    assert job.balance(45) == {"landed": 40, "quarantined": 3, "resent": 2}


def test_a_second_job_on_the_same_table_is_refused_and_the_first_goes_on(job):
    job.produce(purchase("a"))
    with job.landing()._lease():
        refused = job.run_job("--available-now", EDDYLINE_LANDING__LEASE_WAIT_S="0")
    assert refused.returncode == 1
    assert "owned by another landing query" in refused.stderr
    assert job.rows() == []
    job.land()
    assert job.events() == ["a"]


def test_a_job_without_its_broker_ends_with_an_error_and_says_why(job):
    refused = job.run_job("--available-now", EDDYLINE_KAFKA__BOOTSTRAP_SERVERS="127.0.0.1:1")
    assert refused.returncode == 1
    assert "landing failed" in refused.stderr
    assert "127.0.0.1:1" in refused.stderr


def test_a_filtered_copy_is_made_by_options_and_wrong_options_are_explained(job):
    job.produce(purchase("a"), {"event_type": "log_in", "user_id": "u1"}, {"event_type": "join_guild", "user_id": "u1", "guild_name": "g"})
    copied = job.run_job("--available-now", "--event-types", "purchase_item,join_guild", "--to", "game.purchases")
    assert copied.returncode == 0, copied.stderr
    counted = job.spark.sql("SELECT event_type, count(*) FROM lake.game.purchases GROUP BY 1 ORDER BY 1").collect()
    assert [tuple(row) for row in counted] == [("join_guild", 1), ("purchase_item", 1)]
    wrong = job.run_job("--event-types", "purchase", "--to", "game.purchases")
    assert wrong.returncode == 1
    assert "no such event type: purchase" in wrong.stderr


def test_spark_submit_runs_the_same_job_until_sigterm(job, tmp_path):
    from eddyline.stack import jars

    job.produce(purchase("a"))
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("EDDYLINE_", "PYSPARK_", "SPARK_"))} | {
        "EDDYLINE_HOME": str(job.settings.home),
        "EDDYLINE_KAFKA__BOOTSTRAP_SERVERS": job.settings.kafka.bootstrap_servers,
        "EDDYLINE_LANDING__METRICS_PORT": "0",
        "PYSPARK_PYTHON": sys.executable,
        "PYSPARK_DRIVER_PYTHON": sys.executable,
    }
    submit = Path(sys.executable).with_name("spark-submit")
    command = [sys.executable, submit] if not os.access(submit, os.X_OK) else [submit]
    log = (tmp_path / "submit.log").open("w")
    with subprocess.Popen(
        [*command, "--master", "local[2]", "--jars", ",".join(str(jar) for jar in jars.for_spark(job.settings)), "streaming_jobs/land_events.py"],
        cwd=PROJECT_ROOT,
        env=environment,
        stdout=log,
        stderr=log,
    ) as process:

        @retry(retry=retry_if_exception_type(AssertionError), stop=stop_after_delay(120), wait=wait_fixed(0.3), reraise=True)
        def landed() -> None:
            assert process.poll() is None, (tmp_path / "submit.log").read_text()
            assert job.events() == ["a"]

        landed()
        process.send_signal(signal.SIGTERM)
        process.wait(60)
    log.close()
