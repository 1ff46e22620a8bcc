"""Upkeep and a lost catalog, on every storage: the rows are the marks, so the landing job goes on where they end."""

from datetime import timedelta

import pytest
from pipeline import Pipeline, purchase
from sqlalchemy import text

from eddyline.contracts.tables import GAME_EVENTS, QUARANTINE
from eddyline.lake.backup.catalog_backup import save_catalog
from eddyline.lake.backup.restoring import forget_folder, need_no_tables, plan_restore, restore_catalog
from eddyline.lake.backup.saved import Backup
from eddyline.lake.catalog import open_catalog
from eddyline.lake.verification.accounting import Fate
from eddyline.lake.verification.holdings import Route
from eddyline.lake.verification.verify import verify
from eddyline.spark.upkeep.rounds import Bounds, Chore, Upkeep

pytestmark = [pytest.mark.integration, pytest.mark.conformance]

MALFORMED = b'{"event_type":'


def account(pipeline: Pipeline) -> dict[Fate, int]:
    found = verify(pipeline.settings, wait_s=0, routes=(Route(pipeline.topic, GAME_EVENTS), Route(pipeline.topic.dead_letters, None)))
    assert found.balanced
    return {fate: count for fate, count in found.total.items() if count}


def land(pipeline: Pipeline, prefix: str) -> None:
    pipeline.produce(*(purchase(f"{prefix}{number}") for number in range(3)), MALFORMED)
    pipeline.land()


def lose_catalog(pipeline: Pipeline) -> None:
    """Forget every table; the connections that Spark holds stay good, as they do when a server's database is restored."""
    with open_catalog(pipeline.settings.lake).engine.begin() as connection:
        connection.execute(text("DELETE FROM iceberg_tables"))
        connection.execute(text("DELETE FROM iceberg_namespace_properties"))


@pytest.mark.parametrize("newest_is_whole", [True, False], ids=["newest", "as-saved"])
def test_after_a_restore_the_job_goes_on_and_every_offset_is_accounted_for(pipeline, tmp_path, newest_is_whole):
    land(pipeline, "before")
    catalog = open_catalog(pipeline.settings.lake)
    saved = Backup("now", "tests", *save_catalog(catalog, tmp_path / "saved")[:2])
    for batch in range(2):
        land(pipeline, f"after{batch}-")
    rows = pipeline.rows()
    if not newest_is_whole:
        table = catalog.load_table(QUARANTINE.identifier)
        table.io.delete(next(iter(table.scan(row_filter="kafka_offset = 11").plan_files())).file.file_path)
    lose_catalog(pipeline)
    need_no_tables(catalog)
    plan = plan_restore(catalog, saved, tmp_path / "saved")
    assert {table.as_saved for table in plan} == {not newest_is_whole}
    assert forget_folder(catalog, pipeline.settings.landing.checkpoints)
    restore_catalog(catalog, saved, plan, tmp_path / "saved")
    assert len(pipeline.rows()) == (9 if newest_is_whole else 3)
    pipeline.land()
    assert account(pipeline) == {Fate.LANDED: 9, Fate.QUARANTINED: 3}
    kept = [{name: value for name, value in row.items() if name != "landed_at"} for row in rows]
    assert [{name: value for name, value in row.items() if name != "landed_at"} for row in pipeline.rows()] == kept


def test_a_round_of_upkeep_leaves_one_file_a_day_and_every_row_and_mark(pipeline):
    for batch in range(3):
        land(pipeline, f"{batch}-")
    rows, catalog = pipeline.rows(), open_catalog(pipeline.settings.lake)
    bounds = Bounds(2, 1, timedelta(0), timedelta(days=1), remove_orphans=True)
    done = Upkeep(pipeline.spark, catalog, bounds, [GAME_EVENTS.identifier]).round(list(Chore))
    assert done.failed == []
    assert (done.tables[0].most_files, done.tables[0].snapshots) == (1, 1)
    assert pipeline.rows() == rows
    pipeline.lose_checkpoint()
    pipeline.land()
    assert account(pipeline) == {Fate.LANDED: 9, Fate.QUARANTINED: 3}
