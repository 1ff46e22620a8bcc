"""The name of an erased player in `ops.erasures`: a salted hash, so that the audit does not keep what was to be forgotten."""

import hashlib
import json
import os
import secrets
from pathlib import Path

from eddyline.contracts.mentions import Subject
from eddyline.errors import SetupError

SALT = "erasure.salt"


def hash_of(subject: Subject, home: Path) -> str:
    """Hash a player's name with the installation's salt, which is made at its first use.

    Raises SetupError when the salt can be neither read nor made.
    """
    named = json.dumps([subject.tenant, subject.user]).encode()
    return hashlib.sha256(_salt(home / SALT) + named).hexdigest()


def _salt(path: Path) -> bytes:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _make(path)
        return path.read_bytes()
    except OSError as error:
        raise SetupError(f"the salt of the erasures, {path}, cannot be read or made ({error.strerror}): see to its folder") from error


def _make(path: Path) -> None:
    if path.exists():
        return
    # Whole or not at all: a salt that a crash cut short would be another one to nobody's notice.
    fresh = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(secrets.token_bytes(32))
        file.flush()
        os.fsync(file.fileno())
    try:
        path.hardlink_to(fresh)
    except FileExistsError:
        pass  # another command made it in the same moment
    finally:
        fresh.unlink()
