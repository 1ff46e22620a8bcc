"""Upkeep keeps every row and every mark; what is deleted on purpose is in no file afterwards."""

import os
import time
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlparse

import pytest
from pipeline import Pipeline, purchase
from traces import files_with

from eddyline.contracts.tables import ERASED, GAME_EVENTS, QUARANTINE
from eddyline.errors import SettingsError
from eddyline.lake.catalog import open_catalog
from eddyline.lake.verification.accounting import Fate
from eddyline.lake.verification.holdings import Route
from eddyline.lake.verification.verify import Verification, verify
from eddyline.spark.upkeep.deletion import Rows, delete, purge
from eddyline.spark.upkeep.expiry import expire
from eddyline.spark.upkeep.orphans import orphans

pytestmark = pytest.mark.integration
# The least user id of its files, so that it stands in their bounds.
TOKEN = "aa-token-5b2c"


def account(pipeline: Pipeline) -> Verification:
    return verify(pipeline.settings, wait_s=0, routes=(Route(pipeline.topic, GAME_EVENTS), Route(pipeline.topic.dead_letters, None)))


def folder(pipeline: Pipeline) -> Path:
    return Path(urlparse(pipeline.settings.lake.warehouse).path)


def land_batches(pipeline: Pipeline, count: int) -> None:
    for batch in range(count):
        pipeline.produce(*(purchase(f"{batch}-{number}", user_id=TOKEN if number == 1 else f"u{number}") for number in range(4)), b"bad")
        pipeline.land()


def test_expired_snapshots_take_their_files_and_no_mark_so_a_replay_lands_nothing_twice(pipeline):
    land_batches(pipeline, 3)
    before = pipeline.rows()
    done = expire(pipeline.spark, GAME_EVENTS.identifier, keep=2)
    assert (done.snapshots, done.kept) == (1, 2)
    assert expire(pipeline.spark, GAME_EVENTS.identifier, keep=1).kept == 1
    assert pipeline.rows() == before
    pipeline.forget_commits(1)
    pipeline.land()
    pipeline.lose_checkpoint()
    pipeline.land()
    assert pipeline.rows() == before
    assert account(pipeline).balanced


def test_old_files_that_nothing_names_are_listed_and_only_then_removed(pipeline):
    land_batches(pipeline, 1)
    data = folder(pipeline) / "game/events/data"
    old, young = data / "left-by-a-killed-writer.parquet", data / "of-a-commit-under-way.parquet"
    for path in (old, young):
        path.write_bytes(b"PAR1")
    day_before_yesterday = time.time() - 48 * 3600
    os.utime(old, (day_before_yesterday, day_before_yesterday))
    day = timedelta(hours=25)
    assert [Path(urlparse(found).path).name for found in orphans(pipeline.spark, GAME_EVENTS.identifier, day, remove=False)] == [old.name]
    assert old.exists()
    orphans(pipeline.spark, GAME_EVENTS.identifier, day, remove=True)
    assert (old.exists(), young.exists()) == (False, True)
    with pytest.raises(SettingsError, match="a commit that is still to come"):
        orphans(pipeline.spark, GAME_EVENTS.identifier, timedelta(hours=1), remove=True)
    assert len(pipeline.rows()) == 4


def test_deleted_rows_are_noted_first_counted_as_erased_and_in_no_file_afterwards(pipeline):
    land_batches(pipeline, 2)
    tables = folder(pipeline)
    (tables / "game/events/data/of-a-killed-batch.parquet").write_bytes(TOKEN.encode())
    assert len(files_with(TOKEN, tables / "game/events")) >= 5
    rows = Rows(GAME_EVENTS.identifier, "user_id = :user", {"user": TOKEN}, pipeline.topic.name)
    assert delete(pipeline.spark, rows) == 2
    # As one leaves it that is killed while it makes a single manifest count as too large.
    pipeline.spark.sql("ALTER TABLE lake.game.events SET TBLPROPERTIES ('commit.manifest.target-size-bytes' = '1')")
    assert purge(pipeline.spark, GAME_EVENTS.identifier) == []
    assert "commit.manifest.target-size-bytes" not in open_catalog(pipeline.settings.lake).load_table(GAME_EVENTS.identifier).properties
    assert files_with(TOKEN, tables / "game") == []
    assert [(row["first_offset"], row["kafka_offset"]) for row in pipeline.rows(ERASED)] == [(None, 1), (None, 6)]
    assert account(pipeline).total == {Fate.LANDED: 6, Fate.QUARANTINED: 2, Fate.ERASED: 2}
    assert delete(pipeline.spark, rows) == 0
    assert len(pipeline.rows(ERASED)) == 2


def test_rows_of_a_whole_table_are_noted_as_runs_and_do_not_land_again(pipeline):
    land_batches(pipeline, 2)
    assert delete(pipeline.spark, Rows(GAME_EVENTS.identifier, "true", {}, pipeline.topic.name)) == 8
    assert delete(pipeline.spark, Rows(QUARANTINE.identifier, "true", {})) == 2
    for table in (GAME_EVENTS, QUARANTINE):
        assert purge(pipeline.spark, table.identifier) == []
        assert [path for path in files_with("", folder(pipeline) / table.identifier.replace(".", "/")) if path.endswith(".parquet")] == []
    assert sorted((row["table_name"], row["first_offset"], row["kafka_offset"]) for row in pipeline.rows(ERASED) if row["first_offset"] is not None) == [
        ("game.events", 0, 3),
        ("game.events", 5, 8),
    ]
    pipeline.lose_checkpoint()
    pipeline.produce(purchase("new"))
    pipeline.land()
    assert account(pipeline).total == {Fate.LANDED: 1, Fate.ERASED: 10}
