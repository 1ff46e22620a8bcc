"""Copies of the tables: what agrees is silent, and every difference is found."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from eddyline.prove.agreement import fold_all, in_guilds, judge_counts, judge_states
from eddyline.prove.judge import Wrong

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
users = st.sampled_from(["ada", "bob", "cleo"])
changes = st.sampled_from(
    [
        {"event_type": "purchase_item", "item_type": "bow", "quantity": 2, "price": 0.1},
        {"event_type": "take_damage", "amount": 7.0},
        {"event_type": "join_guild", "guild_name": "otters"},
        {"event_type": "log_in"},
    ]
)


@st.composite
def tables(draw):
    rows = draw(st.lists(st.tuples(users, changes, st.integers(0, 1)), min_size=1, max_size=20))
    return [
        {"tenant": "public", "user_id": user, "occurred_at": NOW - timedelta(minutes=place), "kafka_partition": partition, "kafka_offset": place} | change
        for place, (user, change, partition) in enumerate(rows)
    ]


@given(tables(), st.randoms())
def test_states_that_are_folds_agree_in_whatever_order_rows_are_read(rows, random):
    folded = fold_all(rows)
    random.shuffle(rows)
    assert judge_states(folded, {"here": fold_all(rows)}) == []


@given(tables(), st.data())
def test_a_state_that_lacks_an_event_differs(rows, data):
    folded = fold_all(rows)
    gone = data.draw(st.sampled_from(rows))
    held = fold_all([row for row in rows if row is not gone])
    found = judge_states(folded, {"here": held, "there": folded})
    assert [(each.wrong, each.event_id) for each in found] == [(Wrong.DIFFERING, f"public/{gone['user_id']}")]
    assert found[0].why.startswith("here: ")


@given(tables())
def test_a_player_of_whom_no_event_tells_differs(rows):
    folded = fold_all(rows)
    key, state = next(iter(folded.items()))
    others = {other: state for other, state in folded.items() if other != key}
    assert [each.event_id for each in judge_states(others, {"here": folded})] == ["/".join(key)]
    assert replace(state, guild="nobody's") not in folded.values()


@given(tables())
def test_who_is_in_no_guild_is_asked_of_none(rows):
    assert all(state.guild for state in in_guilds(fold_all(rows)).values())


def test_another_engine_that_counts_the_same_is_silent_and_any_difference_is_told():
    counts = {"game.events, partition 0": (10, 12), "game.events, partition 1": (3, 4)}
    assert judge_counts(counts, dict(counts), "Trino") == []
    for others in ({}, counts | {"game.events, partition 1": (4, 4)}, counts | {"game.events, partition 2": (1, 0)}):
        assert judge_counts(counts, others, "Trino")
