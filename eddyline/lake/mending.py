"""Text out of bytes that are no UTF-8, with a replacement character wherever Trino puts one.

Python puts more of them: it ends a broken sequence at the first byte that cannot follow, Trino at the first that is no continuation.
"""

from collections.abc import Iterator

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
# Lead bytes by their length of sequence, those of five and six included that UTF-8 had once.
_LENGTHS = ((0xC0, 0xE0, 2), (0xE0, 0xF0, 3), (0xF0, 0xF8, 4), (0xF8, 0xFC, 5), (0xFC, 0xFE, 6))


def mended(value: bytes) -> str:
    """Decode bytes as UTF-8, each broken sequence to one replacement character."""
    return "".join(_parts(value))


def _parts(value: bytes) -> Iterator[str]:
    place = 0
    while place < len(value):
        sequence = _sequence(value, place)
        try:
            yield sequence.decode()
        except UnicodeDecodeError:
            yield REPLACEMENT
        place += len(sequence)


def _sequence(value: bytes, place: int) -> bytes:
    length = next((length for low, high, length in _LENGTHS if low <= value[place] < high), 1)
    end = place + 1
    while end < min(place + length, len(value)) and value[end] & 0xC0 == 0x80:
        end += 1
    return value[place:end]
