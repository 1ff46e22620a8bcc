"""The cases that double or lose rows in other sinks: here every offset ends in exactly one place, whatever the storage."""

import subprocess
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from confluent_kafka import TopicPartition
from confluent_kafka.admin import AdminClient
from pipeline import Pipeline, purchase
from structlog.testing import capture_logs

from eddyline.contracts.tables import ERASED, GAME_EVENTS, QUARANTINE
from eddyline.errors import ComponentFailed, LeaseHeld, TopicGap
from eddyline.lake.catalog import open_catalog
from eddyline.lake.tables import create_tables
from eddyline.lake.verification.accounting import Fate
from eddyline.lake.verification.holdings import Route
from eddyline.lake.verification.verify import verify
from eddyline.spark import landing as landing_module
from eddyline.spark.compaction import compact
from eddyline.spark.sink import Copy

pytestmark = [pytest.mark.integration, pytest.mark.conformance]

MALFORMED = b'{"event_type":'
LOCKED_S = 30


def some(count: int, prefix: str = "e") -> list[dict[str, object]]:
    return [purchase(f"{prefix}{number}") for number in range(count)]


def balance(pipeline: Pipeline) -> Counter[Fate]:
    verification = verify(pipeline.settings, wait_s=0, routes=(Route(pipeline.topic, GAME_EVENTS), Route(pipeline.topic.dead_letters, None)))
    assert verification.balanced
    return Counter({fate: count for fate, count in verification.total.items() if count})


def delete_records(pipeline: Pipeline, before: int) -> None:
    admin = AdminClient({"bootstrap.servers": pipeline.settings.kafka.bootstrap_servers})
    (deleted,) = admin.delete_records([TopicPartition(pipeline.topic.name, 0, before)]).values()
    assert deleted.result(10).low_watermark == before


@pytest.fixture
def at_point(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, Callable[[], None]], list[str]]:
    """Do something once at a named point of a batch, as a crash would happen there; the list says when it was done."""

    def arrange(name: str, action: Callable[[], None]) -> list[str]:
        done: list[str] = []

        def act(point: str) -> None:
            if point == name and not done:
                done.append(point)
                action()

        monkeypatch.setattr(landing_module, "crash_at", lambda _name, _pid: act)
        return done

    return arrange


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


def test_a_second_query_on_one_table_refuses_to_start(pipeline):
    pipeline.produce(purchase("a"))
    with pipeline.landing()._lease(), pytest.raises(LeaseHeld, match="owned by another"):
        pipeline.land()
    pipeline.land()
    assert balance(pipeline) == {Fate.LANDED: 1}


def test_a_catalog_that_is_locked_for_half_a_minute_is_waited_for(make_pipeline, at_point, storage):
    pipeline = make_pipeline(retries=5)
    pipeline.produce(*some(5), MALFORMED)
    lockers: list[subprocess.Popen[str]] = []
    done = at_point("after-decode", lambda: lockers.append(storage.lock_catalog(pipeline, LOCKED_S)))
    with capture_logs() as logs:
        pipeline.land()
    assert (done, lockers[0].wait(10)) == (["after-decode"], 0)
    assert [entry["event"] for entry in logs].count("batch landed") == 1
    assert balance(pipeline) == {Fate.LANDED: 5, Fate.QUARANTINED: 1}


def test_a_metadata_file_that_cannot_be_read_is_named_and_all_lands_once_it_is_back(pipeline):
    pipeline.produce(*some(3))
    pipeline.land()
    pipeline.produce(*some(3, "more"))
    with pipeline.broken_metadata(GAME_EVENTS) as location, pytest.raises(ComponentFailed, match=r"metadata of game\.events cannot be read") as refused:
        pipeline.land()
    assert f"{location}; put the file back from a backup" in str(refused.value)
    pipeline.land()
    assert balance(pipeline) == {Fate.LANDED: 6}


def test_a_query_whose_topic_lost_what_comes_next_stops_and_goes_on_only_when_told(pipeline):
    pipeline.produce(*some(3))
    pipeline.land()
    pipeline.produce(*some(3, "lost"))
    delete_records(pipeline, 5)
    with pytest.raises(TopicGap, match=rf"offsets 3 to 4 of {pipeline.topic.name} partition 0 left the topic before they landed"):
        pipeline.land()
    assert pipeline.marks() == [(0, 0), (0, 1), (0, 2)]
    pipeline.land(accept_gap=True)
    assert pipeline.marks() == [(0, 0), (0, 1), (0, 2), (0, 5)]
    assert balance(pipeline) == {Fate.LANDED: 1}


def test_a_lost_checkpoint_hides_no_gap(pipeline):
    pipeline.produce(*some(3))
    pipeline.land()
    pipeline.produce(*some(3, "lost"))
    delete_records(pipeline, 5)
    pipeline.lose_checkpoint()
    with pytest.raises(TopicGap, match="offsets 3 to 4"):
        pipeline.land()
    pipeline.land(accept_gap=True)
    assert pipeline.marks() == [(0, 0), (0, 1), (0, 2), (0, 5)]


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
