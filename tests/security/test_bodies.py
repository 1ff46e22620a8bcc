"""Bodies that cost more than they should: counted before they are built, and ended when they come too slowly."""

import io
import json
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.body import is_ambiguous
from api.connections import Debt
from api.items import has_more_items_than
from api.uploads import PRESSED, USUAL, Slow, Uploads

values = st.recursive(
    st.none() | st.integers() | st.text() | st.sampled_from(['"', "\\", '\\"', ",", "[,]", "\\\\"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=8,
)


@given(st.lists(values, max_size=12), st.integers(0, 12), st.booleans(), st.sampled_from([None, 1]))
def test_items_are_counted_without_building_them(items: list[object], limit: int, ascii_only: bool, indent: int | None) -> None:
    body = json.dumps(items, ensure_ascii=ascii_only, indent=indent).encode("utf-8", "surrogatepass")
    assert has_more_items_than(body, limit) == (len(items) > max(limit, 1) if limit else has_more_items_than(body, 0))


@given(st.binary(max_size=200), st.integers(0, 20))
def test_no_bytes_make_counting_raise(body: bytes, limit: int) -> None:
    assert has_more_items_than(body, limit) in {True, False}


@pytest.mark.parametrize(
    ("encoding", "length", "ambiguous"),
    [(None, "5", False), ("chunked", None, False), (" Chunked ", None, False), ("chunked", "5", True), ("gzip, chunked", None, True), ("identity", None, True)],
)
def test_a_body_that_two_servers_could_read_differently_is_told(encoding: str | None, length: str | None, ambiguous: bool) -> None:
    environ = {"HTTP_TRANSFER_ENCODING": encoding, "CONTENT_LENGTH": length}
    assert is_ambiguous({name: value for name, value in environ.items() if value is not None}) == ambiguous


@dataclass
class Clock:
    now: float = 0.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Line:
    """A body that comes only when the test says; while it is waited for, `meanwhile` happens."""

    meanwhile: Any
    waited: bool = False

    def read(self, size: int) -> bytes:
        if not self.waited:
            self.waited = True
            self.meanwhile()
        return b""


class FakeDebt(Debt):
    def end_reading(self) -> bool:
        return True


def reading(seconds: float, *, crowd: int = 1, threads: int = 32, length: int = 100) -> tuple[list[object], int]:
    """Let `crowd` bodies be read for so long at once; return what came of each, and how many were ended."""
    clock, ended = Clock(), 0
    uploads = Uploads(8_000_000, threads, clock)
    results: list[object] = []

    def read(left: int) -> None:
        def meanwhile() -> None:
            nonlocal ended
            if left > 1:
                read(left - 1)
                return
            clock.now += seconds
            ended = uploads.look(lambda: [FakeDebt("peer", 0.0, "", number) for number in range(crowd)], lambda: None)

        results.append(uploads.read({"CONTENT_LENGTH": str(length), "REMOTE_ADDR": "peer", "wsgi.input": Line(meanwhile)}))

    read(crowd)
    return results, ended


def test_a_body_has_the_time_its_length_needs() -> None:
    assert reading(USUAL.allowed_s(100) - 0.1)[1] == 0
    results, ended = reading(USUAL.allowed_s(100) + 0.1)
    assert (ended, isinstance(results[0], Slow)) == (1, True)
    assert reading(USUAL.allowed_s(100) + 0.1, length=1_000_000)[1] == 0


def test_when_slow_bodies_hold_a_quarter_of_the_threads_they_have_less_time() -> None:
    assert reading(PRESSED.allowed_s(100) + 0.1, crowd=7)[1] == 0
    assert reading(PRESSED.allowed_s(100) + 0.1, crowd=8)[1] == 8


def test_a_body_that_is_there_costs_nothing() -> None:
    uploads = Uploads(1_000, 4)
    assert uploads.read({"CONTENT_LENGTH": "3", "wsgi.input": io.BytesIO(b"abc")}) == b"abc"
    assert uploads.look(lambda: pytest.fail("nobody is slow"), lambda: None) == 0
