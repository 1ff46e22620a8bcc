"""Rows that Spark deletes beside their files, as a cluster may, are gone for DuckDB too."""

import pytest
from pipeline import Pipeline

from eddyline.contracts.tables import GAME_EVENTS
from eddyline.lake.catalog import open_catalog
from eddyline.lake.queries import run_query
from eddyline.lake.table_facts import has_deletes
from tests.lake.question_lake import row

pytestmark = pytest.mark.integration


def test_rows_in_delete_files_are_not_seen(pipeline: Pipeline):
    pipeline.append(GAME_EVENTS, *(row(number, "log_in") for number in range(20)))
    pipeline.spark.sql("ALTER TABLE lake.game.events SET TBLPROPERTIES ('write.delete.mode' = 'merge-on-read')")
    pipeline.spark.sql("DELETE FROM lake.game.events WHERE event_id IN ('odd-3', 'odd-4')")
    table = open_catalog(pipeline.settings.lake).load_table("game.events")
    assert table.inspect.delete_files().num_rows > 0, "Spark wrote no delete file, so nothing was shown"
    assert has_deletes(table)
    answer = run_query("SELECT count(*) AS n, count_if(event_id IN ('odd-3', 'odd-4')) AS deleted, sum(kafka_offset) AS s FROM game.events", pipeline.settings)
    assert answer.to_pylist() == [{"n": 18, "deleted": 0, "s": sum(range(20)) - 7}]
