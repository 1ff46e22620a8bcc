"""What a proof reads back of the players, from every place that holds them: silent when all agree, and never when one does not."""

from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pyarrow as pa
import pytest
from api_server import running_api
from pydantic import SecretStr

from eddyline.contracts.tables import GAME_EVENTS, PLAYER_STATE
from eddyline.contracts.topics import PLAYER_STATES
from eddyline.kafka.topics import create_topics
from eddyline.lake.catalog import open_catalog
from eddyline.lake.tables import create_tables
from eddyline.players.redis_store import RedisPlayers
from eddyline.players.stores import open_stores
from eddyline.players.topic_store import TopicPlayers
from eddyline.prove.agreement import fold_all
from eddyline.prove.copies import GUILDS, read_counts, read_events
from eddyline.prove.drain import _agreement_of_players
from eddyline.settings import Settings, load
from eddyline.stack.redis import Redis

pytestmark = [pytest.mark.integration, pytest.mark.redis]
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
EVENTS = (
    {"event_type": "purchase_item", "item_type": "bow", "quantity": 2, "price": 0.1},
    {"event_type": "join_guild", "guild_name": "pikes & co"},
    {"event_type": "take_damage", "amount": 7.0},
)


@dataclass
class Running:
    """As much of a stage as is asked of it."""

    settings: Settings


@pytest.fixture
def stage(tmp_path, kafka_settings):
    settings = load(home=tmp_path, kafka={"bootstrap_servers": kafka_settings.bootstrap_servers})
    create_topics(settings.kafka, [PLAYER_STATES])
    server = Redis(tmp_path / "redis").start()
    settings = settings.model_copy(update={"redis": settings.redis.model_copy(update={"url": SecretStr(server.url)})})
    with ExitStack() as held:
        held.callback(server.stop)
        api = held.enter_context(running_api(settings.kafka, environ={"EDDYLINE_REDIS__URL": server.url, "EDDYLINE_HOME": str(tmp_path)}))
        yield Running(settings.model_copy(update={"api": settings.api.model_copy(update={"port": api.port})}))


def land(stage: Running) -> None:
    """Put rows into the table, and what they fold to into every place."""
    catalog = open_catalog(stage.settings.lake)
    create_tables(catalog)
    fixed = {"tenant": "public", "received_at": NOW, "landed_at": NOW, "kafka_partition": 0}
    rows = [
        fixed | {"event_id": f"{user}-{place}", "user_id": user, "occurred_at": NOW - timedelta(minutes=place), "kafka_offset": 10 * number + place} | event
        for number, user in enumerate(("ada", "bob"))
        for place, event in enumerate(EVENTS)
    ]
    _append(catalog, GAME_EVENTS, rows)
    states = fold_all(read_events(stage.settings)).values()
    _append(catalog, PLAYER_STATE, [_row(state) for state in states])
    with ExitStack() as held:
        topic, redis = open_stores(stage.settings, held)
        assert isinstance(topic, TopicPlayers)
        topic.remove(topic.keys())
        topic.write(states)
        assert isinstance(redis, RedisPlayers)
        redis.fill(states, "any")


def _append(catalog: Any, table: Any, rows: list[dict[str, Any]]) -> None:
    there = catalog.load_table(table.identifier)
    there.append(pa.Table.from_pylist(rows, schema=there.schema().as_arrow()))


def _row(state: Any) -> dict[str, Any]:
    return msgspec.structs.asdict(state) | {"inventory": msgspec.json.encode(state.inventory).decode(), "landed_at": NOW}


def test_every_place_is_read_and_a_state_that_is_wrong_in_one_is_found_there(stage):
    land(stage)
    agreement = _agreement_of_players(stage)
    assert agreement.findings == []
    assert sorted(agreement.compared.values()) == [2] * 5
    assert set(read_counts(stage.settings, "duckdb", with_players=True).values()) == {(6, 12), (2, 12)}
    states = fold_all(read_events(stage.settings))
    wrong = msgspec.structs.replace(states["public", "bob"], level=99)
    with ExitStack() as held:
        open_stores(stage.settings, held)[1].write([wrong], force=True)
    found = _agreement_of_players(stage).findings
    assert {finding.event_id for finding in found} == {"public/bob"}
    assert sorted(finding.why.split(":")[0] for finding in found) == sorted(["redis", "GET /api/v1/players/<id>", GUILDS])
