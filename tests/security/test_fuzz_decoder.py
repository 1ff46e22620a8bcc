"""A short run of the decoder's fuzzing, and that it would notice a decoder that takes too much; `make fuzz` is the long one."""

from datetime import datetime

import msgspec
import pytest
from fuzz_decoder import fuzz

from eddyline.contracts import decode as contract
from eddyline.contracts.decode import Accepted, Decoded


def without_duplicate_check(value: bytes, default_id: str, received_at: datetime) -> Decoded:
    try:
        return contract._complete(contract._decoder.decode(value), default_id, received_at, None)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        return contract.refuse(value, error)


def without_clock(value: bytes, default_id: str, received_at: datetime) -> Decoded:
    read = contract._read(value)
    return read if not isinstance(read, msgspec.Struct) else Accepted(read)


def raising(value: bytes, default_id: str, received_at: datetime) -> Decoded:
    value.decode()
    return contract.decode(value, default_id, received_at)


def test_no_input_makes_the_decoder_raise_or_take_what_is_no_event() -> None:
    counts = fuzz(100_000, seed=4)
    assert counts["accepted"] > 20_000
    assert len(counts) >= 9, counts


@pytest.mark.parametrize("mistaken", [without_duplicate_check, without_clock, raising])
def test_a_mistaken_decoder_is_found(mistaken: object) -> None:
    with pytest.raises((AssertionError, UnicodeDecodeError)):
        fuzz(20_000, seed=5, decode=mistaken)  # type: ignore[arg-type]
