"""Finds a key that stands twice in one object: exact, and nearly free where the answer is no."""

import json
from typing import Any

import msgspec

_fields = msgspec.json.Decoder(dict[str, msgspec.Raw])
_WHITE_SPACE = b" \t\r\n"


def repeats_key(value: bytes, headers: dict[str, str]) -> bool:
    """Say whether a decoded event's JSON spells one key twice, at the top or in `headers`.

    Every key ends in `":` once white space is gone, so their number is at most that of `":`.
    Where it equals the number of distinct keys no key can stand twice; else (`":` inside a text) the JSON is parsed again.
    """
    distinct = len(_fields.decode(value)) + len(headers)
    return value.translate(None, _WHITE_SPACE).count(b'":') != distinct and repeats_any_key(value)


def repeats_any_key(value: bytes) -> bool:
    """Say whether any object of a JSON text has a key twice; a text that cannot be read has none."""
    repeats = False

    def count(pairs: list[tuple[str, Any]]) -> None:
        nonlocal repeats
        repeats = repeats or len({key for key, _ in pairs}) < len(pairs)

    try:
        json.loads(value.decode(), object_pairs_hook=count, parse_int=len, parse_float=len)
    except (ValueError, RecursionError):
        return False
    return repeats
