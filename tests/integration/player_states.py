"""Players' states as a test finds them in each place, and as they should be."""

import json
from collections import defaultdict
from contextlib import closing
from random import Random
from typing import Any

from pipeline import Pipeline, purchase
from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_fixed

from eddyline.contracts.tables import GAME_EVENTS, PLAYER_STATE
from eddyline.contracts.topics import PLAYER_STATES
from eddyline.errors import PlayersUnavailable
from eddyline.game.state import PlayerState, fold, new_player
from eddyline.kafka.topics import create_topics
from eddyline.players.coding import Key, decode
from eddyline.players.redis_store import RedisPlayers
from eddyline.players.topic_store import FollowedPlayers, TopicPlayers
from eddyline.spark.projecting import Projecting


def begin_with_nothing(pipeline: Pipeline) -> None:
    """Forget every player on the topic, which is everybody's."""
    create_topics(pipeline.settings.kafka, [PLAYER_STATES])
    with closing(TopicPlayers(pipeline.settings.kafka)) as topic:
        topic.remove(topic.keys())


def events(seed: int, count: int, users: int = 5) -> list[dict[str, Any]]:
    rng = Random(seed)
    made = []
    for number in range(count):
        user = f"u{rng.randrange(users)}"
        choices = [
            purchase(f"{seed}-{number}", user_id=user, item_type=rng.choice(["sword", "bow"]), quantity=rng.randrange(1, 4)),
            {"event_type": "sell_item", "item_type": "sword", "price": 2.0},
            {"event_type": "join_guild", "guild_name": rng.choice(["Herons", "Otters"])},
            {"event_type": "take_damage", "amount": rng.randrange(1, 60), "source": "dragon"},
            {"event_type": "heal", "amount": rng.randrange(1, 60)},
            {"event_type": "finish_level", "level": rng.randrange(1, 9), "outcome": "won", "duration_s": 3},
        ]
        made.append(rng.choice(choices) | {"event_id": f"{seed}-{number}", "user_id": user})
    return made


def project(pipeline: Pipeline, **options: Any) -> None:
    Projecting(pipeline.spark, pipeline.settings, available_now=True, **options).run()


def expected(pipeline: Pipeline) -> dict[Key, PlayerState]:
    of_user: dict[Key, list[dict[str, Any]]] = defaultdict(list)
    for row in pipeline.rows(GAME_EVENTS):
        of_user[row["tenant"], row["user_id"]].append(row)
    return {key: fold(new_player(*key, min(row["occurred_at"] for row in rows)), rows) for key, rows in of_user.items()}


def in_table(pipeline: Pipeline) -> dict[Key, PlayerState]:
    rows = pipeline.table(PLAYER_STATE).drop_columns(["landed_at"]).to_pylist()
    states = [PlayerState(**(row | {"inventory": json.loads(row["inventory"])})) for row in rows]
    assert len({(state.tenant, state.user_id) for state in states}) == len(states)
    return {(state.tenant, state.user_id): state for state in states}


def in_topic(pipeline: Pipeline) -> dict[Key, PlayerState]:
    with closing(FollowedPlayers(pipeline.settings.kafka)) as followed:

        @retry(retry=retry_if_exception_type(PlayersUnavailable), stop=stop_after_delay(20), wait=wait_fixed(0.05), reraise=True)
        def caught_up() -> None:
            followed.find(("nobody", "nobody"))

        caught_up()
        return {key: decode(state) for key, state in followed._players.states.items()}


def in_redis(url: str) -> dict[Key, PlayerState]:
    with closing(RedisPlayers(url)) as store:
        return {key: decode(found) for key in store.keys() if (found := store.find(key))}  # noqa: SIM118 - a store, not a dictionary
