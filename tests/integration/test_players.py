"""Players' states equal the fold over their events, in the table and in every store, whatever was killed or sent twice."""

import shutil
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime
from math import inf
from random import Random

import pytest
from pipeline import Pipeline
from player_states import begin_with_nothing, events, expected, in_redis, in_table, in_topic, project

from eddyline.contracts.tables import GAME_EVENTS, PLAYER_STATE
from eddyline.contracts.topics import PLAYER_STATES
from eddyline.errors import ComponentFailed, PlayersUnavailable
from eddyline.game.state import Place, new_player
from eddyline.kafka.clients import connect
from eddyline.lake.catalog import open_catalog
from eddyline.players import topic_store as topic_store_module
from eddyline.players.coding import Key, decode, decode_key
from eddyline.players.redis_store import RedisPlayers
from eddyline.players.stores import forget_players, open_stores
from eddyline.players.topic_store import TopicPlayers
from eddyline.settings import RedisSettings
from eddyline.spark import projecting as projecting_module
from eddyline.spark.crash import PROJECTION_CRASH_POINTS
from eddyline.spark.ownership import owned
from eddyline.spark.projection import Projection
from eddyline.spark.session import driver_pid
from eddyline.stack.redis import Redis

pytestmark = pytest.mark.integration
START = datetime(2026, 11, 23, tzinfo=UTC)


class Crashed(ComponentFailed):
    """Stands for a process that ends at a crash point."""


@pytest.fixture
def players(pipeline: Pipeline, request: pytest.FixtureRequest) -> Pipeline:
    """Make a pipeline whose player states begin with nothing: the topic is everybody's."""
    begin_with_nothing(pipeline)
    return pipeline


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


@contextmanager
def projection_of(pipeline: Pipeline, most_offsets: int) -> Iterator[Projection]:
    with ExitStack() as held:
        lease = held.enter_context(owned(pipeline.settings, (PLAYER_STATE.identifier,), driver_pid(pipeline.spark)))
        yield Projection(pipeline.spark, open_stores(pipeline.settings, held), lease, lambda _point: None, most_offsets)


def written_places(pipeline: Pipeline) -> dict[Key, list[Place]]:
    """List the places of each state that was written to the topic, in the order of writing."""
    found: dict[Key, list[Place]] = defaultdict(list)
    with closing(connect(pipeline.settings.kafka)) as log:
        for partition, (start, end) in log.end_offsets(PLAYER_STATES.name).items():
            for record in log.read(PLAYER_STATES.name, partition, start, end):
                assert record.key is not None
                if record.value is None:
                    found.pop(decode_key(record.key), None)
                else:
                    found[decode_key(record.key)].append(decode(record.value).place)
    return found


def test_several_steps_wait_for_one_merge_and_after_a_crash_no_store_goes_back(players):
    most = 45
    for step in range(2):
        players.produce(*events(20 + step, 15))
        players.land()
    with projection_of(players, most) as projection:
        projection._merge_at = inf
        assert projection.advance()
        players.produce(*events(22, 10))
        players.land()
        assert projection.advance()
        assert in_topic(players) == expected(players)
        assert in_table(players) == {}, "nothing was to be merged yet"
    # The process died with what it held in memory; more has landed than one step may take.
    players.produce(*events(23, 40))
    players.land()
    with projection_of(players, most) as projection:
        projection._merge_at = inf
        assert projection.advance()
        assert in_table(players) == in_topic(players), "as many offsets wait as one step may take: they are merged"
        assert projection.advance()
        projection.settle()
    assert in_table(players) == in_topic(players) == expected(players)
    places = written_places(players)
    assert len(places) == 5
    assert all(of_player == sorted(of_player) for of_player in places.values())


def test_states_are_the_fold_whatever_is_resent_killed_or_rebuilt_in_whatever_order(players, monkeypatch):
    rng, crashes = Random(1), 0

    def crash(at: str) -> None:
        if at == armed:
            raise Crashed(at)

    monkeypatch.setattr(projecting_module, "crash_at", lambda _name, _pid: crash)
    for step in range(5):
        made = events(100 + step, 20, users=3)
        players.produce(*made, *rng.sample(made, 5), partition=rng.randrange(2))
        players.land()
        armed = rng.choice([*PROJECTION_CRASH_POINTS, "nowhere"])
        try:
            project(players, rebuild=rng.random() < 0.3)
        except Crashed:
            crashes += 1
    armed = "nowhere"
    project(players)
    assert crashes, "nothing was killed"
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

    players.produce(*events(4, 60))
    players.land()
    project(players)
    assert in_redis(server.url) == expected(players)
    with closing(RedisPlayers(server.url)) as store:
        newest = next(state for state in expected(players).values())
        store.write([new_player(newest.tenant, newest.user_id, newest.last_seen_at)])
        assert in_redis(server.url) == expected(players), "an older state replaced a newer one"
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
    assert in_redis(server.url) == in_table(players) == expected(players)
    with closing(RedisPlayers(server.url)) as store:
        assert store.find(("public", "nobody")) is None
        store.write([new_player("public", "stranger", START)])
    project(players, rebuild=True)
    assert in_redis(server.url) == in_topic(players) == in_table(players) == expected(players)
    server.stop()
