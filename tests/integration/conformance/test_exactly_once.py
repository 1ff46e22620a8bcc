"""The cases that double or lose rows in other sinks: here every offset ends in exactly one place, whatever the storage."""

from datetime import UTC, datetime

import pytest
from cases import MALFORMED, balance, some
from pipeline import Pipeline, purchase

from eddyline.contracts.tables import ERASED, GAME_EVENTS, QUARANTINE
from eddyline.lake.catalog import open_catalog
from eddyline.lake.tables import create_tables
from eddyline.lake.verification.accounting import Fate
from eddyline.spark.compaction import compact
from eddyline.spark.sink import Copy

pytestmark = [pytest.mark.integration, pytest.mark.conformance]


@pytest.mark.parametrize("commits", [1, 2])
def test_replayed_batches_land_nothing_twice(pipeline, commits):
    for batch in range(3):
        pipeline.produce(*some(5, f"{batch}-"), MALFORMED, purchase("0-0"))
        pipeline.land()
    before = pipeline.table(GAME_EVENTS), pipeline.table(QUARANTINE)
    pipeline.forget_commits(commits)
    pipeline.land()
    assert (pipeline.table(GAME_EVENTS), pipeline.table(QUARANTINE)) == before
    assert balance(pipeline) == {Fate.LANDED: 15, Fate.QUARANTINED: 3, Fate.RESEND: 3}


def test_a_lost_checkpoint_lands_nothing_twice_also_after_compaction_and_expiry(make_pipeline):
    pipeline = make_pipeline(max_offsets_per_trigger=7)
    for batch in range(3):
        pipeline.produce(*some(10, f"{batch}-"), MALFORMED, partition=batch % 2)
    pipeline.land()
    assert balance(pipeline) == {Fate.LANDED: 30, Fate.QUARANTINED: 3}
    for table in (GAME_EVENTS, QUARANTINE):
        pipeline.spark.sql(f"CALL lake.system.rewrite_data_files(table => '{table.identifier}', options => map('min-input-files', '2'))")
        pipeline.spark.sql(f"CALL lake.system.expire_snapshots(table => '{table.identifier}', older_than => now(), retain_last => 1)")
        assert pipeline.spark.table(f"lake.{table.identifier}.snapshots").count() == 1
    pipeline.lose_checkpoint()
    pipeline.produce(purchase("last"))
    pipeline.land()
    assert balance(pipeline) == {Fate.LANDED: 31, Fate.QUARANTINED: 3}


def test_snapshots_expired_then_a_batch_replayed_lands_nothing_twice(pipeline):
    for batch in range(3):
        pipeline.produce(*some(4, f"{batch}-"), MALFORMED)
        pipeline.land()
    for table in (GAME_EVENTS, QUARANTINE):
        pipeline.spark.sql(f"CALL lake.system.expire_snapshots(table => '{table.identifier}', older_than => now(), retain_last => 1)")
        assert pipeline.spark.table(f"lake.{table.identifier}.snapshots").count() == 1
    pipeline.forget_commits(1)
    pipeline.land()
    assert balance(pipeline) == {Fate.LANDED: 12, Fate.QUARANTINED: 3}


def test_a_compaction_between_the_marks_and_the_append_of_a_batch_loses_and_doubles_nothing(pipeline, at_point):
    for batch in range(3):
        pipeline.produce(*some(4, f"{batch}-"))
        pipeline.land()
    pipeline.produce(*some(4, "last-"), MALFORMED)
    rewritten: list[int] = []
    done = at_point("after-decode", lambda: rewritten.append(compact(pipeline.spark, GAME_EVENTS.identifier, 2).files_before))
    pipeline.land()
    assert (done, rewritten) == (["after-decode"], [3])
    assert balance(pipeline) == {Fate.LANDED: 16, Fate.QUARANTINED: 1}


def test_a_record_that_an_older_contract_refused_stays_in_the_quarantine_when_its_batch_is_replayed(pipeline):
    pipeline.produce(purchase("a"), purchase("b"))
    pipeline.append(QUARANTINE, quarantine_row(pipeline, 0))
    pipeline.land()
    assert pipeline.marks() == [(0, 1)]
    assert pipeline.quarantine() == [("events", "unknown_field", 0, 0)]
    assert balance(pipeline) == {Fate.LANDED: 1, Fate.QUARANTINED: 1}


def test_a_record_that_an_older_contract_accepted_is_quarantined_though_the_quarantine_holds_later_ones(pipeline):
    pipeline.produce(MALFORMED, purchase("a"), purchase("b"))
    pipeline.append(QUARANTINE, quarantine_row(pipeline, 2))
    pipeline.land()
    assert pipeline.marks() == [(0, 1)]
    assert pipeline.quarantine() == [("events", "malformed_json", 0, 0), ("events", "unknown_field", 0, 2)]
    assert balance(pipeline) == {Fate.LANDED: 1, Fate.QUARANTINED: 2}


def test_erased_rows_do_not_land_again_when_the_checkpoint_is_lost(pipeline):
    pipeline.produce(*some(4))
    pipeline.land()
    erased = {"table_name": "game.events", "kafka_topic": pipeline.topic.name, "kafka_partition": 0, "landed_at": datetime.now(UTC)}
    pipeline.append(ERASED, erased | {"kafka_offset": 2}, erased | {"kafka_offset": 3})
    pipeline.spark.sql("DELETE FROM lake.game.events WHERE kafka_offset >= 2")
    assert pipeline.marks() == [(0, 0), (0, 1)]
    pipeline.lose_checkpoint()
    pipeline.produce(purchase("new"))
    pipeline.land()
    assert pipeline.marks() == [(0, 0), (0, 1), (0, 4)]
    assert balance(pipeline) == {Fate.LANDED: 3, Fate.ERASED: 2}


@pytest.mark.parametrize("lost", ["commits", "checkpoint"])
def test_a_filtered_copy_holds_its_event_types_once_whatever_is_replayed(pipeline, lost):
    others = {"event_type": "log_in", "user_id": "u1"}, {"event_type": "join_guild", "user_id": "u1", "guild_name": "g"}
    pipeline.produce(*some(3), *others, MALFORMED, purchase("e1"))
    copy = GAME_EVENTS.named("game.copied")
    create_tables(open_catalog(pipeline.settings.lake), [copy])
    plan = {"table": copy, "copy": Copy(("purchase_item", "join_guild"))}
    pipeline.land(**plan)
    assert [row["event_type"] for row in pipeline.rows(copy)] == ["purchase_item"] * 3 + ["join_guild"]
    pipeline.lose(lost, "land-events-to-game.copied")
    pipeline.land(**plan)
    assert len(pipeline.rows(copy)) == 4
    assert pipeline.rows() == pipeline.rows(QUARANTINE) == []


def test_twenty_daily_batches_in_a_row_lose_and_double_nothing(pipeline):
    for day in range(20):
        pipeline.produce(*some(2, f"{day}-"), purchase("0-0"))
        pipeline.land()
    assert balance(pipeline) == {Fate.LANDED: 40, Fate.RESEND: 20}


def quarantine_row(pipeline: Pipeline, offset: int) -> dict[str, object]:
    now = datetime.now(UTC)
    return {
        "kafka_topic": pipeline.topic.name,
        "stage": "job",
        "reason": "unknown_field",
        "value": b"{}",
        "value_length": 2,
        "value_sha256": "",
        "received_at": now,
        "kafka_partition": 0,
        "kafka_offset": offset,
        "landed_at": now,
    }
