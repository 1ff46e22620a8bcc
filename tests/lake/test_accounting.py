"""Every offset is in exactly one place, whatever the tables hold."""

import itertools
from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from eddyline.lake.verification.accounting import Account, Fate, Found, Held, Offsets, Span, account, ranges, runs, unaccounted


def offsets(*values: int) -> Offsets:
    return np.array(values, dtype=np.int64)


some_offsets = st.lists(st.integers(0, 40), max_size=40).map(lambda values: offsets(*values))
spans = st.tuples(st.integers(0, 20), st.integers(0, 20), st.integers(0, 5)).map(lambda n: Span("events", 0, n[0], n[0] + n[1], n[0] + n[1] + n[2]))
helds = st.builds(Held, some_offsets, some_offsets, some_offsets, some_offsets)
founds = st.builds(Found, some_offsets, some_offsets)


def fate_of(offset: int, held: Held, found: Found) -> Fate:
    for place, fate in (
        (held.landed, Fate.LANDED),
        (held.quarantined, Fate.QUARANTINED),
        (held.erased, Fate.ERASED),
        (found.resends, Fate.RESEND),
        (found.no_record, Fate.NO_RECORD),
    ):
        if offset in place:
            return fate
    return Fate.LOST


@given(spans, helds, founds)
def test_every_offset_has_exactly_one_fate_and_none_is_missing(span: Span, held: Held, found: Found) -> None:
    told = account(span, held, found)
    earlier = {offset for offset in held.erased.tolist() if offset < span.start and fate_of(offset, held, found) is Fate.ERASED}
    assert told.counts == Counter(fate_of(offset, held, found) for offset in [*earlier, *range(span.start, span.end)])
    assert told.counts.total() + told.expired == span.end
    assert told.lost.tolist() == [offset for offset in range(span.start, span.end) if fate_of(offset, held, found) is Fate.LOST]
    assert told.expired == span.start - len(earlier)
    nowhere = set(held.given_up.tolist()) - {*held.landed.tolist(), *held.quarantined.tolist(), *held.erased.tolist()}
    assert told.given_up == len([offset for offset in nowhere if offset < span.start])


@given(spans, helds, founds)
def test_what_stands_twice_is_named_wherever_it_stands(span: Span, held: Held, found: Found) -> None:
    told = account(span, held, found)
    assert set(told.landed_twice.tolist()) == {offset for offset, times in Counter(held.landed.tolist()).items() if times > 1}
    assert set(told.quarantined_twice.tolist()) == {offset for offset, times in Counter(held.quarantined.tolist()).items() if times > 1}
    assert set(told.in_both.tolist()) == set(held.landed.tolist()) & set(held.quarantined.tolist())
    everywhere = {*held.landed.tolist(), *held.quarantined.tolist(), *held.erased.tolist()}
    assert told.beyond.tolist() == sorted(offset for offset in everywhere if offset >= span.log_end)


@given(spans, helds, founds)
def test_what_is_unaccounted_for_is_what_would_be_lost(span: Span, held: Held, found: Found) -> None:
    assert unaccounted(span, held, found).tolist() == account(span, held, found).lost.tolist()
    explained = found.joined(Found(no_record=unaccounted(span, held, found)))
    assert not len(account(span, held, explained).lost)


@given(st.sets(st.integers(0, 200)).map(sorted), st.integers(1, 20))
def test_runs_cover_the_offsets_and_lie_further_apart_than_the_gap(values: list[int], gap: int) -> None:
    covering = list(runs(offsets(*values), gap))
    assert {value for start, stop in covering for value in range(start, stop)} >= set(values)
    assert all(later - (earlier - 1) > gap for (_, earlier), (later, _) in itertools.pairwise(covering))
    assert all(start in values and stop - 1 in values for start, stop in covering)


@given(st.sets(st.integers(0, 200)).map(sorted))
def test_ranges_say_exactly_the_offsets(values: list[int]) -> None:
    assert [value for first, last in ranges(offsets(*values)) for value in range(first, last + 1)] == values


def balanced() -> Account:
    held = Held(landed=offsets(5, 6, 9), quarantined=offsets(7))
    return account(Span("events", 1, 5, 10, 10), held, Found(resends=offsets(8)))


def test_a_balanced_account_has_no_fault() -> None:
    assert balanced().faults == {}
    assert balanced().counts == Counter({Fate.LANDED: 3, Fate.QUARANTINED: 1, Fate.RESEND: 1})


def test_each_fault_is_named_with_its_offsets() -> None:
    held = Held(landed=offsets(0, 0, 1, 99), quarantined=offsets(1, 2, 2))
    told = account(Span("events", 0, 0, 5, 6), held)
    assert {name: found.tolist() for name, found in told.faults.items()} == {
        "LOST": [3, 4],
        "twice in the table": [0],
        "twice in the quarantine": [2],
        "both in the table and in the quarantine": [1],
        "in a table but beyond the end of the topic": [99],
    }
