"""What player states cost: projecting them from the table, and reading them from the API at 1,000 requests a second.

    python -m bench.players [players] [seconds]     reads, from the topic held in memory and from Redis
    python -m bench.players --project [events]      the projection, and the fold alone in the workers and in the driver

Reads are open-loop: a request's time runs from the instant at which it was due, whether or not the answer before it had come.
"""

import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import psutil
import pyarrow as pa
import requests

from bench.landing import timed
from eddyline.contracts.tables import GAME_EVENTS, PLAYER_STATE
from eddyline.contracts.topics import INPUT_TOPICS, PLAYER_STATES
from eddyline.game.guilds import APPEAL
from eddyline.game.shop import ITEMS, price_of
from eddyline.game.state import PlayerState, fold, new_player
from eddyline.kafka.topics import create_topics
from eddyline.lake.catalog import open_catalog
from eddyline.lake.tables import create_tables
from eddyline.players.redis_store import RedisPlayers
from eddyline.players.topic_store import TopicPlayers
from eddyline.settings import PROJECT_ROOT, Settings, load
from eddyline.spark import projection
from eddyline.spark.projecting import Projecting
from eddyline.spark.session import start_session, stop_session
from eddyline.spark.tables import rows_of
from eddyline.stack import jars
from eddyline.stack.broker import Broker
from eddyline.stack.ports import free_port
from eddyline.stack.redis import Redis

NOW = datetime(2026, 11, 23, tzinfo=UTC)
RATE, CONNECTIONS = 1_000, 32


def measure_reads(players: int = 100_000, seconds: int = 20) -> None:
    """Ask for players drawn at random, one request in fifty for a page of a guild, from either store in turn."""
    with tempfile.TemporaryDirectory(prefix="eddyline-bench-") as folder:
        broker, server = Broker(Path(folder) / "broker").start(), Redis(Path(folder) / "redis").start()
        try:
            settings = load(home=Path(folder), kafka={"bootstrap_servers": broker.bootstrap_servers})
            create_topics(settings.kafka, [*INPUT_TOPICS, PLAYER_STATES])
            with closing(TopicPlayers(settings.kafka)) as topic, closing(RedisPlayers(server.url)) as redis:
                topic.write(states(players))
                redis.fill(states(players), "bench")
            for store, url in (("topic in memory", ""), ("Redis", server.url)):
                with served(settings, url) as (port, api):
                    report_reads(store, port, api, players, seconds)
        finally:
            server.stop()
            broker.stop()


def report_reads(store: str, port: int, api: psutil.Process, players: int, seconds: int) -> None:
    """Warm up, measure, print."""
    asyncio.run(Load(port, players).run(3))
    cpu = sum(api.cpu_times()[:2])
    load = Load(port, players)
    asyncio.run(load.run(seconds))
    cpu = sum(api.cpu_times()[:2]) - cpu
    p50, p95, p99 = (statistics.quantiles(load.waited_ms, n=1000)[at] for at in (499, 949, 989))
    wrong = sum(status != 200 for status in load.statuses)
    print(
        f"{store:16} {len(load.waited_ms):,} reads at {RATE:,}/s of {players:,} players: p50 {p50:.2f} p95 {p95:.2f} p99 {p99:.2f} "
        f"max {max(load.waited_ms):.1f} ms, {wrong} not 200, API {cpu / len(load.waited_ms) * 1e6:.0f} us CPU a read, "
        f"{api.memory_info().rss / 1e6:.0f} MB; load of the machine {os.getloadavg()[0]:.1f}"
    )


class Load:
    """An open-loop client: requests are due at equal distances, whatever the answers do."""

    def __init__(self, port: int, players: int) -> None:
        self.port, self.players = port, players
        self.waited_ms: list[float] = []
        self.statuses: list[int] = []
        self._rng = Random(1)

    async def run(self, seconds: int) -> None:
        """Ask for so long."""
        free: asyncio.Queue[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = asyncio.Queue()
        for _ in range(CONNECTIONS):
            free.put_nowait(await asyncio.open_connection("127.0.0.1", self.port))
        began = time.perf_counter() + 0.1
        asked = []
        for number in range(seconds * RATE):
            due = began + number / RATE
            if (early := due - time.perf_counter()) > 0:
                await asyncio.sleep(early)
            asked.append(asyncio.create_task(self._ask(free, due)))
        await asyncio.gather(*asked)
        while not free.empty():
            free.get_nowait()[1].close()

    async def _ask(self, free: "asyncio.Queue[Any]", due: float) -> None:
        reader, writer = await free.get()
        draw = self._rng.random()
        path = f"/api/v1/players/player-{self._rng.randrange(self.players)}" if draw > 0.02 else "/api/v1/players?guild=Stone%20Carp&limit=20"
        writer.write(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
        await reader.readexactly(length)
        self.waited_ms.append((time.perf_counter() - due) * 1000)
        self.statuses.append(int(head[9:12]))
        free.put_nowait((reader, writer))


@contextmanager
def served(settings: Settings, redis_url: str) -> Iterator[tuple[int, psutil.Process]]:
    """Run the API on one store and wait until it knows the players."""
    port = free_port()
    chosen = {"EDDYLINE_HOME": str(settings.home), "EDDYLINE_KAFKA__BOOTSTRAP_SERVERS": settings.kafka.bootstrap_servers, "EDDYLINE_API__PORT": str(port)}
    environ = os.environ | chosen | {"EDDYLINE_REDIS__URL": redis_url}
    process = subprocess.Popen([sys.executable, "-m", "api"], cwd=PROJECT_ROOT, env=environ, stdout=subprocess.DEVNULL)
    try:
        began = time.monotonic()
        while not knows_players(port):
            time.sleep(0.1)
        print(f"the API knew all players {time.monotonic() - began:.1f} s after its start")
        yield port, max(psutil.Process(process.pid).children(recursive=True), key=lambda child: child.memory_info().rss)
    finally:
        process.terminate()
        process.wait(30)


def knows_players(port: int) -> bool:
    """Ask for one."""
    try:
        return requests.get(f"http://127.0.0.1:{port}/api/v1/players/player-1", timeout=5).ok
    except requests.RequestException:
        return False


def states(players: int) -> Iterator[PlayerState]:
    """Make players with some things in their inventory, nine of ten in a guild."""
    rng, guilds = Random(2), [*APPEAL, None]
    for number in range(players):
        inventory = {item: rng.randint(1, 9) for item in rng.sample(ITEMS, 5)}
        yield PlayerState(
            tenant="public", user_id=f"player-{number}", inventory=inventory, gold_spent=rng.random() * 1e4, gold_earned=rng.random() * 1e3,
            health=float(rng.randint(1, 100)), guild=rng.choice(guilds), level=rng.randint(1, 12), events=50, last_seen_at=NOW, kafka_partition=number % 2,
            kafka_offset=number,
        )  # fmt: skip


def measure_projection(events: int = 400_000, players: int = 10_000) -> None:
    """Land twice as many events as are measured: the first half warms the JVM up."""
    with tempfile.TemporaryDirectory(prefix="eddyline-bench-") as folder:
        broker = Broker(Path(folder) / "broker").start()
        settings = load(home=Path(folder), kafka={"bootstrap_servers": broker.bootstrap_servers})
        spark = start_session(settings, "bench", jars.installed("spark"))
        try:
            create_tables(open_catalog(settings.lake), (GAME_EVENTS, PLAYER_STATE))
            create_topics(settings.kafka, [PLAYER_STATES])
            for half in (0, 1):
                land(settings, events, players, half * events)
                new = rows_of(spark, GAME_EVENTS).where(projection._beyond({0: half * events // 2 - 1, 1: half * events // 2 - 1}))  # noqa: SLF001
                known = rows_of(spark, PLAYER_STATE).drop("landed_at")
                variants: dict[str, Callable[[], Any]] = {
                    "fold in the workers": lambda new=new, known=known: projection._fold(new, known),  # noqa: SLF001
                    "fold in the driver": lambda new=new: fold_here(new.select("tenant", "user_id", *projection._EVENT).toArrow()),  # noqa: SLF001
                    "the whole projection": lambda: Projecting(spark, settings, available_now=True).run(),
                }
                for name, action in variants.items():
                    cpu_us, per_s = timed(action, events)
                    print(f"{('warm-up', 'measured')[half]:9} {name:22} {cpu_us:6.1f} us of CPU an event, {per_s:9,.0f} events/s")
        finally:
            stop_session(spark)
            broker.stop()


def fold_here(rows: pa.Table) -> dict[tuple[str, str], PlayerState]:
    """Fold in this process what Spark has read."""
    of_user: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in rows.to_pylist():
        of_user[row["tenant"], row["user_id"]].append(row)
    return {key: fold(new_player(*key, rows[0]["occurred_at"]), rows) for key, rows in of_user.items()}


def land(settings: Settings, events: int, players: int, first: int) -> None:
    """Append events to the table as the landing job would, without the job."""
    table, rng = open_catalog(settings.lake).load_table(GAME_EVENTS.identifier), Random(first)
    rows = []
    for number in range(first, first + events):
        item = rng.choice(ITEMS)
        rows.append(
            {"event_id": f"e{number}", "tenant": "public", "event_type": "purchase_item", "user_id": f"player-{rng.randrange(players)}",
             "occurred_at": NOW + timedelta(milliseconds=number), "received_at": NOW, "item_type": item, "price": price_of(item), "quantity": 1,
             "kafka_partition": number % 2, "kafka_offset": number // 2, "landed_at": NOW}
        )  # fmt: skip
    table.append(pa.Table.from_pylist(rows, schema=table.schema().as_arrow()))


if __name__ == "__main__":
    if "--project" in sys.argv:
        measure_projection(*map(int, sys.argv[2:]))
    else:
        measure_reads(*map(int, sys.argv[1:]))
