from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eddyline.contracts.decode import Accepted, decode
from eddyline.game.guilds import APPEAL
from eddyline.game.levels import LEVELS
from eddyline.game.player import FULL_HEALTH
from eddyline.game.providers import PROVIDER_NAMES
from eddyline.game.shop import price_of, resale_price_of
from eddyline.game.simulate import WINDOW, Event, players

START = datetime(2026, 11, 9, 6, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def many() -> list[Event]:
    return list(players(seed=7, users=200, events=20_000, start=START))


def of_each_player(events: list[Event]) -> dict[str, list[Event]]:
    streams: dict[str, list[Event]] = defaultdict(list)
    for event in events:
        streams[event["user_id"]].append(event)
    return streams


runs = st.builds(lambda seed, users, events: list(players(seed, users, events, START)), st.integers(), st.integers(1, 40), st.integers(0, 600))


@given(st.integers(), st.integers(1, 20), st.integers(0, 300))
@settings(max_examples=40, deadline=None)
def test_the_same_seed_and_start_give_the_same_bytes_and_exactly_as_many_events_as_asked(seed: int, users: int, events: int) -> None:
    first, second = (msgspec.json.encode(list(players(seed, users, events, START))) for _ in range(2))
    assert first == second
    assert len(msgspec.json.decode(first)) == events


@given(runs)
@settings(max_examples=60, deadline=None)
def test_every_event_is_accepted_by_the_decoder_and_lies_inside_the_window_in_order(events: list[Event]) -> None:
    now = START + WINDOW
    instants = []
    for event in events:
        decoded = decode(msgspec.json.encode(event), "unused", now)
        assert isinstance(decoded, Accepted), decoded
        assert decoded.event.event_id == event["event_id"]
        assert decoded.event.occurred_at is not None
        instants.append(decoded.event.occurred_at)
    assert instants == sorted(instants)
    assert all(START <= instant <= now for instant in instants)
    assert len({event["event_id"] for event in events}) == len(events)


@given(runs)
@settings(max_examples=60, deadline=None)
def test_nobody_uses_or_sells_what_they_do_not_own_and_prices_are_the_shops(events: list[Event]) -> None:
    for stream in of_each_player(events).values():
        owned: Counter[str] = Counter()
        for event in stream:
            if event["event_type"] == "purchase_item":
                owned[event["item_type"]] += event["quantity"]
                assert event["price"] == price_of(event["item_type"])
            elif event["event_type"] in {"sell_item", "use_item"}:
                owned[event["item_type"]] -= event["quantity"]
                assert event.get("price", resale_price_of(event["item_type"])) == resale_price_of(event["item_type"])
            assert min(owned.values(), default=0) >= 0


@given(runs)
@settings(max_examples=60, deadline=None)
def test_health_stays_between_nothing_and_full_and_a_lost_level_leaves_none(events: list[Event]) -> None:
    for stream in of_each_player(events).values():
        health = FULL_HEALTH
        for event in stream:
            health += {"heal": 1, "take_damage": -1}.get(event["event_type"], 0) * event.get("amount", 0)
            assert 0 <= health <= FULL_HEALTH
            assert event.get("amount", 1) > 0
            if event.get("outcome") == "lost":
                assert health == 0


@given(runs)
@settings(max_examples=60, deadline=None)
def test_sessions_open_and_close_and_hold_every_other_event(events: list[Event]) -> None:
    for stream in of_each_player(events).values():
        online = False
        for event in stream:
            assert online == (event["event_type"] != "log_in")
            online = event["event_type"] != "log_out"


@given(runs)
@settings(max_examples=60, deadline=None)
def test_a_level_that_ends_had_begun_and_lasts_as_long_as_it_says(events: list[Event]) -> None:
    for stream in of_each_player(events).values():
        begun: Event | None = None
        for event in stream:
            if event["event_type"] == "start_level":
                assert begun is None
                begun = event
            elif event["event_type"] == "finish_level":
                assert begun is not None
                assert begun["level"] == event["level"]
                lasted = datetime.fromisoformat(event["occurred_at"]) - datetime.fromisoformat(begun["occurred_at"])
                assert timedelta(seconds=event["duration_s"]) == lasted
                begun = None
        assert begun is None


@given(runs)
@settings(max_examples=60, deadline=None)
def test_a_player_is_in_one_guild_at_most_and_leaves_only_their_own(events: list[Event]) -> None:
    for stream in of_each_player(events).values():
        guild = None
        for event in stream:
            if event["event_type"] == "join_guild":
                assert guild is None
                assert event["guild_name"] in APPEAL
                guild = event["guild_name"]
            elif event["event_type"] == "leave_guild":
                assert event["guild_name"] == guild
                guild = None


def test_what_players_do_depends_on_the_seed_and_ids_on_the_run() -> None:
    first, later, other = (list(players(seed, 30, 2_000, start)) for seed, start in ((1, START), (1, START + timedelta(days=30)), (2, START)))
    assert Counter(event["event_type"] for event in first) == Counter(event["event_type"] for event in later)
    assert Counter(event["event_type"] for event in first) != Counter(event["event_type"] for event in other)
    assert not {event["event_id"] for event in first} & {event["event_id"] for event in later}


def test_levels_differ_in_difficulty_as_their_table_says(many: list[Event]) -> None:
    attempts = Counter(event["level"] for event in many if event["event_type"] == "finish_level")
    wins = Counter(event["level"] for event in many if event.get("outcome") == "won")
    for level in LEVELS:
        assert attempts[level.number] > 30
        assert abs(wins[level.number] / attempts[level.number] - level.won) < 0.25
    assert wins[9] / attempts[9] < 0.5 < wins[1] / attempts[1]


def test_hosts_name_the_player_and_a_provider_with_skewed_shares(many: list[Event]) -> None:
    hosts = {event["headers"]["Host"]: event["user_id"] for event in many}
    assert all(host.split(".")[0] == user_id for host, user_id in hosts.items())
    shares = Counter(host.split(".")[1] for host in hosts)
    assert set(shares) == set(PROVIDER_NAMES)
    assert shares.most_common(1)[0][0] == "comcast"


def test_guilds_grow_and_every_event_type_is_made(many: list[Event]) -> None:
    joined = Counter(event["guild_name"] for event in many if event["event_type"] == "join_guild")
    left = Counter(event["guild_name"] for event in many if event["event_type"] == "leave_guild")
    assert set(joined) == set(APPEAL)
    assert sum(joined.values()) > 2 * sum(left.values())
    assert len({event["event_type"] for event in many}) == 11
