"""Where an export goes: a folder on a local disk, in an S3 store or on HDFS, filled aside and then put in its place."""

import contextlib
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from pyarrow.fs import FileInfo, FileSelector, FileSystem, FileType
from pyiceberg.io.pyarrow import PyArrowFileIO

from eddyline.errors import LakeError
from eddyline.lake.catalog import storage_properties
from eddyline.lake.exports import Export
from eddyline.lake.hdfs_files import Files
from eddyline.settings import LakeSettings, Settings

SUCCESS = "_SUCCESS"
_OBJECTS = {"s3": "s3", "s3a": "s3", "s3n": "s3"}


def address_of(where: str) -> str:
    """Spell a destination as an address, without a slash at its end; a bare path is a local one.

    Raises LakeError for a store that is not known, or an address without a folder.
    """
    address = _spelled(where)
    if address.partition(":")[0] not in {"file", "s3", "hdfs"} or not _has_folder(address):
        raise LakeError(f"--to {where} is no folder that can be exported to: give a path, s3a://bucket/folder or hdfs://host:port/folder")
    return address


def need_apart(address: str, settings: Settings) -> None:
    """Keep an export from taking the place of the lake itself, or of everything around it.

    Raises LakeError when the folder is in the warehouse or the state folder, or holds one of them, or is home or above.
    """
    lake = [_spelled(place) for place in (settings.lake.warehouse, str(settings.home))]
    around = [*lake, Path.home().as_uri(), Path.cwd().as_uri()]
    # A warehouse that is a whole bucket has room beside its tables.
    if any(_within(address, place) for place in lake if _has_folder(place)) or any(_within(place, address) for place in around):
        raise LakeError(f"{address} belongs to the lake or holds more than an export: name a folder that has nothing else in it")


def _spelled(where: str) -> str:
    scheme, separator, rest = where.partition("://")
    if not separator or scheme.lower() == "file":
        path = unquote(urlsplit(where).path) if where.startswith("file:") else where
        return Path(path).expanduser().resolve().as_uri()
    return f"{_OBJECTS.get(scheme.lower(), scheme.lower())}://{rest.strip('/')}"


def _has_folder(address: str) -> bool:
    return "/" in address.partition("://")[2]


def _within(inner: str, outer: str) -> bool:
    return f"{inner}/".startswith(f"{outer.rstrip('/')}/")


@dataclass(frozen=True, slots=True)
class Destination:
    """A folder of a store, and the folders beside it that one export needs."""

    store: FileSystem
    folder: str
    staging: str
    old: str
    renames: bool
    """Whether the store can give a folder another name in one step; S3 copies file by file."""

    @classmethod
    def of(cls, export: Export, lake: LakeSettings) -> "Destination":
        """Open the store that an export's address names."""
        files, where = Files(storage_properties(lake)), (export.destination, export.staging, export.replaced)
        scheme, host, _ = PyArrowFileIO.parse_location(export.destination)
        folder, staging, old = (_path(address) for address in where)
        return cls(files.fs_by_scheme(scheme, host), folder, staging, old, renames=scheme != "s3")

    def need_room(self, address: str, *, replace: bool) -> None:
        """Refuse a destination that is taken.

        Raises LakeError when it is a file, or a folder with something in it that shall not be replaced.
        """
        if self.store.get_file_info(self.folder).type == FileType.File:
            raise LakeError(f"{address} is a file; an export needs a folder")
        if not replace and self._entries(self.folder):
            raise LakeError(f"{address} is not empty: name another folder, or replace what is there by --replace")

    def settle(self) -> None:
        """Put the finished files in their place, instead of what was there."""
        if self.renames:
            self._rename()
        else:
            self._copy()

    def clear(self) -> None:
        """Remove what an export that failed has written aside."""
        with contextlib.suppress(OSError):
            self.store.delete_dir(self.staging)

    def make_folder(self, path: str) -> None:
        """Make a folder aside, where the store has such a thing."""
        if self.renames:
            self.store.create_dir(path, recursive=True)

    def _rename(self) -> None:
        there = self.store.get_file_info(self.folder).type != FileType.NotFound
        if there:
            self.store.move(self.folder, self.old)
        try:
            self.store.move(self.staging, self.folder)
        except OSError:
            if there:
                self.store.move(self.old, self.folder)
            raise
        if there:
            self.store.delete_dir(self.old)

    def _copy(self) -> None:
        # Without _SUCCESS nobody takes the folder for whole; it comes last, being the file that says so.
        before = [entry for entry in self._entries(self.folder) if entry.type == FileType.File]
        for entry in sorted(before, key=lambda entry: entry.base_name != SUCCESS):
            self.store.delete_file(entry.path)
        fresh = [entry for entry in self._entries(self.staging) if entry.type == FileType.File]
        for entry in sorted(fresh, key=lambda entry: entry.base_name == SUCCESS):
            self.store.copy_file(entry.path, self.folder + entry.path.removeprefix(self.staging))
        self.store.delete_dir(self.staging)

    def _entries(self, folder: str) -> list[FileInfo]:
        return list(self.store.get_file_info(FileSelector(folder, allow_not_found=True, recursive=True)))


def _path(address: str) -> str:
    scheme, _, path = PyArrowFileIO.parse_location(address)
    return unquote(path) if scheme == "file" else path
