"""Player states in Redis: one hash a player, one sorted set a guild, both changed together by one script."""

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import redis

from eddyline.errors import PlayersUnavailable
from eddyline.game.state import PlayerState
from eddyline.players.coding import Key, decode_key, encode, encode_key, key_of
from eddyline.players.store import Page

PREFIX = "eddyline:players:"
_FILLED = f"{PREFIX}filled"
_AT_ONCE = 1_000
_WRITING = ("rdb_bgsave_in_progress", "aof_rewrite_in_progress", "aof_rewrite_scheduled")
_LAST_WRITES = ("rdb_last_bgsave_status", "aof_last_bgrewrite_status")
# Compare and set: an older state, by (partition, offset), leaves a newer one alone. The guild's set follows in the same step.
_WRITE = """
local found = redis.call('HMGET', KEYS[1], 'partition', 'offset', 'guild')
local partition, offset = tonumber(ARGV[2]), tonumber(ARGV[3])
if ARGV[6] == '0' and found[1] then
    local held_partition, held_offset = tonumber(found[1]), tonumber(found[2])
    if held_partition > partition or (held_partition == partition and held_offset > offset) then return 0 end
end
if found[3] and found[3] ~= ARGV[4] then redis.call('ZREM', found[3], ARGV[5]) end
redis.call('HSET', KEYS[1], 'state', ARGV[1], 'partition', ARGV[2], 'offset', ARGV[3], 'guild', ARGV[4])
if ARGV[4] ~= '' then redis.call('ZADD', ARGV[4], 0, ARGV[5]) end
return 1
"""
_REMOVE = """
local guild = redis.call('HGET', KEYS[1], 'guild')
if guild and guild ~= '' then redis.call('ZREM', guild, ARGV[1]) end
return redis.call('DEL', KEYS[1])
"""
# Whether all players are there, and some of their states: of a command a player, most of the time went into packing and reading.
_STATES = """
local found = {redis.call('EXISTS', KEYS[1])}
for at = 2, #KEYS do found[at] = redis.call('HGET', KEYS[at], 'state') end
return found
"""


class RedisPlayers:
    """Reads and writes player states in one Redis."""

    def __init__(self, url: str) -> None:
        """Describe the connection; nothing is asked before the first use."""
        self._redis = redis.Redis.from_url(url, socket_timeout=2.0, socket_connect_timeout=2.0)
        self._write, self._remove, self._states = (self._redis.register_script(script) for script in (_WRITE, _REMOVE, _STATES))

    def find(self, key: Key) -> bytes | None:
        """Give one player's state; see PlayerReader."""
        with _available():
            found = self._redis.hget(_player(key), "state")
            if found is None:
                _need(self._redis.exists(_FILLED))
        return bytes(found) if isinstance(found, bytes) else None

    def of_guild(self, tenant: str, guild: str, limit: int, after: str) -> Page:
        """Give the players of a guild; see PlayerReader."""
        start = f"({after}" if after else "-"
        with _available():
            names = self._redis.zrangebylex(_guild(tenant, guild), start, "+", 0, limit + 1)
            users = [name.decode() for name in names if isinstance(name, bytes)]
            filled, *found = self._states(keys=[_FILLED, *(_player((tenant, user)) for user in users[:limit])])
            _need(filled)
        return Page([state for state in found if isinstance(state, bytes)], users[limit - 1] if len(users) > limit else None)

    def write(self, states: Iterable[PlayerState], *, force: bool = False) -> None:
        """Write states; see PlayerWriter."""
        with _available():
            pipeline = self._redis.pipeline(transaction=False)
            for count, state in enumerate(states, 1):
                guild = _guild(state.tenant, state.guild) if state.guild else ""
                values = encode(state), state.kafka_partition, state.kafka_offset, guild, state.user_id, int(force)
                self._write(keys=[_player(key_of(state))], args=values, client=pipeline)
                if count % _AT_ONCE == 0:
                    pipeline.execute()
            pipeline.execute()

    def is_filled_from(self, table: str) -> bool:
        """Tell whether every state of a table (its UUID) was written to this very run of the server.

        A server that was restarted may have lost its newest writes, or all of them; one of another lake has states that mean nothing here.
        """
        with _available():
            return self._redis.get(_FILLED) == self._filled_from(table)

    def fill(self, states: Iterable[PlayerState], table: str) -> None:
        """Begin with nothing and take every state of a table; until the end, who is not found may not be there yet."""
        with _available():
            self._redis.delete(_FILLED)
            for name in self._redis.scan_iter(match=f"{PREFIX}*", count=_AT_ONCE):
                self._redis.unlink(name)
        self.write(states, force=True)
        with _available():
            self._redis.set(_FILLED, self._filled_from(table))

    def remove(self, keys: Iterable[Key]) -> None:
        """Forget players; see PlayerWriter."""
        with _available():
            for key in keys:
                self._remove(keys=[_player(key)], args=[key[1]])

    def rewrite_files(self, within_s: float) -> bool:
        """Let the server write its files anew, without what was forgotten; tell whether that was done in time."""
        deadline = time.monotonic() + within_s
        with _available():
            # One that is under way may have begun before the players were forgotten.
            if not self._writes_nothing(deadline):
                return False
            if self._persistence()["aof_enabled"]:
                self._redis.bgrewriteaof()
            elif self._saves():
                self._redis.bgsave()
            return self._writes_nothing(deadline) and all(self._persistence()[name] == "ok" for name in _LAST_WRITES)

    def keys(self) -> set[Key]:
        """List who is known; see PlayerWriter."""
        prefix = f"{PREFIX}player:".encode()
        with _available():
            return {decode_key(name.removeprefix(prefix)) for name in self._redis.scan_iter(match=prefix + b"*", count=_AT_ONCE)}

    def close(self) -> None:
        """Let go of the connections."""
        self._redis.close()

    def _filled_from(self, table: str) -> bytes:
        server: Any = self._redis.info("server")
        return f"{table} {server['run_id']}".encode()

    def _persistence(self) -> dict[str, Any]:
        found: Any = self._redis.info("persistence")
        return dict(found)

    def _writes_nothing(self, deadline: float) -> bool:
        while any(self._persistence()[sign] for sign in _WRITING):
            if time.monotonic() > deadline:
                return False
            time.sleep(0.05)
        return True

    def _saves(self) -> bool:
        try:
            found: Any = self._redis.config_get("save")
        except redis.ResponseError:
            return True  # it will not say: to save is harmless
        return bool(found.get("save"))


def _need(filled: Any) -> None:
    if not filled:
        raise PlayersUnavailable("Redis does not hold all players yet; streaming_jobs/project_player_state.py fills it")


@contextmanager
def _available() -> Iterator[None]:
    try:
        yield
    except redis.RedisError as error:
        raise PlayersUnavailable(f"Redis does not answer ({type(error).__name__}); see EDDYLINE_REDIS__URL") from error


def _player(key: Key) -> bytes:
    return f"{PREFIX}player:".encode() + encode_key(key)


def _guild(tenant: str, guild: str) -> bytes:
    return f"{PREFIX}guild:".encode() + encode_key((tenant, guild))
