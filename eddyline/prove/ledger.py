"""The ledger: what was sent and what was answered, on the disk before it can be forgotten."""

import os
import threading
from collections.abc import Iterator, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Self

import msgspec


class Via(StrEnum):
    """The way a message took."""

    HTTP = "http"
    BATCH = "http-batch"
    KAFKA = "kafka"


class Answer(StrEnum):
    """What became of an attempt, as its sender knows it."""

    ACKNOWLEDGED = "acknowledged"
    REFUSED = "refused"
    OPEN = "open"
    """No answer, or one that promises nothing (503): it may be stored or not."""


class Sent(msgspec.Struct, tag="sent", frozen=True):
    """One attempt, written before it leaves; `content` tells contents of one id apart, `sha256` names a body that is no event."""

    number: int
    at: float
    via: Via
    event_id: str
    content: int = 0
    sha256: str = ""


class Answered(msgspec.Struct, tag="answered", frozen=True):
    """The answer to an attempt, written when it came."""

    number: int
    at: float
    answer: Answer


class Struck(msgspec.Struct, tag="fault", frozen=True):
    """A fault: when it began, and when its cause was gone."""

    at: float
    over_at: float
    fault: str
    component: str
    fired: bool
    seen: str


class Begun(msgspec.Struct, tag="begun", frozen=True):
    """The run that a ledger belongs to, with the command that repeats it."""

    at: float
    command: str


Entry = Begun | Sent | Answered | Struck
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Entry).decode


class Ledger:
    """An append-only file of JSON lines, shared by threads; those who wait at the same time share one fsync."""

    def __init__(self, path: Path) -> None:
        """Begin a new ledger."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self._file = path.open("wb")
        self._lines: list[bytes] = []
        self._written = self._durable = 0
        self._adding, self._syncing = threading.Lock(), threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Write what is left; a closed ledger stays closed."""
        with self._syncing:
            if not self._file.closed:
                self._sync()
                self._file.close()

    def note(self, *entries: Entry) -> int:
        """Add entries that may be forgotten when this process is killed: a forgotten answer only claims less."""
        lines = [_encode(entry) + b"\n" for entry in entries]
        with self._adding:
            self._lines += lines
            self._written += len(lines)
            return self._written

    def keep(self, *entries: Entry) -> None:
        """Add entries and return when they are on the disk."""
        ticket = self.note(*entries)
        with self._syncing:
            if self._durable < ticket:
                self._sync()

    def _sync(self) -> None:
        with self._adding:
            lines, self._lines, upto = self._lines, [], self._written
        self._file.writelines(lines)
        self._file.flush()
        os.fsync(self._file.fileno())
        self._durable = upto


def read_ledger(path: Path) -> Iterator[Entry]:
    """Read the entries back; a last line that was cut off never happened."""
    with path.open("rb") as file:
        for line in file:
            if line.endswith(b"\n"):
                yield _decode(line)


class Attempt(msgspec.Struct, frozen=True):
    """What was sent together with what was answered; without an answer it is open."""

    sent: Sent
    answer: Answer = Answer.OPEN


def attempts(entries: Iterator[Entry] | Sequence[Entry]) -> list[Attempt]:
    """Join attempts and answers, in the order of sending."""
    sent: dict[int, Sent] = {}
    answers: dict[int, Answer] = {}
    for entry in entries:
        match entry:
            case Sent():
                sent[entry.number] = entry
            case Answered():
                answers[entry.number] = entry.answer
            case _:
                pass
    return [Attempt(each, answers.get(number, Answer.OPEN)) for number, each in sent.items()]
