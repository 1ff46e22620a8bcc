"""What other places say of the landed events at the end of a proof: the players' states, wherever they are held, and Trino's counts."""

import http.client
import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from urllib.parse import quote

import msgspec
import pyarrow as pa

from eddyline.contracts.tables import GAME_EVENTS, PLAYER_STATE, QUARANTINE
from eddyline.contracts.topics import PLAYER_STATES
from eddyline.errors import PlayersUnavailable
from eddyline.game.state import Event, PlayerState
from eddyline.kafka.clients import connect
from eddyline.lake.queries import Engine, run_query
from eddyline.players.coding import Key, decode, key_of
from eddyline.players.redis_store import RedisPlayers
from eddyline.players.topic_store import Players
from eddyline.prove.agreement import Count, States
from eddyline.settings import Settings
from eddyline.stack import ports

ANSWER_WITHIN_S = 10.0
GUILDS = "GET /api/v1/players?guild="
# The columns of an `Event`.
_EVENT = "tenant, user_id, kafka_partition, kafka_offset, event_type, occurred_at, item_type, quantity, price, amount, guild_name, level, outcome"
_OFFSETS = "kafka_partition, count(*) AS row_count, max(kafka_offset) AS highest"


class _Page(msgspec.Struct):
    players: list[PlayerState]


_read_page = msgspec.json.Decoder(_Page).decode


def read_events(settings: Settings) -> list[Event]:
    """Read what a state is folded from."""
    rows: list[Event] = run_query(f"SELECT {_EVENT} FROM {GAME_EVENTS.identifier}", settings).to_pylist()  # noqa: S608 - the name is a contract's
    return rows


def read_states(settings: Settings, keys: Iterable[Key]) -> dict[str, States]:
    """Read the players' states from each place that holds them; a place that does not answer holds none."""
    places = {
        PLAYER_STATE.identifier: _of_table(settings),
        f"topic {PLAYER_STATES.name}": _of_topic(settings),
        "GET /api/v1/players/<id>": _by_key(_asked(settings, [f"/{quote(user, safe='')}" for _, user in keys], _one)),
    }
    url = settings.redis.url.get_secret_value()
    return places | ({"redis": _of_redis(url)} if url else {})


def read_guilds(settings: Settings, guilds: Iterable[str]) -> States:
    """Read the players of guilds from the API."""
    return _by_key(_asked(settings, [f"?limit=1000&guild={quote(guild)}" for guild in guilds], _page))


def read_counts(settings: Settings, engine: Engine, *, with_players: bool) -> dict[str, Count]:
    """Count, with an engine, the rows of each table and partition, and find the highest offset of each."""
    tables = (GAME_EVENTS, QUARANTINE, *((PLAYER_STATE,) if with_players else ()))
    found: dict[str, Count] = {}
    for table in tables:
        rows = run_query(f"SELECT {_OFFSETS} FROM {table.identifier} GROUP BY kafka_partition", settings, engine)  # noqa: S608 - as above
        found |= {f"{table.identifier}, partition {row['kafka_partition']}": (row["row_count"], row["highest"]) for row in rows.to_pylist()}
    return found


def _of_table(settings: Settings) -> States:
    columns = ", ".join(name for name in PLAYER_STATE.column_names if name != "landed_at")
    rows: pa.Table = run_query(f"SELECT {columns} FROM {PLAYER_STATE.identifier}", settings)  # noqa: S608 - as above
    return _by_key(PlayerState(**{**row, "inventory": json.loads(row["inventory"])}) for row in rows.to_pylist())


def _of_topic(settings: Settings) -> States:
    held = Players()
    with closing(connect(settings.kafka)) as log:
        for partition, (start, end) in log.end_offsets(PLAYER_STATES.name).items():
            for record in log.read(PLAYER_STATES.name, partition, start, end):
                held.apply(record)
    return _by_key(map(decode, held.states.values()))


def _of_redis(url: str) -> States:
    with closing(RedisPlayers(url)) as players:
        try:
            found = [players.find(key) for key in players.keys()]  # noqa: SIM118 - a store, not a dictionary
        except PlayersUnavailable:
            return {}
    return _by_key(decode(state) for state in found if state)


def _asked(settings: Settings, questions: Iterable[str], read: Callable[[bytes], list[PlayerState]]) -> Iterator[PlayerState]:
    """Ask the API about players; where it does not answer, or knows of none, there is nothing."""
    with closing(http.client.HTTPConnection(ports.LOOPBACK, settings.api.port, timeout=ANSWER_WITHIN_S)) as api:
        for question in questions:
            try:
                api.request("GET", f"/api/v1/players{question}")
                answer = api.getresponse()
                body = answer.read()
            except (OSError, http.client.HTTPException):
                return
            if answer.status == http.client.OK:
                yield from read(body)


def _one(body: bytes) -> list[PlayerState]:
    return [decode(body)]


def _page(body: bytes) -> list[PlayerState]:
    return _read_page(body).players


def _by_key(states: Iterable[PlayerState]) -> States:
    return {key_of(state): state for state in states}
