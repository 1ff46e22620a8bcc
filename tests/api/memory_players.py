"""What a follower of the topic of player states holds, without the topic."""

from datetime import UTC, datetime

from eddyline.errors import PlayersUnavailable
from eddyline.game.state import PlayerState
from eddyline.kafka.log import Record
from eddyline.players.coding import encode, encode_key
from eddyline.players.topic_store import Players

AT = datetime(2026, 11, 23, tzinfo=UTC)


def state(user_id: str, guild: str | None = "Herons", tenant: str = "public") -> Record:
    value = PlayerState(tenant=tenant, user_id=user_id, guild=guild, last_seen_at=AT, kafka_partition=0, kafka_offset=1)
    return Record("player-state", 0, 0, encode_key((tenant, user_id)), encode(value))


class MemoryPlayers(Players):
    ready = True

    def find(self, key):
        if not self.ready:
            raise PlayersUnavailable("the players' states are still being read; try again in a moment")
        return self.states.get(key)
