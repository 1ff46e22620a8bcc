"""Players' states equal the fold over their events, in the table and in every store, whatever was killed or sent twice."""

import json
import shutil
from collections import defaultdict
from contextlib import closing
from datetime import UTC, datetime
from random import Random
from typing import Any

import pytest
from pipeline import Pipeline, purchase
from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_fixed

from eddyline.contracts.tables import GAME_EVENTS, PLAYER_STATE
from eddyline.contracts.topics import PLAYER_STATES
from eddyline.errors import ComponentFailed, PlayersUnavailable
from eddyline.game.state import PlayerState, fold, new_player
from eddyline.kafka.topics import create_topics
from eddyline.lake.catalog import open_catalog
from eddyline.players import topic_store as topic_store_module
from eddyline.players.coding import Key, decode
from eddyline.players.redis_store import RedisPlayers
from eddyline.players.stores import forget_players
from eddyline.players.topic_store import FollowedPlayers, TopicPlayers
from eddyline.settings import RedisSettings
from eddyline.spark import projecting as projecting_module
from eddyline.spark.crash import PROJECTION_CRASH_POINTS
from eddyline.spark.projecting import Projecting
from eddyline.stack.redis import Redis

pytestmark = pytest.mark.integration
START = datetime(2026, 11, 23, tzinfo=UTC)


class Crashed(ComponentFailed):
    """Stands for a process that ends at a crash point."""


@pytest.fixture
def players(pipeline: Pipeline, request: pytest.FixtureRequest) -> Pipeline:
    """Make a pipeline whose player states begin with nothing: the topic is everybody's."""
    create_topics(pipeline.settings.kafka, [PLAYER_STATES])
    with closing(TopicPlayers(pipeline.settings.kafka)) as topic:
        topic.remove(topic.keys())
    return pipeline


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


@pytest.mark.parametrize("point", PROJECTION_CRASH_POINTS)
def test_states_are_the_fold_over_the_landed_events_after_resends_and_a_crash_at_each_point(players, monkeypatch, point):
    first, second = events(1, 60), events(2, 60)
    players.produce(*first, *first[:10])
    players.land()
    project(players)
    assert in_table(players) == in_topic(players) == expected(players)
    players.produce(*second, *first[:5])
    players.land()

    def crash(at: str) -> None:
        if at == point:
            raise Crashed(at)

    with monkeypatch.context() as patched:
        patched.setattr(projecting_module, "crash_at", lambda _name, _pid: crash)
        with pytest.raises(Crashed):
            project(players)
    project(players)
    assert len(expected(players)) == 5
    assert in_table(players) == in_topic(players) == expected(players)


def test_a_player_whose_events_stand_in_several_partitions_is_folded_in_the_order_of_places(players):
    for number, partition in enumerate((1, 0, 1, 0)):
        players.produce(*events(10 + number, 12, users=2), partition=partition)
        players.land()
        project(players)
    assert in_table(players) == in_topic(players) == expected(players)
    # A restart finds the mark of partition 0 below what is in the states; what it may read first is older than they are.
    before = in_table(players)
    players.settings = players.settings.model_copy(update={"landing": players.settings.landing.model_copy(update={"max_offsets_per_trigger": 5})})
    project(players)
    assert in_table(players) == in_topic(players) == before


def test_more_states_than_may_wait_for_kafka_are_written_a_part_at_a_time(players, monkeypatch):
    monkeypatch.setattr(topic_store_module, "AT_ONCE", 7)
    states = [new_player("public", f"many{number}", START) for number in range(50)]
    with closing(TopicPlayers(players.settings.kafka)) as topic:
        topic.write(states)
        assert topic.keys() == {("public", state.user_id) for state in states}


def test_a_rebuild_from_nothing_gives_the_same_and_forgets_whom_no_event_tells_of(players):
    players.produce(*events(3, 50))
    players.land()
    project(players)
    stranger = new_player("public", "stranger", next(iter(expected(players).values())).last_seen_at)
    with closing(TopicPlayers(players.settings.kafka)) as topic:
        topic.write([stranger])
    players.append(
        PLAYER_STATE,
        {
            "tenant": "public",
            "user_id": "ghost",
            "inventory": "{}",
            "gold_spent": 9.0,
            "gold_earned": 0.0,
            "health": 1.0,
            "level": 1,
            "events": 1,
            "last_seen_at": stranger.last_seen_at,
            "kafka_partition": 0,
            "kafka_offset": 0,
            "landed_at": stranger.last_seen_at,
        },
    )
    assert len(in_topic(players)) == len(expected(players)) + 1
    project(players, rebuild=True)
    assert in_table(players) == in_topic(players) == expected(players)


def test_a_forgotten_player_is_not_brought_back_by_what_lands_later_nor_by_a_rebuild(players):
    players.produce(*events(6, 30), *(made | {"user_id": "u9"} for made in events(7, 5)))
    players.land()
    project(players)
    # What an erasure does: the rows of both tables go, and then the stores forget.
    for table in (GAME_EVENTS, PLAYER_STATE):
        open_catalog(players.settings.lake).load_table(table.identifier).delete("user_id = 'u9'")
    forget_players(players.settings, [("public", "u9")])
    players.produce(*events(8, 10))
    players.land()
    project(players)
    assert ("public", "u9") not in expected(players)
    assert in_table(players) == in_topic(players) == expected(players)
    project(players, rebuild=True)
    assert in_table(players) == in_topic(players) == expected(players)


@pytest.mark.redis
def test_redis_holds_the_same_and_is_filled_again_when_it_comes_back_empty(players, tmp_path):
    server = Redis(tmp_path / "redis", password="a word").start()
    players.settings = players.settings.model_copy(update={"redis": RedisSettings(url=server.url)})

    def in_redis() -> dict[Key, PlayerState]:
        with closing(RedisPlayers(server.url)) as store:
            known = store.keys()
            return {key: decode(found) for key in known if (found := store.find(key))}

    players.produce(*events(4, 60))
    players.land()
    project(players)
    assert in_redis() == expected(players)
    with closing(RedisPlayers(server.url)) as store:
        newest = next(state for state in expected(players).values())
        store.write([new_player(newest.tenant, newest.user_id, newest.last_seen_at)])
        assert in_redis() == expected(players), "an older state replaced a newer one"
        guild = next(state.guild for state in expected(players).values() if state.guild)
        page = store.of_guild("public", guild, 1, "")
        rest = store.of_guild("public", guild, 100, page.after) if page.after else None
        found = [decode(state).user_id for state in [*page.states, *(rest.states if rest else [])]]
        assert found == sorted(state.user_id for state in expected(players).values() if state.guild == guild)
    server.kill()
    players.produce(*events(5, 10))
    players.land()
    with pytest.raises(ComponentFailed, match="Redis does not answer"):
        project(players)
    shutil.rmtree(tmp_path / "redis" / "appendonlydir")
    server.start()
    with closing(RedisPlayers(server.url)) as store, pytest.raises(PlayersUnavailable, match="does not hold all players yet"):
        store.find(("public", "u1"))
    project(players)
    assert in_redis() == in_table(players) == expected(players)
    with closing(RedisPlayers(server.url)) as store:
        assert store.find(("public", "nobody")) is None
        store.write([new_player("public", "stranger", START)])
    project(players, rebuild=True)
    assert in_redis() == in_topic(players) == in_table(players) == expected(players)
    server.stop()
