"""Which stores hold player states: the topic, and Redis where one is configured."""

from collections.abc import Iterable
from contextlib import ExitStack, closing

from eddyline.players.coding import Key
from eddyline.players.redis_store import RedisPlayers
from eddyline.players.store import PlayerWriter
from eddyline.players.topic_store import TopicPlayers
from eddyline.settings import Settings


def open_stores(settings: Settings, held: ExitStack) -> tuple[PlayerWriter, ...]:
    """Open every store, the topic first; `held` closes them."""
    topic = held.enter_context(closing(TopicPlayers(settings.kafka)))
    url = settings.redis.url.get_secret_value()
    return (topic, held.enter_context(closing(RedisPlayers(url)))) if url else (topic,)


def forget_players(settings: Settings, keys: Iterable[Key]) -> None:
    """Remove players from every store; for who owns `game.player_state` and has deleted their rows there.

    Without that ownership a projection that runs may write them once more. On the topic a removal is a record without a value: what
    stood there before goes when Kafka compacts. Raises PlayersUnavailable or BrokerUnavailable when a store does not answer.
    """
    forgotten = list(keys)
    with ExitStack() as held:
        for store in open_stores(settings, held):
            store.remove(forgotten)
