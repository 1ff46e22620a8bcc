"""Compaction keeps every row and every mark, also while events land."""

import threading

import pytest
from pipeline import Pipeline, purchase

from eddyline.lake.catalog import open_catalog
from eddyline.lake.table_facts import TableFacts, table_facts
from eddyline.spark.compaction import compact

pytestmark = pytest.mark.integration


def facts(pipeline: Pipeline, table: str) -> TableFacts:
    return next(facts for facts in table_facts(open_catalog(pipeline.settings.lake)) if facts.table == table)


def test_many_small_files_become_one_and_no_row_changes(make_pipeline):
    pipeline = make_pipeline(max_offsets_per_trigger=3)
    pipeline.produce(*(purchase(f"e{number}") for number in range(12)), b"bad", partition=0)
    pipeline.land()
    before = pipeline.rows()
    assert facts(pipeline, "game.events").files >= 4
    done = compact(pipeline.spark, "game.events", 2)
    assert done.files_before >= 4
    assert (done.files_after, facts(pipeline, "game.events").files, facts(pipeline, "game.events").rows) == (1, 1, 12)
    assert pipeline.rows() == before
    pipeline.lose_checkpoint()
    pipeline.land()
    assert pipeline.balance(13) == {"landed": 12, "quarantined": 1, "resent": 0}


def test_compaction_beside_a_landing_query_loses_nothing(make_pipeline):
    pipeline = make_pipeline(max_offsets_per_trigger=4)
    pipeline.produce(*(purchase(f"e{number}") for number in range(8)), partition=0)
    pipeline.land()
    pipeline.produce(*(purchase(f"f{number}") for number in range(24)), b"bad", partition=0)
    landing = threading.Thread(target=pipeline.land)
    landing.start()
    done = compact(pipeline.spark, "game.events", 2)
    landing.join()
    assert done.files_before >= 2
    assert pipeline.balance(33) == {"landed": 32, "quarantined": 1, "resent": 0}
