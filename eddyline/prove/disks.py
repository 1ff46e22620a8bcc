"""Small disks of a proof's own, mounted under the folders whose filling up is to be tried."""

import contextlib
import ctypes
import errno
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

CLONE_NEWNS, MS_REC, MS_PRIVATE = 0x00020000, 0x4000, 1 << 18
# A sparse file: what is not written takes no room, and reserving the rest fills it in a moment.
LOOP_BYTES = 4_000_000_000
TMPFS_BYTES = 500_000_000
LARGEST_PIECE, SMALLEST_PIECE = 1 << 28, 1 << 12


class NoDiskError(Exception):
    """This machine or user cannot mount a disk; the message says why."""


@dataclass(frozen=True, slots=True)
class Disk:
    """A mounted disk of its own."""

    folder: Path

    def fill(self) -> bool:
        """Reserve all that is free; tell whether the disk said that it is full."""
        piece, place, was_full = LARGEST_PIECE, 0, False
        with self._filler.open("wb") as filler:
            while piece >= SMALLEST_PIECE:
                try:
                    os.posix_fallocate(filler.fileno(), place, piece)
                    place += piece
                except OSError as error:
                    if error.errno != errno.ENOSPC:
                        raise
                    was_full, piece = True, piece // 2
        return was_full

    def free(self) -> None:
        """Give back what `fill` reserved."""
        self._filler.unlink(missing_ok=True)

    @property
    def _filler(self) -> Path:
        return self.folder / ".filler"


def have_own_mounts() -> None:
    """Let this process and its children have mounts that nobody else sees and that end with them; call it before any thread starts.

    Raises NoDiskError when the system or its rights do not allow it.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    if not hasattr(libc, "unshare"):
        raise NoDiskError("this system has no mounts of a process' own")
    if libc.unshare(CLONE_NEWNS) or libc.mount(b"none", b"/", None, MS_REC | MS_PRIVATE, None):
        raise NoDiskError(f"no right to mount ({os.strerror(ctypes.get_errno())}); run it as root")


@contextlib.contextmanager
def mounted(folder: Path, image: Path) -> Iterator[Disk]:
    """Mount a disk of its own on an empty folder: a file with a file system in it, or memory where that is not possible.

    Raises NoDiskError when neither can be mounted.
    """
    folder.mkdir(parents=True, exist_ok=True)
    _mount(folder, image)
    try:
        shutil.rmtree(folder / "lost+found", ignore_errors=True)
        yield Disk(folder)
    finally:
        _run("umount", "--lazy", folder)
        image.unlink(missing_ok=True)


def _mount(folder: Path, image: Path) -> None:
    with image.open("wb") as file:
        file.truncate(LOOP_BYTES)
    if not _run("mkfs.ext4", "-q", "-m", "0", image) and not _run("mount", "-o", "loop", image, folder):
        return
    image.unlink()
    if problem := _run("mount", "-t", "tmpfs", "-o", f"size={TMPFS_BYTES}", "tmpfs", folder):
        raise NoDiskError(problem)


def _run(*command: str | Path) -> str:
    """Run a command and return what went wrong; empty when nothing did."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError as error:
        return f"{command[0]}: {error.strerror}"
    return (done.stderr.strip() or f"{command[0]} failed").splitlines()[-1] if done.returncode else ""
