"""How long a player's state takes to read from the API at 1,000 requests a second, from the topic held in memory and from Redis.

`python -m bench.players [players] [seconds] [--first]`. The client is open-loop: a request's time runs from the instant at which it was due,
whether or not the answer before it had come. With `--first` (as root) API, Redis and client have real-time priority while it is measured:
on a machine that does other work, too, the rest is then the same as on a quiet one.
"""

import gc
import multiprocessing
import os
import select
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import psutil
import requests

from eddyline.contracts.topics import INPUT_TOPICS, PLAYER_STATES
from eddyline.game.guilds import APPEAL
from eddyline.game.shop import ITEMS
from eddyline.game.state import PlayerState
from eddyline.kafka.topics import create_topics
from eddyline.players.redis_store import RedisPlayers
from eddyline.players.topic_store import TopicPlayers
from eddyline.settings import PROJECT_ROOT, Settings, load
from eddyline.stack.broker import Broker
from eddyline.stack.ports import free_port
from eddyline.stack.redis import Redis

NOW = datetime(2026, 11, 23, tzinfo=UTC)
RATE, CONNECTIONS = 1_000, 32
CHANGES, CHANGE_EVERY_S = 2_000, 2.0


def measure_reads(players: int, seconds: int, *, first: bool) -> None:
    """Ask for players drawn at random, one request in fifty for a page of a guild: from memory, the same while states change, from Redis."""
    with tempfile.TemporaryDirectory(prefix="eddyline-bench-") as folder:
        broker, server = Broker(Path(folder) / "broker").start(), Redis(Path(folder) / "redis").start()
        try:
            settings = load(home=Path(folder), kafka={"bootstrap_servers": broker.bootstrap_servers})
            create_topics(settings.kafka, [*INPUT_TOPICS, PLAYER_STATES])
            with closing(TopicPlayers(settings.kafka)) as topic, closing(RedisPlayers(server.url)) as redis:
                topic.write(states(players))
                redis.fill(states(players), "bench")
            with served(settings, "") as (port, api), preferred(api.pid, first=first):
                report_reads("topic in memory", port, api, players, seconds)
                with changing(settings, players):
                    report_reads(f"the same while {CHANGES:,} states change every {CHANGE_EVERY_S:g} s", port, api, players, seconds)
            with served(settings, server.url) as (port, api), preferred(api.pid, server.pid, first=first):
                report_reads("Redis", port, api, players, seconds)
        finally:
            server.stop()
            broker.stop()


@contextmanager
def preferred(*pids: int, first: bool) -> Iterator[None]:
    """Give this process and others the right of way for a while."""
    _schedule((os.getpid(), *pids), os.SCHED_RR if first else os.SCHED_OTHER)
    yield
    _schedule((os.getpid(),), os.SCHED_OTHER)


def _schedule(pids: Iterable[int], policy: int) -> None:
    for thread in (int(folder.name) for pid in pids for folder in Path(f"/proc/{pid}/task").iterdir()):
        os.sched_setscheduler(thread, policy, os.sched_param(0 if policy == os.SCHED_OTHER else 1))


@contextmanager
def changing(settings: Settings, players: int) -> Iterator[None]:
    """Write some states again and again, in bursts as the projection does."""
    writer = multiprocessing.get_context("spawn").Process(target=change, args=(settings, players), daemon=True)
    writer.start()
    yield
    writer.terminate()
    writer.join()


def change(settings: Settings, players: int) -> None:
    """Write the states of players drawn at random."""
    known, rng = list(states(players)), Random(3)
    with closing(TopicPlayers(settings.kafka)) as topic:
        while True:
            topic.write(rng.sample(known, CHANGES))
            time.sleep(CHANGE_EVERY_S)


def report_reads(store: str, port: int, api: psutil.Process, players: int, seconds: int) -> None:
    """Warm up, measure, print."""
    Load(port, players).run(3)
    gc.collect()
    gc.disable()
    cpu, own = sum(api.cpu_times()[:2]), time.process_time()
    load = Load(port, players)
    load.run(seconds)
    own = time.process_time() - own
    gc.enable()
    cpu = sum(api.cpu_times()[:2]) - cpu
    p50, p95, p99 = (statistics.quantiles(load.waited_ms, n=1000)[at] for at in (499, 949, 989))
    print(
        f"{store:16} {len(load.waited_ms):,} reads at {RATE:,}/s of {players:,} players: p50 {p50:.2f} p95 {p95:.2f} p99 {p99:.2f} "
        f"max {max(load.waited_ms):.1f} ms, {load.wrong} not 200; us of CPU a read: API {cpu / len(load.waited_ms) * 1e6:.0f}, "
        f"client {own / len(load.waited_ms) * 1e6:.0f}; {api.memory_info().rss / 1e6:.0f} MB; load of the machine {os.getloadavg()[0]:.1f}"
    )


class Load:
    """An open-loop client on raw sockets: requests are due at equal distances, whatever the answers do.

    Plain sockets and `select`, whose patience is in microseconds: an event loop's timers round up to a millisecond, and it would need a
    third of a core that the API wants.
    """

    def __init__(self, port: int, players: int) -> None:
        self.waited_ms: list[float] = []
        self.wrong = 0
        self._port, rng = port, Random(1)
        self._requests = [self._request(rng, players) for _ in range(10 * RATE)]
        self._due_of: dict[socket.socket, float] = {}
        self._got: dict[socket.socket, bytes] = {}

    def run(self, seconds: int) -> None:
        """Ask for so long, and wait for the last answer."""
        idle = [self._connect() for _ in range(CONNECTIONS)]
        began, asked, total = time.perf_counter() + 0.1, 0, seconds * RATE
        while len(self.waited_ms) < total:
            while asked < total and idle and began + asked / RATE <= time.perf_counter():
                self._ask(idle.pop(), asked, began + asked / RATE)
                asked += 1
            patience = max(0.0, began + asked / RATE - time.perf_counter()) if asked < total and idle else None
            idle += [answered for answered in select.select(self._due_of, [], [], patience)[0] if self._take(answered)]
        for connection in idle:
            connection.close()

    def _connect(self) -> socket.socket:
        connection = socket.create_connection(("127.0.0.1", self._port))
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection

    @staticmethod
    def _request(rng: Random, players: int) -> bytes:
        path = f"/api/v1/players/player-{rng.randrange(players)}" if rng.random() > 0.02 else "/api/v1/players?guild=Stone%20Carp&limit=20"
        return f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()

    def _ask(self, connection: socket.socket, number: int, due: float) -> None:
        self._due_of[connection], self._got[connection] = due, b""
        connection.sendall(self._requests[number % len(self._requests)])

    def _take(self, connection: socket.socket) -> bool:
        """Read what came; tell whether the answer is complete."""
        self._got[connection] += connection.recv(65_536)
        head, found, body = self._got[connection].partition(b"\r\n\r\n")
        if not found or len(body) < int(head.lower().partition(b"content-length: ")[2].partition(b"\r")[0]):
            return False
        self.waited_ms.append((time.perf_counter() - self._due_of.pop(connection)) * 1000)
        self.wrong += not head.startswith(b"HTTP/1.1 200 ")
        return True


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


if __name__ == "__main__":
    numbers = [int(argument) for argument in sys.argv[1:] if argument.isdecimal()]
    measure_reads(*(numbers + [100_000, 20][len(numbers) :]), first="--first" in sys.argv)
