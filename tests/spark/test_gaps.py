"""What has landed and what a topic still holds: a gap, or another log altogether."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eddyline.errors import TopicReplaced
from eddyline.spark.gaps import Log

places = st.tuples(st.sampled_from(["events", "events.dlq"]), st.integers(0, 3))
logs = st.dictionaries(places, st.tuples(st.integers(0, 9), st.integers(0, 9)))
marks = st.dictionaries(places, st.integers(0, 20))


def log(held: dict[tuple[str, int], tuple[int, int]]) -> Log:
    return Log({place: start for place, (start, _) in held.items()}, {place: start + length for place, (start, length) in held.items()})


@given(logs, marks)
def test_gaps_are_the_offsets_above_the_mark_and_below_the_logs_start(held, settled):
    missing = {place: range(mark + 1, held.get(place, (0, 0))[0]) for place, mark in settled.items()}
    assert [((gap.topic, gap.partition), gap.first, gap.last) for gap in log(held).gaps(settled)] == [
        (place, offsets[0], offsets[-1]) for place, offsets in sorted(missing.items()) if offsets
    ]


@given(logs, marks)
def test_a_log_that_never_had_a_settled_offset_is_another_log(held, settled):
    if all(place in held and mark < sum(held[place]) for place, mark in settled.items()):
        log(held).need_settled(settled)
    else:
        with pytest.raises(TopicReplaced, match="made anew"):
            log(held).need_settled(settled)


@pytest.mark.parametrize(("kept", "landed"), [({}, {"events"}), ({"events": "one"}, {"events"}), ({"events": "other"}, {"events.dlq"})])
def test_a_topic_is_the_tables_own_by_its_id_or_when_none_is_known_or_nothing_landed(kept, landed):
    Log({}, {}, {"events": "one", "events.dlq": "two"}).need_same(kept, landed)


def test_a_topic_with_another_id_than_that_of_the_landed_records_is_another_topic():
    with pytest.raises(TopicReplaced, match=r"events was made anew.*eddyline\.topic-id\.events"):
        Log({}, {}, {"events": "one"}).need_same({"events": "other"}, {"events"})
