"""Resends are recognised exactly, in whatever order and cut the events come."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from eddyline.lake.resends import IdIndex, Suspect, Verdict, judge

KEYS = st.sampled_from([("public", "a"), ("public", "b"), ("other", "a")])
EVENTS = st.lists(st.tuples(KEYS, st.sampled_from(["x", "y"])), max_size=20)


def suspects(events: list[tuple[tuple[str, str], str]]) -> list[Suspect]:
    return [Suspect(offset % 2, offset, key, content) for offset, (key, content) in enumerate(events)]


@given(EVENTS, st.randoms())
def test_the_first_of_an_id_lands_its_equals_are_resends_and_others_conflict(events, random):
    given_events = suspects(events)
    shuffled = random.sample(given_events, len(given_events))
    verdicts = judge(shuffled, held={})
    assert len(verdicts) == len(events)
    for key in {key for key, _ in events}:
        of_key = sorted(suspect for suspect in given_events if suspect.key == key)
        assert verdicts[of_key[0].kafka_partition, of_key[0].kafka_offset] is Verdict.LAND
        for later in of_key[1:]:
            expected = Verdict.RESEND if later.content == of_key[0].content else Verdict.CONFLICT
            assert verdicts[later.kafka_partition, later.kafka_offset] is expected


@given(EVENTS, st.dictionaries(KEYS, st.frozensets(st.sampled_from(["x", "y"]), min_size=1)))
def test_an_id_that_the_table_holds_never_lands_again(events, held):
    verdicts = judge(suspects(events), held)
    for suspect in suspects(events):
        verdict = verdicts[suspect.kafka_partition, suspect.kafka_offset]
        if suspect.key in held:
            assert verdict is (Verdict.RESEND if suspect.content in held[suspect.key] else Verdict.CONFLICT)


BATCHES = st.lists(st.lists(st.integers(-5, 5), max_size=8), max_size=12)


@given(BATCHES, st.lists(st.integers(-6, 6), min_size=1, max_size=8))
def test_an_index_names_every_hash_it_was_given_with_the_instants_it_landed_at(batches, asked):
    index = IdIndex()
    for instant, batch in enumerate(batches):
        index.add(np.array(batch, dtype=np.int64), np.int64(instant))
    suspect, instants = index.suspects(np.array(asked, dtype=np.int64))
    held = {value for batch in batches for value in batch}
    assert suspect.tolist() == [value in held or asked.count(value) > 1 for value in asked]
    assert instants == {instant for instant, batch in enumerate(batches) if set(batch) & set(asked)}


@given(BATCHES, st.integers(0, 12))
def test_what_landed_before_the_horizon_is_forgotten_and_nothing_else(batches, horizon):
    index = IdIndex()
    for instant, batch in enumerate(batches):
        index.add(np.array(batch, dtype=np.int64), np.int64(instant))
    index.forget_before(horizon)
    suspect, _ = index.suspects(np.arange(-5, 6))
    kept = {value for batch in batches[horizon:] for value in batch}
    assert suspect.tolist() == [value in kept for value in range(-5, 6)]


@given(st.lists(st.tuples(st.integers(-5, 5), st.integers(0, 3)), min_size=1, max_size=30))
def test_an_index_rebuilt_at_once_answers_like_one_filled_by_batches(rows):
    hashes, instants = (np.array(column, dtype=np.int64) for column in zip(*rows, strict=True))
    at_once, by_batch = IdIndex(), IdIndex()
    at_once.add(hashes, instants)
    for instant in range(4):
        by_batch.add(hashes[instants == instant], np.int64(instant))
    asked = np.arange(-5, 6)
    assert at_once.suspects(asked)[0].tolist() == by_batch.suspects(asked)[0].tolist()
    assert at_once.suspects(asked)[1] == by_batch.suspects(asked)[1]
    assert len(at_once) == len(by_batch) == len(rows)
