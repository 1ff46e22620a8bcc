"""An erased player is in no file afterwards, everybody else is where they were, and every offset stays accounted for."""

import json
import os
import uuid
from collections import Counter
from contextlib import closing, nullcontext
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

import pytest
from confluent_kafka import Producer
from pipeline import Pipeline, purchase
from traces import files_with
from typer.testing import CliRunner

from eddyline.cli import erase as erase_module
from eddyline.cli import retain as retain_module
from eddyline.cli.app import _app
from eddyline.contracts.tables import ERASURES, GAME_EVENTS, QUARANTINE, REPLAYS, Table
from eddyline.contracts.topics import EVENTS, PLAYER_STATES, REASON
from eddyline.errors import LeaseHeld, SettingsError
from eddyline.kafka.topics import create_topics
from eddyline.lake.exporting.export import Wish, export_table
from eddyline.lake.lease import upkeep_of
from eddyline.lake.verification.accounting import Fate
from eddyline.lake.verification.verify import verify
from eddyline.players.topic_store import TopicPlayers
from eddyline.settings import RedisSettings
from eddyline.spark.crash import ERASURE_CRASH_POINTS
from eddyline.spark.ownership import owned
from eddyline.spark.projecting import Projecting
from eddyline.spark.session import driver_pid
from eddyline.spark.upkeep import erasure as erasure_module
from eddyline.stack.broker import Broker
from eddyline.stack.redis import Redis

pytestmark = [pytest.mark.integration, pytest.mark.redis, pytest.mark.usefixtures("no_input_topics")]
# Unlike any other word, and the least user id of its files, so that it stands in their bounds.
TOKEN = f"aa-{uuid.uuid4().hex}"
NEAR = TOKEN[:-1]
# Of five points; each takes as long as a whole erasure, and at all five the test passed when they were made.
INTERRUPTED = ERASURE_CRASH_POINTS[1::2]


class Crashed(Exception):
    """Stands for a process that ends at a crash point."""


@pytest.fixture
def lake(tmp_path: Path, broker: Broker, kafka_settings, spark, monkeypatch) -> Pipeline:
    """Make a pipeline on the topics of the project's own names, in a home whose broker is the session's."""
    made = Pipeline.make(tmp_path / "home", kafka_settings, spark, EVENTS)
    (tmp_path / "home" / "broker").symlink_to(broker.folder)
    create_topics(kafka_settings, [PLAYER_STATES])
    with closing(TopicPlayers(kafka_settings)) as topic:
        topic.remove(topic.keys())
    for module in (erase_module, retain_module):
        monkeypatch.setattr(module, "load", lambda: made.settings)
        monkeypatch.setattr(module, "driver", lambda *_: nullcontext(made.spark))
    return made


def erase(*options: str) -> dict[str, Any]:
    """Run the command as a user does, on the session's Spark."""
    done = CliRunner().invoke(_app(["erase"]), ["erase", "--user", TOKEN, *options, "--json"], catch_exceptions=False)
    return json.loads(done.stdout) | {"exit_code": done.exit_code}


def send(lake: Pipeline, topic: str, key: str | None, *values: bytes, **headers: bytes) -> None:
    producer = Producer({"bootstrap.servers": lake.settings.kafka.bootstrap_servers, "acks": "all"})
    for value in values:
        producer.produce(topic, value, key=key, headers=list(headers.items()), partition=0)
    assert producer.flush(20) == 0


def event(user: str, number: object, **fields: Any) -> bytes:
    return json.dumps(purchase(f"{user}-{number}", user_id=user, headers={"Host": f"{user}.comcast.com"}) | fields).encode()


def live(lake: Pipeline, batch: int) -> None:
    """Let the player and others send what lands, is resent, is refused by the job and by the door."""
    for user in (TOKEN, "u2", NEAR):
        send(
            lake,
            EVENTS.name,
            user,
            *(event(user, f"{batch}-{number}") for number in range(3)),
            event(user, f"{batch}-0"),
            event(user, f"{batch}-bad", price="x"),
        )
        send(lake, EVENTS.name, user, b"no json at all", event(user, f"{batch}-0", price=9))
        send(lake, EVENTS.dead_letters.name, None, event(user, f"{batch}-refused", level="x"), **{REASON: b"unknown_field"})


def balance(lake: Pipeline) -> dict[Fate, int]:
    verification = verify(lake.settings, wait_s=0)
    assert verification.balanced
    return {fate: count for fate, count in verification.total.items() if count}


def of_others(lake: Pipeline) -> list[Any]:
    """List the rows of others: whose user, key or bytes name somebody else."""
    named = f'"{TOKEN}"'.encode()
    rows = [row for table in (GAME_EVENTS, QUARANTINE) for row in lake.rows(table)]
    return [row for row in rows if row.get("user_id") != TOKEN and row.get("key") != TOKEN.encode() and named not in (row.get("value") or b"")]


def test_a_player_is_in_no_file_after_an_erasure_that_was_interrupted(lake, broker, tmp_path, monkeypatch):
    server = Redis(tmp_path / "redis", password="a word").start()
    lake.settings = lake.settings.model_copy(update={"redis": RedisSettings(url=server.url)})
    for batch in range(2):
        live(lake, batch)
        lake.land()
        Projecting(lake.spark, lake.settings, available_now=True).run()
    refused = next(row for row in lake.rows(QUARANTINE) if row["key"] == TOKEN.encode())
    lake.append(REPLAYS, attempt(refused))
    warehouse, home = Path(urlparse(lake.settings.lake.warehouse).path), lake.settings.home
    (warehouse / "game/events/data/of-a-killed-batch.parquet").write_bytes(TOKEN.encode())
    for path in (home / "report/report.html", home / "run/spark/blockmgr-of-a-killed-driver/piece"):
        path.parent.mkdir(parents=True)
        path.write_text(f"<p>{TOKEN}</p>", encoding="utf-8")
    os.utime(home / "run/spark/blockmgr-of-a-killed-driver", (0, 0))
    export_table(lake.settings, Wish(GAME_EVENTS.identifier, str(tmp_path / "export"), "csv"))
    places = (home, broker.folder, tmp_path / "redis", tmp_path / "export")
    assert all(files_with(TOKEN, place) for place in places)
    others = of_others(lake)
    live(lake, 2)  # what has not landed yet is erased, too
    assert erased(erase("--dry-run")["found"]) == {
        "table game.events": 6,
        "table game.player_state": 1,
        "table ops.quarantine": 8,
        "table ops.replays": 1,
        "topic events": 21,
        "topic events.dlq": 3,
        "topic player-state": 2,
        "exports": 1,
        "state folder": 2,
    }
    for name in (GAME_EVENTS.identifier, upkeep_of(QUARANTINE.identifier)):
        with owned(lake.settings, (name,), driver_pid(lake.spark)), pytest.raises(LeaseHeld, match="up --without landing"):
            erase("--yes")
    assert files_with(TOKEN, home), "it was erased although the tables are somebody else's"
    for point in INTERRUPTED:
        interrupt(point, monkeypatch)
    done = erase("--yes")
    assert (done["exit_code"], done["complete"], done["left"]) == (0, True, [])
    assert [files_with(TOKEN, place) for place in places] == [[], [], [], []]
    assert erased(lake.table(ERASURES).to_pylist()) == {
        "table game.events": 9,
        "table game.player_state": 1,
        "table ops.quarantine": 12,
        "table ops.replays": 1,
        "topic events": 21,
        "topic events.dlq": 3,
        "topic player-state": 2,
        "redis": 1,
        "exports": 1,
        "state folder": 1,
        "everywhere": 0,
    }
    assert [row for row in others if row not in of_others(lake)] == []
    assert len(of_others(lake)) == len(others) * 3 / 2
    assert balance(lake)[Fate.ERASED] == 24
    for lost in (False, True):
        if lost:
            lake.lose_checkpoint()
        lake.produce(purchase(f"later-{lost}", user_id="u2"))
        lake.land()
    assert balance(lake)[Fate.ERASED] == 24
    assert balance(lake)[Fate.LANDED] == 2
    assert erase("--dry-run")["erased_before"]
    server.stop()


def erased(places: list[dict[str, Any]]) -> Counter[str]:
    total = Counter[str]()
    for each in places:
        total[each["place"]] += each["erased"]
    return total


def interrupt(point: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Begin an erasure that ends at a crash point."""

    def crash(at: str) -> None:
        if at == point:
            raise Crashed(at)

    with monkeypatch.context() as patched:
        patched.setattr(erasure_module, "crash_at", lambda *_: crash)
        with pytest.raises(Crashed, match=point):
            erase("--yes")


def attempt(refused: dict[str, Any]) -> dict[str, Any]:
    place = {name: refused[name] for name in ("kafka_topic", "kafka_partition", "kafka_offset", "landed_at")}
    return place | {"attempt": 1, "outcome": "failed", "reason": "wrong_type", "detail": TOKEN, "event_id": refused["event_id"], "tenant": "public"}


def test_rows_older_than_asked_are_deleted_counted_as_erased_and_do_not_land_again(lake):
    lake.produce(*(purchase(f"{number}") for number in range(4)), b"bad")
    lake.land()
    age(lake, {GAME_EVENTS: "kafka_offset < 2", QUARANTINE: "true"}, days=40)
    with pytest.raises(SettingsError, match="keep rows at least so long"):
        retain("--days", "6")
    assert rows_of(retain("--days", "41")) == [0, 0]
    assert rows_of(retain("--days", "30", "--dry-run")) == [2, 1]
    assert len(lake.rows()) == 4
    assert rows_of(retain("--days", "30")) == [2, 1]
    assert rows_of(retain("--days", "30")) == [0, 0]
    lake.lose_checkpoint()
    lake.land()
    assert lake.events() == ["2", "3"]
    assert balance(lake) == {Fate.LANDED: 2, Fate.ERASED: 3}


def retain(*options: str) -> dict[str, Any]:
    done = CliRunner().invoke(_app(["retain"]), ["retain", "--yes", "--json", *options], catch_exceptions=False)
    return json.loads(done.stdout)


def rows_of(answer: dict[str, Any]) -> list[int]:
    return [each["rows"] for each in answer.values()]


def age(lake: Pipeline, rows: dict[Table, str], days: int) -> None:
    """Let rows have landed earlier."""
    for table, condition in rows.items():
        lake.spark.sql(f"UPDATE lake.{table.identifier} SET landed_at = landed_at - INTERVAL {days} DAYS WHERE {condition}")
