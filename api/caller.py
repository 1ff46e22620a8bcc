"""Who sends a request: what its key allows, as the routes see it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from eddyline.keys.credentials import PERMISSIONS, Permission
from eddyline.keys.quota import Quota

# Where the gate leaves the caller for the routes; a client's headers arrive under HTTP_..., so nobody else can set it.
ENVIRON = "eddyline.caller"


@dataclass(frozen=True, slots=True)
class Caller:
    """The holder of a key, or anyone where no key is needed: then `key_id` is empty and nothing is limited."""

    key_id: str
    tenant: str
    allows: tuple[Permission, ...]
    events: tuple[Quota, ...] = ()
    dead_letters: tuple[Quota, ...] = ()
    dead_letter_kib: tuple[Quota, ...] = ()


ANYONE = Caller("", "public", PERMISSIONS)


def caller_of(environ: Mapping[str, Any]) -> Caller:
    """Return the caller that the gate admitted; anyone where there is no gate."""
    caller: Caller = environ.get(ENVIRON, ANYONE)
    return caller
