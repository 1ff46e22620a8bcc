"""Keys and key rings as values: making a key, recognising its token, revoking it.

A token is `edl_<id>.<secret>`. Its secret has 256 random bits, so no dictionary helps against a plain SHA-256 of it: a slow hash such
as bcrypt protects what people can remember, and would only make every request slow.
"""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from eddyline.contracts.events import MAX_NAME_CHARACTERS
from eddyline.contracts.verdicts import encodable
from eddyline.errors import KeysError
from eddyline.keys.quota import parse_quotas

PREFIX = "edl_"
ID_BYTES, SECRET_BYTES = 6, 32
MAX_TOKEN_CHARACTERS = 200
Permission = Literal["send", "read"]
PERMISSIONS: tuple[Permission, ...] = ("send", "read")
Name = Annotated[str, Meta(min_length=1, max_length=MAX_NAME_CHARACTERS)]


class Key(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One key as it is kept: everything but its secret."""

    id: Annotated[str, Meta(pattern="^[0-9a-f]{12}$")]
    name: Name
    tenant: Name
    sha256: Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
    created_at: str
    revoked_at: str | None = None
    allows: tuple[Permission, ...] = PERMISSIONS
    limit: str = ""
    dead_letter_limit: str = ""


class KeyRing(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All keys, in the order of their making."""

    version: Literal[1] = 1
    keys: tuple[Key, ...] = ()


def make_key(random: bytes, created_at: str, *, name: str, tenant: str, allows: tuple[Permission, ...], limit: str, dead_letter_limit: str) -> tuple[Key, str]:
    """Make a key of `ID_BYTES + SECRET_BYTES` random bytes; return it and the token, which nobody can make again.

    Raises KeysError for a name, tenant or limit that no key can have.
    """
    if len(random) != ID_BYTES + SECRET_BYTES:
        raise KeysError(f"a key is made of {ID_BYTES + SECRET_BYTES} random bytes, these are {len(random)}")
    for what, text in (("name", name), ("tenant", tenant)):
        if not 1 <= len(text) <= MAX_NAME_CHARACTERS or not text.isprintable() or not encodable(text):
            raise KeysError(f"a {what} has 1 to {MAX_NAME_CHARACTERS} printable characters")
    for text in (limit, dead_letter_limit):
        check_limit(text)
    key_id, secret = random[:ID_BYTES].hex(), urlsafe_b64encode(random[ID_BYTES:]).rstrip(b"=").decode()
    key = Key(
        id=key_id,
        name=name,
        tenant=tenant,
        sha256=_hash(secret),
        created_at=created_at,
        allows=allows,
        limit=limit,
        dead_letter_limit=dead_letter_limit,
    )
    return key, f"{PREFIX}{key_id}.{secret}"


def check_limit(text: str) -> None:
    """Raise KeysError if a limit cannot be read."""
    try:
        parse_quotas(text)
    except ValueError as error:
        raise KeysError(str(error)) from error


class Recogniser:
    """Recognises the tokens of a ring's keys that are not revoked."""

    def __init__(self, ring: KeyRing) -> None:
        self._keys = {key.id: (key, bytes.fromhex(key.sha256)) for key in ring.keys if key.revoked_at is None}

    def __len__(self) -> int:
        return len(self._keys)

    def recognise(self, token: str) -> Key | None:
        """Return the token's key, in a time that tells nothing about the secret."""
        if len(token) > MAX_TOKEN_CHARACTERS or not token.startswith(PREFIX) or not token.isascii():
            return None
        key_id, _, secret = token[len(PREFIX) :].partition(".")
        key, expected = self._keys.get(key_id, (None, bytes(32)))
        same = hmac.compare_digest(hashlib.sha256(secret.encode()).digest(), expected)
        return key if same else None


def revoke_key(ring: KeyRing, key_id: str, at: str) -> tuple[KeyRing, Key]:
    """Return the ring with a key revoked, and that key; one that was revoked keeps its time.

    Raises KeysError if there is no such key.
    """
    revoked = {key.id: msgspec.structs.replace(key, revoked_at=key.revoked_at or at) for key in ring.keys if key.id == key_id}
    if key_id not in revoked:
        raise KeysError("there is no key with this id; `eddyline keys list` shows the ids")
    return msgspec.structs.replace(ring, keys=tuple(revoked.get(key.id, key) for key in ring.keys)), revoked[key_id]


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
