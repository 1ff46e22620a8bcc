"""The upkeep while the stream runs: few files, few snapshots, every mark; and nothing is lost when it is killed."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlparse

import pytest
from pipeline import Pipeline, purchase
from prometheus_client import CollectorRegistry
from stack_command import eventually

from eddyline.contracts.tables import GAME_EVENTS, QUARANTINE
from eddyline.lake.catalog import open_catalog
from eddyline.lake.expirable import expirable
from eddyline.lake.table_facts import TableFacts, facts_of
from eddyline.lake.verification.holdings import Route
from eddyline.lake.verification.verify import verify
from eddyline.settings import PROJECT_ROOT
from eddyline.spark.session import SHORT_LIVED
from eddyline.spark.upkeep.expiry import expire
from eddyline.spark.upkeep.metrics import UpkeepMetrics
from eddyline.spark.upkeep.rounds import Bounds, Chore, Upkeep

pytestmark = pytest.mark.integration

EVENTS, DAY = GAME_EVENTS.identifier, timedelta(days=1)
BATCHES, AT_ONCE, MIN_FILES = 12, 4, 3


def facts(pipeline: Pipeline, table: str = EVENTS) -> TableFacts:
    return facts_of(table, open_catalog(pipeline.settings.lake).load_table(table))


def upkeep(pipeline: Pipeline, *tables: str, **bounds: object) -> Upkeep:
    usual = {"min_files": MIN_FILES, "keep_snapshots": 2, "snapshots_older_than": timedelta(0), "orphans_older_than": DAY, "remove_orphans": True}
    return Upkeep(pipeline.spark, open_catalog(pipeline.settings.lake), Bounds(**(usual | bounds)), tables)


def balanced(pipeline: Pipeline, offsets: int) -> bool:
    found = verify(pipeline.settings, wait_s=0, routes=(Route(pipeline.topic, GAME_EVENTS), Route(pipeline.topic.dead_letters, None)))
    return found.balanced and sum(found.total.values()) == offsets


@contextmanager
def streaming(pipeline: Pipeline) -> Iterator[None]:
    """Land in a thread of its own, as the job does, until the block ends."""
    landing = pipeline.landing(available_now=False)
    thread = threading.Thread(target=landing.run)
    thread.start()
    try:
        yield
    finally:
        landing.stop.set()
        thread.join()


def test_files_snapshots_and_metadata_stay_few_while_batches_land_and_no_mark_is_lost(make_pipeline):
    #  landing   |b b b b|b b b b| ...       a file a batch
    #  upkeep    | round | round | ...       what a round joins is at most what landed until it began
    pipeline = make_pipeline(trigger_interval_ms=0, max_offsets_per_trigger=2)
    keeper, metrics, most, seconds = upkeep(pipeline, EVENTS, QUARANTINE.identifier), UpkeepMetrics(CollectorRegistry()), [], []
    with streaming(pipeline):
        for group in range(BATCHES // AT_ONCE):
            pipeline.produce(*(purchase(f"{group}-{number}") if number != 3 else b"bad" for number in range(2 * AT_ONCE)))
            done = keeper.round([Chore.COMPACT, Chore.EXPIRE])
            assert done.failed == []
            metrics.round_done(done)
            eventually(lambda expected=(group + 1) * (2 * AT_ONCE - 1): facts(pipeline).rows == expected)
            most.append(facts(pipeline).most_files)
            seconds.append(done.seconds)
    assert keeper.round([Chore.COMPACT, Chore.EXPIRE]).failed == []
    # A day has fewer than MIN_FILES small files or one when a round ends; beside it land the batches of its group.
    assert max(most) <= MIN_FILES - 1 + AT_ONCE
    assert facts(pipeline).most_files < MIN_FILES
    assert facts(pipeline).snapshots <= 2
    assert facts(pipeline).metadata_files <= 21
    assert metrics.registry.get_sample_value("eddyline_upkeep_done_total", {"what": "files_rewritten"}) >= MIN_FILES
    assert metrics.registry.get_sample_value("eddyline_upkeep_rounds_total", {"outcome": "done"}) == BATCHES / AT_ONCE
    rows = pipeline.rows()
    pipeline.lose_checkpoint()
    pipeline.land()
    assert pipeline.rows() == rows
    assert balanced(pipeline, 2 * BATCHES)


def test_what_an_expiry_would_remove_is_known_before_and_a_failed_chore_leaves_the_others(pipeline):
    for batch in range(4):
        pipeline.produce(purchase(f"{batch}"))
        pipeline.land()
    iceberg = open_catalog(pipeline.settings.lake).load_table(EVENTS)
    iceberg.manage_snapshots().create_tag(iceberg.snapshots()[0].snapshot_id, "kept").commit()
    for keep, removed in ((9, 0), (2, 1), (1, 1)):
        iceberg.refresh()
        foretold = expirable(iceberg.metadata, keep, datetime.now(UTC))
        assert (expire(pipeline.spark, EVENTS, keep).snapshots, len(foretold)) == (removed, removed)
    done = upkeep(pipeline, "game.nowhere", EVENTS).round([Chore.COMPACT, Chore.ORPHANS])
    assert [(chore, failed.table) for chore, failed in done.failed] == [(Chore.COMPACT, "game.nowhere"), (Chore.ORPHANS, "game.nowhere")]


def test_a_job_that_is_killed_while_it_rewrites_files_loses_nothing_and_the_next_one_finishes(pipeline, tmp_path):
    rows = land_small_files(pipeline, "a", MIN_FILES + 1)
    landed = set(data_files(pipeline))
    with maintaining(pipeline, tmp_path / "upkeep.log") as (job, log):
        # Nothing lands meanwhile: a new file is one that the job has just written.
        eventually(lambda: not set(data_files(pipeline)) <= landed or job.poll() is not None, 300.0)
        assert job.poll() is None, log.read_text()
        os.killpg(job.pid, signal.SIGKILL)
        assert job.wait() == -signal.SIGKILL
    assert len(pipeline.rows()) == rows
    rows += land_small_files(pipeline, "b", MIN_FILES)
    assert upkeep(pipeline, EVENTS).round(list(Chore)).failed == []
    assert (facts(pipeline).most_files, facts(pipeline).rows) == (1, rows)
    pipeline.lose_checkpoint()
    pipeline.land()
    assert balanced(pipeline, rows)


def land_small_files(pipeline: Pipeline, prefix: str, count: int) -> int:
    for batch in range(count):
        pipeline.produce(purchase(f"{prefix}{batch}"))
        pipeline.land()
    return count


def data_files(pipeline: Pipeline) -> Iterator[Path]:
    return (Path(urlparse(pipeline.settings.lake.warehouse).path) / "game/events/data").rglob("*.parquet")


@contextmanager
def maintaining(pipeline: Pipeline, log: Path) -> "Iterator[tuple[subprocess.Popen[bytes], Path]]":
    """Run the job as users do, round after round."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("EDDYLINE_", "PYSPARK_", "SPARK_"))}
    given = {"EDDYLINE_HOME": str(pipeline.settings.home), "EDDYLINE_UPKEEP__METRICS_PORT": "0", "EDDYLINE_LANDING__DRIVER_JAVA_OPTIONS": SHORT_LIVED}
    command = [sys.executable, "streaming_jobs/maintain_tables.py", EVENTS, "--keep-going", "--every=1", f"--min-files={MIN_FILES}"]
    with log.open("wb") as output:
        job = subprocess.Popen(command, cwd=PROJECT_ROOT, env=kept | given, stdout=output, stderr=output, start_new_session=True)
    try:
        yield job, log
    finally:
        if job.poll() is None:
            os.killpg(job.pid, signal.SIGKILL)
            job.wait()
