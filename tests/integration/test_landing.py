"""Every offset of a topic ends in exactly one place, on a real broker, Spark and Iceberg."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from pipeline import Pipeline, purchase

from eddyline.contracts.tables import QUARANTINE

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
