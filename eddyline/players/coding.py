"""A player's state as a record of the topic `player-state`: key and value as JSON."""

import msgspec

from eddyline.game.state import PlayerState

Key = tuple[str, str]
"""Tenant and user."""
encode = msgspec.json.Encoder().encode
decode = msgspec.json.Decoder(PlayerState).decode
_read_key = msgspec.json.Decoder(Key).decode


def key_of(state: PlayerState) -> Key:
    """Name a player."""
    return state.tenant, state.user_id


def encode_key(key: Key) -> bytes:
    """Write a player's name as a record's key: no two players share one."""
    return encode(key)


def decode_key(key: bytes) -> Key:
    """Read what `encode_key` wrote."""
    read: Key = _read_key(key)
    return read
