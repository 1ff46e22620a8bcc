"""The file that keeps the key ring: 0600, replaced as a whole, one writer at a time."""

import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import msgspec
from filelock import FileLock, Timeout

from eddyline.errors import KeysError
from eddyline.keys.credentials import Key, KeyRing, check_limit

LOCK_S = 10.0
_WRITABLE_BY_OTHERS = stat.S_IWGRP | stat.S_IWOTH
Result = TypeVar("Result")
Version = tuple[int, int, int]


class KeyFile:
    """A key ring in a file; a file that is not there holds no key."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def version(self) -> Version | None:
        """Tell one content of the file from another without reading it; None if there is no file."""
        try:
            facts = self.path.stat()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise self._trouble(error) from error
        return facts.st_ino, facts.st_mtime_ns, facts.st_size

    def read(self) -> KeyRing:
        """Read the ring.

        Raises KeysError if the file is not one of ours, or if others may write to it and so make keys of their own.
        """
        try:
            with self.path.open("rb") as file:
                mode = os.fstat(file.fileno()).st_mode
                text = file.read()
        except FileNotFoundError:
            return KeyRing()
        except OSError as error:
            raise self._trouble(error) from error
        if mode & _WRITABLE_BY_OTHERS:
            raise KeysError(f"others may write to {self.path} and so make keys; look at it, then `chmod 600` it")
        return self._decode(text)

    def change(self, change: Callable[[KeyRing], tuple[KeyRing, Result]]) -> Result:
        """Replace the ring by what `change` makes of it, while nobody else does; return its second result."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with FileLock(f"{self.path}.lock", timeout=LOCK_S, mode=0o600):
                ring, result = change(self.read())
                self._write(msgspec.json.format(msgspec.json.encode(ring), indent=1) + b"\n")
        except Timeout as error:
            raise KeysError(f"another command has kept {self.path} for {LOCK_S:.0f} s; run this one again") from error
        except OSError as error:
            raise self._trouble(error) from error
        return result

    def _decode(self, text: bytes) -> KeyRing:
        try:
            ring = msgspec.json.decode(text, type=KeyRing)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise KeysError(f"{self.path} is not a file of keys as `eddyline keys` writes it; restore it or move it away") from error
        for key in ring.keys:
            _check(key)
        return ring

    def _write(self, text: bytes) -> None:
        fresh = self.path.with_name(f"{self.path.name}.new")
        fresh.unlink(missing_ok=True)
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self.path)
        folder = os.open(self.path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def _trouble(self, error: OSError) -> KeysError:
        return KeysError(f"the keys in {self.path} cannot be read or written ({error.strerror}); see to its folder or set EDDYLINE_API__KEYS_FILE")


def _check(key: Key) -> None:
    check_limit(key.limit)
    check_limit(key.dead_letter_limit)
