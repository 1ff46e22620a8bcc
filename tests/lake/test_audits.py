"""Audits: silent on a sound lake, and each names the row that is planted for it."""

from datetime import timedelta

import pytest

from eddyline.lake.queries import run_query
from eddyline.lake.query_files import AUDITS, find_query, query_files
from tests.lake.question_lake import NOW, append, empty_lake, quarantined, question_lake, row

SOUND = row(1, "log_in")
PLANTED = {
    "event_id_twice": {"game.events": [SOUND, SOUND | {"kafka_offset": 900}]},
    "offset_twice": {"game.events": [SOUND, SOUND | {"event_id": "other"}]},
    "landed_and_quarantined": {"game.events": [SOUND], "ops.quarantine": [quarantined(1, kafka_offset=1, kafka_partition=0)]},
    "erased_but_there": {
        "game.events": [SOUND],
        "ops.erased": [{"table_name": "game.events", "kafka_topic": "events", "kafka_partition": 0, "kafka_offset": 1, "landed_at": NOW}],
    },
    "occurred_at_out_of_bounds": {"game.events": [SOUND | {"occurred_at": NOW - timedelta(days=401)}]},
    "required_is_missing": {"game.events": [SOUND | {"user_id": ""}]},
    "payload_is_missing": {"game.events": [row(1, "purchase_item", item_type="sword", price=1.0)]},
    "quarantined_bytes_differ": {"ops.quarantine": [quarantined(3, value=b"other")]},
}
MORE = [
    (
        "erased_but_there",
        {
            "game.events": [SOUND],
            "ops.erased": [
                {"table_name": "game.events", "kafka_topic": "events", "kafka_partition": 0, "first_offset": 0, "kafka_offset": 3, "landed_at": NOW},
            ],
        },
    ),
    ("offset_twice", {"ops.quarantine": [quarantined(3), quarantined(3)]}),
    ("occurred_at_out_of_bounds", {"game.events": [SOUND | {"occurred_at": NOW + timedelta(minutes=6)}]}),
    ("payload_is_missing", {"game.events": [row(1, "finish_level", level=3, outcome="won")]}),
    ("quarantined_bytes_differ", {"ops.quarantine": [quarantined(3, value=None)]}),
    ("quarantined_bytes_differ", {"ops.quarantine": [quarantined(3, value_length=300_000)]}),
]


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    return question_lake(tmp_path_factory.mktemp("lake"), users=10, events=500)


def test_each_audit_has_a_row_planted_for_it():
    assert set(PLANTED) == {file.name for file in query_files(AUDITS)}


@pytest.mark.parametrize("name", PLANTED)
def test_an_audit_of_a_sound_lake_returns_no_row(name, sound):
    assert run_query(find_query(name).sql, sound).to_pylist() == []


@pytest.mark.parametrize(("name", "rows"), [*PLANTED.items(), *MORE])
def test_an_audit_returns_the_planted_row(name, rows, tmp_path):
    settings = empty_lake(tmp_path)
    for table, planted in rows.items():
        append(settings, table, planted)
    assert run_query(find_query(name).sql, settings).num_rows == 1
