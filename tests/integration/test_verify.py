"""`verify` on a real broker and real Iceberg tables: it balances, and for each way to go wrong it names exactly what."""

import json
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import structlog
from confluent_kafka import Producer, TopicPartition
from confluent_kafka.admin import AdminClient
from pyiceberg.catalog import Catalog
from pyiceberg.expressions import And, EqualTo, In
from tenacity import retry, stop_after_delay, wait_fixed
from typer.testing import CliRunner

from eddyline.cli.app import _app
from eddyline.contracts.decode import Accepted, decode
from eddyline.contracts.rows import event_row
from eddyline.contracts.tables import ERASED, GAME_EVENTS, QUARANTINE, Table
from eddyline.contracts.topics import EVENTS, Topic, keeps_dead_letters
from eddyline.game.truth import Truth
from eddyline.kafka.clients import connect
from eddyline.kafka.log import EventLog
from eddyline.kafka.topics import create_topics
from eddyline.lake.catalog import open_catalog
from eddyline.lake.tables import create_tables, iceberg_schema
from eddyline.lake.verification.accounting import Fate, Held
from eddyline.lake.verification.holdings import Route, read_holdings
from eddyline.lake.verification.verify import Verification, verify
from eddyline.settings import KafkaSettings, Settings, load

pytestmark = pytest.mark.integration

NOW = datetime.now(UTC)


@dataclass
class Lake:
    """The two input topics and the tables, landed by hand as the job would."""

    settings: Settings
    log: EventLog
    catalog: Catalog
    topic: Topic

    def send(self, event_id: str | None, *, user_id: str = "user-1", item_type: str = "sword") -> int:
        event = {"event_type": "use_item", "user_id": user_id, "item_type": item_type} | ({"event_id": event_id} if event_id else {})
        return self.send_bytes(json.dumps(event).encode())

    def refuse(self, value: bytes) -> int:
        """Append a dead letter, as the door does."""
        return self.send_bytes(value, self.topic.dead_letters)

    def send_bytes(self, value: bytes, topic: Topic | None = None) -> int:
        partition, offset = self.log.append((topic or self.topic).name, b"key", value).result()
        assert partition == 0
        return offset

    # The marker of a transaction is written a moment after its producer has ended it.
    @retry(stop=stop_after_delay(20), wait=wait_fixed(0.1), reraise=True)
    def wait_until_the_log_ends_at(self, end: int) -> None:
        assert self.log.end_offsets(self.topic.name)[0][1] == end

    def land(self, *offsets: int, landed_at: datetime = NOW) -> None:
        """Append rows to game.events, decoded from what Kafka has there."""
        self._insert(GAME_EVENTS, [self._event(offset) | {"landed_at": landed_at} for offset in offsets])

    def quarantine_refused(self, *offsets: int, stage: str = "door") -> None:
        self.quarantine(*offsets, topic=self.topic.dead_letters, stage=stage)

    def quarantine(self, *offsets: int, topic: Topic | None = None, stage: str = "job") -> None:
        facts = {"stage": stage, "reason": "malformed_json", "value_length": 1, "value_sha256": "0", "received_at": NOW}
        self._insert(QUARANTINE, [facts | self._place(offset) | {"kafka_topic": (topic or self.topic).name} for offset in offsets])

    def erase(self, *offsets: int) -> None:
        self._insert(ERASED, [self._place(offset) | {"table_name": GAME_EVENTS.identifier, "kafka_topic": self.topic.name} for offset in offsets])
        self.delete(*offsets)

    def delete(self, *offsets: int) -> None:
        self.catalog.load_table(GAME_EVENTS.identifier).delete(And(EqualTo("kafka_partition", 0), In("kafka_offset", offsets)))

    def verify(self, **options: Any) -> Verification:
        routes = Route(self.topic, GAME_EVENTS), Route(self.topic.dead_letters, None)
        return verify(self.settings, **({"wait_s": 0, "routes": routes} | options))

    def _event(self, offset: int) -> dict[str, Any]:
        [record] = self.log.read(self.topic.name, 0, offset, offset + 1)
        decoded = decode(record.value, f"kafka:{self.topic.name}:0:{offset}", record.timestamp)
        assert isinstance(decoded, Accepted)
        return event_row(decoded.event) | self._place(offset)

    @staticmethod
    def _place(offset: int) -> dict[str, Any]:
        return {"kafka_partition": 0, "kafka_offset": offset, "landed_at": NOW}

    def _insert(self, table: Table, rows: list[dict[str, Any]]) -> None:
        complete = [{name: row.get(name) for name in table.column_names} for row in rows]
        self.catalog.load_table(table.identifier).append(pa.Table.from_pylist(complete, schema=iceberg_schema(table).as_arrow()))


@contextmanager
def open_lake(folder: Path, kafka: KafkaSettings, topic: Topic) -> Iterator[Lake]:
    settings = load(home=folder, kafka=kafka.model_copy(update={"partitions": 1}))
    create_topics(settings.kafka, [topic, topic.dead_letters])
    with closing(connect(settings.kafka)) as log, closing(open_catalog(settings.lake)) as catalog:
        create_tables(catalog)
        yield Lake(settings, log, catalog, topic)


@pytest.fixture
def lake(kafka_settings: KafkaSettings, tmp_path: Path) -> Iterator[Lake]:
    with open_lake(tmp_path, kafka_settings, Topic(f"test-{uuid.uuid4().hex[:12]}", "made by a test")) as lake:
        yield lake


@pytest.fixture
def usual_lake(kafka_settings: KafkaSettings, tmp_path: Path, no_input_topics: None) -> Iterator[Lake]:
    with open_lake(tmp_path, kafka_settings, EVENTS) as lake:
        yield lake


def faults(verification: Verification) -> dict[tuple[str, str], list[int]]:
    """Map (kind of topic, fault) to the offsets."""
    kinds = {True: "dead letters", False: "events"}
    return {(kinds[keeps_dead_letters(each.span.topic)], name): offsets.tolist() for each in verification.accounts for name, offsets in each.faults.items()}


def test_nothing_sent_is_balanced(lake: Lake) -> None:
    assert lake.verify().balanced
    assert lake.verify().total.total() == 0


def test_every_fate_is_told_apart_and_balances(lake: Lake) -> None:
    landed = [lake.send("a"), lake.send("b"), lake.send(None)]
    resend, broken, erased = lake.send("b"), lake.send_bytes(b"{"), lake.send("secret")
    refused = lake.refuse(b"[1]")
    lake.land(*landed, erased)
    lake.quarantine(broken)
    lake.quarantine_refused(refused)
    lake.erase(erased)
    verification = lake.verify()
    assert verification.balanced, faults(verification)
    assert verification.total == Counter({Fate.LANDED: 3, Fate.QUARANTINED: 2, Fate.RESEND: 1, Fate.ERASED: 1})
    assert resend == 3


def test_a_deleted_row_is_lost_and_named(lake: Lake) -> None:
    lake.land(*(lake.send(name) for name in "abc"))
    lake.delete(1)
    assert faults(lake.verify()) == {("events", "LOST"): [1]}


def test_a_lost_batch_is_named_in_full(lake: Lake) -> None:
    lake.land(*[lake.send(f"id-{number}") for number in range(10)][:4])
    assert faults(lake.verify()) == {("events", "LOST"): [4, 5, 6, 7, 8, 9]}


def test_a_doubled_row_is_named_by_its_offset(lake: Lake) -> None:
    lake.land(*(lake.send(name) for name in "abc"))
    lake.land(2)
    verification = lake.verify()
    assert faults(verification) == {("events", "twice in the table"): [2]}
    assert verification.repeated_ids == ()
    assert not verification.balanced


def test_a_second_row_of_one_id_is_named_with_both_places(lake: Lake) -> None:
    lake.land(lake.send("a"), lake.send("b"), lake.send("a"))
    verification = lake.verify()
    assert faults(verification) == {}
    assert [(each.tenant, each.event_id, each.places) for each in verification.repeated_ids] == [("public", "a", ((0, 0), (0, 2)))]
    assert not verification.balanced


def test_a_resend_beyond_the_horizon_may_land_again(lake: Lake) -> None:
    lake.land(lake.send("a"), landed_at=NOW - timedelta(days=30))
    lake.land(lake.send("a"))
    assert lake.verify().balanced


def test_an_offset_in_both_tables_is_named(lake: Lake) -> None:
    lake.land(lake.send("a"), lake.send("b"))
    lake.quarantine(1)
    assert faults(lake.verify()) == {("events", "both in the table and in the quarantine"): [1]}


def test_an_offset_twice_in_quarantine_is_named(lake: Lake) -> None:
    lake.send_bytes(b"{")
    lake.quarantine(0, 0)
    assert faults(lake.verify()) == {("events", "twice in the quarantine"): [0]}


def test_a_resend_whose_first_copy_is_gone_is_lost(lake: Lake) -> None:
    lake.land(lake.send("a"), lake.send("b"))
    lake.send("b")
    assert lake.verify().balanced
    lake.delete(1)
    assert faults(lake.verify()) == {("events", "LOST"): [1, 2]}


def test_one_id_with_other_content_is_no_resend(lake: Lake) -> None:
    lake.land(lake.send("a"))
    lake.send("a", item_type="shield")
    assert faults(lake.verify()) == {("events", "LOST"): [1]}
    lake.quarantine(1)
    assert lake.verify().balanced


def test_a_resend_of_an_erased_event_stays_a_resend(lake: Lake) -> None:
    lake.land(lake.send("a"))
    lake.send("a")
    lake.erase(0)
    verification = lake.verify()
    assert verification.total == Counter({Fate.ERASED: 1, Fate.RESEND: 1})
    assert verification.balanced


def test_a_broken_record_outside_the_quarantine_is_lost(lake: Lake) -> None:
    lake.send_bytes(b"not json")
    assert faults(lake.verify()) == {("events", "LOST"): [0]}


def test_a_dead_letter_is_accounted_for_only_at_the_door(lake: Lake) -> None:
    lake.refuse(b"[1]")
    assert faults(lake.verify()) == {("dead letters", "LOST"): [0]}
    lake.quarantine_refused(0, stage="job")
    assert faults(lake.verify()) == {("dead letters", "LOST"): [0]}
    lake.quarantine_refused(0)
    assert lake.verify().balanced


def test_an_aborted_transaction_and_its_marker_have_no_record(lake: Lake) -> None:
    lake.land(lake.send("a"))
    transactional = Producer({"bootstrap.servers": lake.settings.kafka.bootstrap_servers, "transactional.id": "verify"})
    transactional.init_transactions(10)
    transactional.begin_transaction()
    transactional.produce(lake.topic.name, b"{}")
    transactional.flush(10)
    transactional.abort_transaction(10)
    last = lake.send("b")
    lake.wait_until_the_log_ends_at(4)
    lake.land(last)
    verification = lake.verify()
    assert verification.total == Counter({Fate.LANDED: 2, Fate.NO_RECORD: 2})
    assert verification.balanced


def test_what_retention_took_is_expired_and_not_lost(lake: Lake) -> None:
    for name in "abcd":
        lake.send(name)
    admin = AdminClient({"bootstrap.servers": lake.settings.kafka.bootstrap_servers})
    for future in admin.delete_records([TopicPartition(lake.topic.name, 0, 2)]).values():
        future.result()
    lake.land(3)
    verification = lake.verify()
    assert faults(verification) == {("events", "LOST"): [2]}
    assert sum(each.expired for each in verification.accounts) == 2


def test_rows_of_another_log_are_out_of_place(lake: Lake) -> None:
    lake.land(lake.send("a"))
    lake.quarantine(77)
    assert faults(lake.verify()) == {("events", "in a table but beyond the end of the topic"): [77]}


def test_waiting_ends_as_soon_as_all_is_landed(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    lake.send("a")
    looks = []

    def land_meanwhile(seconds: float) -> None:
        looks.append(seconds)
        lake.land(0)

    monkeypatch.setattr("eddyline.lake.verification.verify.sleep", land_meanwhile)
    assert lake.verify(wait_s=60).balanced
    assert len(looks) == 1


def test_an_event_that_lands_while_we_read_back_is_not_taken_for_its_own_resend(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    lake.send("a")
    lands_later = iter([lambda: lake.land(0)])

    def look_just_before(catalog: Catalog, route: Route) -> dict[int, Held]:
        held = read_holdings(catalog, route)
        next(lands_later, lambda: None)()
        return held

    monkeypatch.setattr("eddyline.lake.verification.verify.read_holdings", look_just_before)
    monkeypatch.setattr("eddyline.lake.verification.verify.sleep", lambda _: None)
    verification = lake.verify(wait_s=60)
    assert verification.total == Counter({Fate.LANDED: 1})
    assert next(lands_later, None) is None


def test_many_offsets_are_not_read_back_while_batches_land(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("eddyline.lake.verification.verify.FEW", 2)
    for name in "abcde":
        lake.send(name)
    lake.land(0)
    read: list[int] = []
    reading = type(lake.log).read
    monkeypatch.setattr(type(lake.log), "read", lambda log, *place: read.append(place[2]) or reading(log, *place))
    seconds_waited = iter([lambda: lake.land(1), lambda: lake.land(2, 3, 4)])
    monkeypatch.setattr("eddyline.lake.verification.verify.sleep", lambda _: next(seconds_waited)())
    assert lake.verify(wait_s=60).balanced
    assert read == [1, 2, 3, 4], "only landing by hand reads single records"


def truth(**counts: Any) -> Truth:
    return Truth(seed=1, via="kafka", start="", **counts)


def test_the_generators_truth_is_compared(lake: Lake) -> None:
    lake.land(lake.send("a"), lake.send("b"))
    lake.send("b")
    lake.send_bytes(b"{")
    lake.quarantine(3)
    made = {"sent": 4, "acknowledged": 4, "valid": 2, "bad": 1, "resent": 1, "by_type": {"use_item": 2}}
    assert lake.verify(expected=truth(**made)).balanced
    assert lake.verify(expected=truth(**made | {"valid": 3, "by_type": {"use_item": 2, "log_in": 1}})).disagreements == (
        "the generator made 3 to be landed, found are 2",
        "the generator made 1 events of type log_in, the table has 0",
    )


def run(lake: Lake, *arguments: str) -> Any:
    environment = {"EDDYLINE_HOME": str(lake.settings.home), "EDDYLINE_KAFKA__BOOTSTRAP_SERVERS": lake.settings.kafka.bootstrap_servers, "COLUMNS": "200"}
    try:
        return CliRunner().invoke(_app([arguments[0]]), list(arguments), env=environment)
    finally:
        # The command logs to the runner's standard error, which is closed by now.
        structlog.reset_defaults()


def test_the_command_exits_by_the_verdict_and_names_the_offsets(usual_lake: Lake, tmp_path: Path) -> None:
    lake = usual_lake
    lake.land(*[lake.send(f"id-{number}") for number in range(8)])
    good = run(lake, "verify", "--wait", "0")
    assert (good.exit_code, "Every one of 8 offsets is accounted for" in good.output) == (0, True)
    lake.delete(2, 3, 4, 6)
    bad = run(lake, "verify", "--wait", "0")
    assert bad.exit_code == 1
    assert "events partition 0: 4 LOST: 2-4, 6" in bad.output
    assert "NOT balanced: 4 lost." in bad.output
    told = json.loads(run(lake, "verify", "--wait", "1.5", "--json").stdout)
    assert (told["balanced"], told["total"]["lost"], told["total"]["landed"]) == (False, 4, 4)
    assert told["partitions"][0]["faults"] == {"LOST": [[2, 4], [6, 6]]}
    file = tmp_path / "truth.json"
    file.write_bytes(truth(valid=4).to_json())
    lake.land(2, 3, 4, 6)
    assert "found are 8" in run(lake, "verify", "--wait", "0", "--expect", str(file)).output
