"""Every offset of a topic ends in exactly one place, on a real broker, Spark and Iceberg."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from confluent_kafka import TopicPartition
from confluent_kafka.admin import AdminClient
from pipeline import Pipeline, purchase

from eddyline.contracts.tables import ERASED, GAME_EVENTS, QUARANTINE
from eddyline.errors import ComponentFailed, LeaseHeld
from eddyline.lake.catalog import open_catalog
from eddyline.lake.tables import create_tables
from eddyline.spark.sink import Copy

pytestmark = pytest.mark.integration

MALFORMED = b'{"event_type":'


def some(count: int, prefix: str = "e") -> list[dict[str, object]]:
    return [purchase(f"{prefix}{number}") for number in range(count)]


def test_valid_records_land_and_bad_ones_are_quarantined_with_their_bytes_and_reason(pipeline):
    pipeline.produce(purchase("a"), MALFORMED, None, purchase("b", quantity="many"))
    pipeline.refuse_at_the_door(b"\xff", "malformed_json")
    pipeline.land()
    assert pipeline.marks() == [(0, 0)]
    assert pipeline.quarantine() == [
        ("dlq", "malformed_json", 0, 0),
        ("events", "empty", 0, 2),
        ("events", "malformed_json", 0, 1),
        ("events", "wrong_type", 0, 3),
    ]
    by_mark = {(row["stage"], row["kafka_offset"]): row for row in pipeline.rows(QUARANTINE)}
    assert by_mark["job", 1]["value"] == MALFORMED
    assert by_mark["job", 1]["key"] == b"u1"
    assert by_mark["job", 2]["value"] is None
    assert by_mark["job", 3]["event_id"] == "b"
    assert by_mark["door", 0]["value"] == b"\xff"


def test_a_landed_row_carries_the_event_and_where_it_came_from(pipeline):
    pipeline.produce(purchase("a", occurred_at=datetime.now(UTC).isoformat(), quantity=3), partition=1)
    pipeline.land()
    (row,) = pipeline.rows()
    assert (row["event_id"], row["tenant"], row["event_type"], row["user_id"], row["quantity"], row["price"]) == ("a", "public", "purchase_item", "u1", 3, 5.0)
    assert (row["host"], json.loads(row["headers"]), row["kafka_partition"], row["kafka_offset"]) == ("u1.comcast.com", {"Host": "u1.comcast.com"}, 1, 0)
    assert row["occurred_at"] <= row["received_at"] <= row["landed_at"]


def test_a_valid_record_without_an_id_is_named_by_its_place_so_that_a_replay_decides_the_same(pipeline):
    event = purchase("")
    del event["event_id"]
    pipeline.produce(event, event)
    pipeline.land()
    assert pipeline.events() == [f"kafka:{pipeline.topic.name}:0:0", f"kafka:{pipeline.topic.name}:0:1"]


def test_names_with_the_signs_of_sql_paths_and_markup_are_text_like_any_other(pipeline):
    names = ["'; DROP TABLE game.events; --", "../../etc/passwd", "${jndi:x}", '"quoted"', "<script>", "a\\b", "%s %d", "\u202e", "\U0001f409 dragon"]
    pipeline.produce(*(purchase(name, user_id=name, item_type=name) for name in names), *(purchase(name, user_id=name, item_type=name) for name in names))
    pipeline.land()
    assert [(row["event_id"], row["user_id"], row["item_type"]) for row in pipeline.rows()] == [(name, name, name) for name in names]


def test_a_resend_is_dropped_in_one_batch_in_two_and_after_the_checkpoint_is_gone(pipeline):
    pipeline.produce(purchase("a"), purchase("a"), purchase("b"))
    pipeline.land()
    pipeline.produce(purchase("a"), purchase("c"))
    pipeline.land()
    pipeline.lose_checkpoint()
    pipeline.produce(purchase("b"), purchase("d"))
    pipeline.land()
    assert pipeline.events() == ["a", "b", "c", "d"]
    assert pipeline.quarantine() == []


def test_an_id_with_other_content_is_no_resend_but_a_conflict(pipeline):
    pipeline.produce(purchase("a"), purchase("a", price=6))
    pipeline.land()
    pipeline.produce(purchase("a", price=7))
    pipeline.land()
    assert pipeline.marks() == [(0, 0)]
    assert [(row["reason"], row["event_id"], row["tenant"]) for row in pipeline.rows(QUARANTINE)] == [("id_conflict", "a", "public")] * 2
    assert [json.loads(row["value"])["price"] for row in pipeline.rows(QUARANTINE)] == [6, 7]


def test_one_id_of_two_tenants_is_two_events(pipeline):
    pipeline.produce(purchase("a"), purchase("a", tenant="other"))
    pipeline.land()
    assert pipeline.events() == ["a", "a"]


def test_a_resend_is_recognised_though_its_partition_lags_by_hours(pipeline):
    late = (datetime.now(UTC) - timedelta(hours=9)).isoformat()
    pipeline.produce(*some(30), partition=1)
    pipeline.land()
    pipeline.produce(*(event | {"occurred_at": late} for event in some(30)), *some(20, "late"), partition=0)
    pipeline.land()
    assert pipeline.balance(80) == {"landed": 50, "quarantined": 0, "resent": 30}


def test_a_resend_older_than_the_horizon_is_a_new_event(make_pipeline: Callable[..., Pipeline]):
    pipeline = make_pipeline()
    pipeline.produce(purchase("a"))
    pipeline.land()
    pipeline.settings = pipeline.settings.model_copy(update={"lake": pipeline.settings.lake.model_copy(update={"dedupe_horizon_days": 1e-9})})
    pipeline.produce(purchase("a"))
    pipeline.land()
    assert pipeline.marks() == [(0, 0), (0, 1)]


def test_a_replayed_record_is_compared_with_the_whole_table_and_not_only_within_the_horizon(make_pipeline: Callable[..., Pipeline]):
    pipeline = make_pipeline()
    pipeline.produce(purchase("a"), purchase("b"))
    pipeline.land()
    pipeline.settings = pipeline.settings.model_copy(update={"lake": pipeline.settings.lake.model_copy(update={"dedupe_horizon_days": 1e-9})})
    pipeline.replay(purchase("a"), purchase("b", price=9), purchase("c"))
    pipeline.produce(purchase("d"))
    pipeline.land()
    assert pipeline.events() == ["a", "b", "c", "d"]
    assert pipeline.quarantine() == [("events", "id_conflict", 0, 3)]


@pytest.mark.parametrize("commits", [1, 2])
def test_replayed_batches_land_nothing_twice(pipeline, commits):
    for batch in range(3):
        pipeline.produce(*some(5, f"{batch}-"), MALFORMED, purchase("0-0"))
        pipeline.land()
    before = pipeline.table(GAME_EVENTS), pipeline.table(QUARANTINE)
    pipeline.forget_commits(commits)
    pipeline.land()
    assert (pipeline.table(GAME_EVENTS), pipeline.table(QUARANTINE)) == before
    assert pipeline.balance(21) == {"landed": 15, "quarantined": 3, "resent": 3}


def test_a_lost_checkpoint_lands_nothing_twice_also_after_compaction_and_expiry(make_pipeline):
    pipeline = make_pipeline(max_offsets_per_trigger=7)
    for batch in range(3):
        pipeline.produce(*some(10, f"{batch}-"), MALFORMED, partition=batch % 2)
    pipeline.land()
    assert pipeline.balance(33) == {"landed": 30, "quarantined": 3, "resent": 0}
    for table in (GAME_EVENTS, QUARANTINE):
        pipeline.spark.sql(f"CALL lake.system.rewrite_data_files(table => '{table.identifier}', options => map('min-input-files', '2'))")
        pipeline.spark.sql(f"CALL lake.system.expire_snapshots(table => '{table.identifier}', older_than => now(), retain_last => 1)")
        assert pipeline.spark.table(f"lake.{table.identifier}.snapshots").count() == 1
    pipeline.lose_checkpoint()
    pipeline.produce(purchase("last"))
    pipeline.land()
    assert pipeline.balance(34) == {"landed": 31, "quarantined": 3, "resent": 0}


def test_a_record_that_an_older_contract_refused_stays_in_the_quarantine_when_its_batch_is_replayed(pipeline):
    pipeline.produce(purchase("a"), purchase("b"))
    pipeline.append(QUARANTINE, quarantine_row(pipeline, 0))
    pipeline.land()
    assert pipeline.marks() == [(0, 1)]
    assert pipeline.quarantine() == [("events", "unknown_field", 0, 0)]


def test_a_record_that_an_older_contract_accepted_is_quarantined_though_the_quarantine_holds_later_ones(pipeline):
    pipeline.produce(MALFORMED, purchase("a"), purchase("b"))
    pipeline.append(QUARANTINE, quarantine_row(pipeline, 2))
    pipeline.land()
    assert pipeline.marks() == [(0, 1)]
    assert pipeline.quarantine() == [("events", "malformed_json", 0, 0), ("events", "unknown_field", 0, 2)]


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


def test_a_filtered_copy_holds_its_event_types_once_whatever_is_replayed(pipeline):
    pipeline.produce(
        *some(3), {"event_type": "log_in", "user_id": "u1"}, {"event_type": "join_guild", "user_id": "u1", "guild_name": "g"}, MALFORMED, purchase("e1")
    )
    copy = GAME_EVENTS.named("game.copied")
    create_tables(open_catalog(pipeline.settings.lake), [copy])
    plan = {"table": copy, "copy": Copy(("purchase_item", "join_guild"))}
    pipeline.land(**plan)
    assert [row["event_type"] for row in pipeline.rows(copy)] == ["purchase_item"] * 3 + ["join_guild"]
    checkpoint = pipeline.checkpoint.with_name("land-events-to-game.copied")
    for path in (checkpoint / "commits").iterdir():
        path.unlink()
    pipeline.land(**plan)
    assert len(pipeline.rows(copy)) == 4
    assert pipeline.rows() == pipeline.rows(QUARANTINE) == []


def test_a_second_query_on_one_table_refuses_to_start(pipeline):
    pipeline.produce(purchase("a"))
    with pipeline.landing()._lease(), pytest.raises(LeaseHeld, match="owned by another"):
        pipeline.land()


def test_a_query_whose_topic_lost_what_comes_next_stops_and_says_so(pipeline):
    pipeline.produce(*some(3))
    pipeline.land()
    pipeline.produce(*some(3, "lost"))
    admin = AdminClient({"bootstrap.servers": pipeline.settings.kafka.bootstrap_servers})
    (deleted,) = admin.delete_records([TopicPartition(pipeline.topic.name, 0, 5)]).values()
    assert deleted.result(10).low_watermark == 5
    with pytest.raises(ComponentFailed, match="failed 1 times in a row"):
        pipeline.land()
    assert pipeline.marks() == [(0, 0), (0, 1), (0, 2)]


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
