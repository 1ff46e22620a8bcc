"""A player's state is a fold over their events, in the order of their places, each once."""

from datetime import UTC, datetime, timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from eddyline.game.state import FULL_HEALTH, fold, new_player

START = datetime(2026, 11, 23, tzinfo=UTC)
ITEMS = st.sampled_from(["sword", "bow", "potion"])
PIECES = st.one_of(st.none(), st.integers(1, 5))
GOLD = st.integers(0, 50).map(float)


def event(event_type: str, **fields):
    empty = dict.fromkeys(("item_type", "quantity", "price", "amount", "guild_name", "level", "outcome"))
    return st.fixed_dictionaries({"event_type": st.just(event_type), **{name: fields.get(name, st.none()) for name in empty}})


EVENTS = st.one_of(
    event("purchase_item", item_type=ITEMS, quantity=PIECES, price=GOLD),
    event("sell_item", item_type=ITEMS, quantity=PIECES, price=GOLD),
    event("use_item", item_type=ITEMS, quantity=PIECES),
    event("join_guild", guild_name=st.sampled_from(["Herons", "Otters"])),
    event("leave_guild"),
    event("take_damage", amount=GOLD),
    event("heal", amount=GOLD),
    event("start_level", level=st.integers(1, 9)),
    event("finish_level", level=st.integers(1, 9), outcome=st.sampled_from(["won", "lost", "quit"])),
    event("log_in"),
)


def placed(events, partitions=1):
    return [
        made | {"kafka_partition": number % partitions, "kafka_offset": number, "occurred_at": START + timedelta(seconds=number * 7 % 50)}
        for number, made in enumerate(events)
    ]


def folded(events):
    return fold(new_player("public", "u", START), events)


@given(st.lists(EVENTS, max_size=30), st.integers(0, 30), st.integers(0, 2**31))
def test_parts_in_any_order_within_a_part_give_what_the_whole_gives(events, cut, seed):
    whole = placed(events)
    first, second = whole[:cut], whole[cut:]
    Random(seed).shuffle(second)
    assert fold(fold(new_player("public", "u", START), first), second) == folded(whole)


@given(st.lists(EVENTS, max_size=20), st.integers(0, 20))
def test_events_that_come_again_change_nothing(events, again):
    whole = placed(events)
    assert fold(folded(whole), whole[:again]) == folded(whole)


@given(st.lists(EVENTS, max_size=40))
def test_nothing_is_owned_less_than_once_and_health_keeps_its_bounds(events):
    state = folded(placed(events))
    assert all(count > 0 for count in state.inventory.values())
    assert 0 <= state.health <= FULL_HEALTH
    assert state.events == len(events)


@given(st.lists(EVENTS, min_size=1, max_size=20))
def test_the_last_event_and_the_latest_time_are_kept(events):
    whole = placed(events)
    state = folded(whole)
    assert state.place == (0, len(events) - 1)
    assert state.last_seen_at == max(START, *(each["occurred_at"] for each in whole))


def test_what_each_event_does():
    blank = dict.fromkeys(("item_type", "quantity", "price", "amount", "guild_name", "level", "outcome"))
    script = [
        ({"event_type": "purchase_item", "item_type": "sword", "quantity": 3, "price": 10.0}, {"inventory": {"sword": 3}, "gold_spent": 30.0}),
        ({"event_type": "sell_item", "item_type": "sword", "price": 4.0}, {"inventory": {"sword": 2}, "gold_earned": 4.0}),
        ({"event_type": "use_item", "item_type": "sword", "quantity": 5}, {"inventory": {}}),
        ({"event_type": "take_damage", "amount": 130.0}, {"health": 0.0}),
        ({"event_type": "heal", "amount": 30.0}, {"health": 30.0}),
        ({"event_type": "join_guild", "guild_name": "Herons"}, {"guild": "Herons"}),
        ({"event_type": "finish_level", "level": 4, "outcome": "won"}, {"level": 5}),
        ({"event_type": "finish_level", "level": 2, "outcome": "won"}, {"level": 5}),
        ({"event_type": "finish_level", "level": 9, "outcome": "lost"}, {"level": 5}),
        ({"event_type": "leave_guild", "guild_name": "Otters"}, {"guild": None}),
    ]
    state = new_player("public", "u", START)
    for number, (fields, expected) in enumerate(script):
        state = fold(state, [blank | fields | {"kafka_partition": 0, "kafka_offset": number, "occurred_at": START}])
        assert {name: getattr(state, name) for name in expected} == expected
