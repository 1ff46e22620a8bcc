import hashlib
import io

import pytest

from api.body import Cut, Oversized, read_body
from eddyline.contracts.decode import MAX_EVENT_BYTES

LIMIT = 1_000_000


class Trickle:
    """A body that arrives a few bytes at a time and counts what was taken."""

    def __init__(self, length: int, step: int = 70_000) -> None:
        self.left, self.step, self.taken = length, step, 0

    def read(self, size: int, /) -> bytes:
        amount = min(size, self.step, self.left)
        self.left -= amount
        self.taken += amount
        return b"x" * amount


def environ(stream: object, declared: int | str | None) -> dict[str, object]:
    return {"wsgi.input": stream, "wsgi.input_terminated": True} | ({} if declared is None else {"CONTENT_LENGTH": str(declared)})


@pytest.mark.parametrize("declared", [True, False])
@pytest.mark.parametrize("length", [0, 1, 69_999, LIMIT])
def test_a_body_within_the_limit_is_read_whole(length: int, declared: bool) -> None:
    assert read_body(environ(Trickle(length), length if declared else None), LIMIT) == b"x" * length


def test_a_body_that_ends_early_is_not_taken_for_a_whole_one() -> None:
    assert read_body(environ(io.BytesIO(b"{}"), 5), LIMIT) == Cut(b"{}")


def test_a_request_that_states_no_length_and_may_not_end_has_no_body() -> None:
    assert read_body({"wsgi.input": Trickle(10)}, LIMIT) == b""


@pytest.mark.parametrize("declared", [True, False])
def test_of_a_body_above_the_limit_the_start_the_length_and_the_hash_are_kept(declared: bool) -> None:
    length = LIMIT + 1
    body = read_body(environ(Trickle(length), length if declared else None), LIMIT)
    assert isinstance(body, Oversized)
    assert body.kept.value == b"x" * MAX_EVENT_BYTES
    assert body.kept.length == length
    assert body.kept.sha256 == hashlib.sha256(b"x" * length).hexdigest()


@pytest.mark.parametrize("declared", [10**12, None])
def test_an_endless_body_is_not_read_to_its_end(declared: int | None) -> None:
    stream = Trickle(10**12)
    body = read_body(environ(stream, declared), LIMIT)
    assert isinstance(body, Oversized)
    assert body.kept.length == (declared or stream.taken)
    assert stream.taken < 3 * LIMIT
    assert len(body.kept.value) == MAX_EVENT_BYTES


@pytest.mark.parametrize("nonsense", ["", "-1", "1e3", "٣", "abc"])
def test_a_length_that_is_no_number_counts_as_none_stated(nonsense: str) -> None:
    assert read_body(environ(io.BytesIO(b"{}"), nonsense), LIMIT) == b"{}"
