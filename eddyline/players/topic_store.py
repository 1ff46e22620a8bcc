"""Player states in the compacted topic: written as records, and held in memory by whoever reads it to its end."""

import threading
from bisect import bisect_right, insort
from collections import defaultdict
from collections.abc import Iterable
from contextlib import closing

import structlog

from eddyline.contracts.topics import PLAYER_STATES
from eddyline.errors import EddylineError, PlayersUnavailable
from eddyline.game.state import PlayerState
from eddyline.kafka.clients import connect
from eddyline.kafka.config import Bounds
from eddyline.kafka.log import EventLog, Record
from eddyline.players.coding import Key, decode, decode_key, encode, encode_key, key_of
from eddyline.players.store import Page
from eddyline.settings import KafkaSettings

LOOK_EVERY_S = 0.25
AGAIN_AFTER_S = 2.0
ACKNOWLEDGED_WITHIN_S = 30.0
AT_ONCE = 10_000
# A thread that computes keeps the interpreter for 5 ms though a request waits for it; one that pauses gives it away.
PAUSE_AFTER_RECORDS, PAUSE_S = 50, 0.0005
_log = structlog.get_logger()


class TopicPlayers:
    """Writes states to the topic; a removal is a record without a value."""

    def __init__(self, kafka: KafkaSettings) -> None:
        """Connect; the broker need not be there yet."""
        self._kafka = kafka
        self._records: EventLog = connect(kafka, Bounds(ack_timeout_ms=int(ACKNOWLEDGED_WITHIN_S * 1000)))

    def write(self, states: Iterable[PlayerState], *, force: bool = False) -> None:  # noqa: ARG002 - the last record of a key wins in any case
        """Write states; see PlayerWriter."""
        self._append([(encode_key(key_of(state)), encode(state)) for state in states])

    def remove(self, keys: Iterable[Key]) -> None:
        """Forget players; see PlayerWriter."""
        self._append([(encode_key(key), None) for key in keys])

    def keys(self) -> set[Key]:
        """List who is known; see PlayerWriter."""
        held = Players()
        for partition, (start, end) in self._records.end_offsets(PLAYER_STATES.name).items():
            for record in self._records.read(PLAYER_STATES.name, partition, start, end):
                held.apply(record)
        return set(held.states)

    def close(self) -> None:
        """Let go of the broker."""
        self._records.close()

    def _append(self, records: list[tuple[bytes, bytes | None]]) -> None:
        # Some at a time: of a batch that is larger than what may wait for Kafka, no attempt would ever succeed.
        for first in range(0, len(records), AT_ONCE):
            deliveries = [self._records.append(PLAYER_STATES.name, key, value) for key, value in records[first : first + AT_ONCE]]
            for delivery in deliveries:
                delivery.result(ACKNOWLEDGED_WITHIN_S)


class Players:
    """The states of all players in memory, as JSON, with the players of each guild in order."""

    def __init__(self) -> None:
        """Know nobody yet."""
        self.states: dict[Key, bytes] = {}
        self._guild_of: dict[Key, str] = {}
        self._guilds: dict[Key, list[str]] = defaultdict(list)

    def apply(self, record: Record) -> None:
        """Take a record of the topic: a state, or a removal."""
        if record.key is None:
            return
        key = decode_key(record.key)
        self._leave_guild(key)
        if record.value is None:
            self.states.pop(key, None)
            return
        self.states[key] = record.value
        if guild := decode(record.value).guild:
            self._guild_of[key] = guild
            insort(self._guilds[key[0], guild], key[1])

    def of_guild(self, tenant: str, guild: str, limit: int, after: str) -> Page:
        """Give the players of a guild whose names come after `after`."""
        users = self._guilds.get((tenant, guild), [])
        first = bisect_right(users, after) if after else 0
        shown = users[first : first + limit]
        return Page([self.states[tenant, user] for user in shown], shown[-1] if first + limit < len(users) else None)

    def _leave_guild(self, key: Key) -> None:
        guild = self._guild_of.pop(key, None)
        if guild is not None:
            users = self._guilds[key[0], guild]
            users.pop(bisect_right(users, key[1]) - 1)


class FollowedPlayers:
    """Follows the topic from a thread of its own and answers from memory once it has read what was there when it began."""

    def __init__(self, kafka: KafkaSettings) -> None:
        """Begin to follow; the broker need not be there yet."""
        self._kafka = kafka
        self._players = Players()
        self._lock = threading.Lock()
        self._caught_up = False
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._follow, name="follow-players", daemon=True)
        self._thread.start()

    def find(self, key: Key) -> bytes | None:
        """Give one player's state; see PlayerReader."""
        self._need_all()
        return self._players.states.get(key)

    def of_guild(self, tenant: str, guild: str, limit: int, after: str) -> Page:
        """Give the players of a guild; see PlayerReader."""
        self._need_all()
        with self._lock:
            return self._players.of_guild(tenant, guild, limit, after)

    def close(self) -> None:
        """Follow no longer."""
        self._stopped.set()
        self._thread.join()

    def _need_all(self) -> None:
        if not self._caught_up:
            raise PlayersUnavailable("the players' states are still being read; try again in a moment")

    def _follow(self) -> None:
        read: dict[int, int] = {}
        while not self._stopped.is_set():
            try:
                with closing(connect(self._kafka)) as log:
                    self._follow_in(log, read)
            except EddylineError as error:
                _log.warning("the topic of the players cannot be read", reason=str(error))
                self._stopped.wait(AGAIN_AFTER_S)

    def _follow_in(self, log: EventLog, read: dict[int, int]) -> None:
        while not self._stopped.wait(LOOK_EVERY_S if self._caught_up else 0):
            for partition, (start, end) in log.end_offsets(PLAYER_STATES.name).items():
                if read.get(partition, 0) < end:
                    self._take(log, partition, max(start, read.get(partition, 0)), end)
                    read[partition] = end
            self._caught_up = True

    def _take(self, log: EventLog, partition: int, start: int, end: int) -> None:
        for count, record in enumerate(log.read(PLAYER_STATES.name, partition, start, end), 1):
            with self._lock:
                self._players.apply(record)
            if self._caught_up and count % PAUSE_AFTER_RECORDS == 0:
                self._stopped.wait(PAUSE_S)
