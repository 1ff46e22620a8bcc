"""Ctrl-C and its kin: asked to stop once, we stop in order; asked again, at once."""

import contextlib
import signal
import weakref
from collections.abc import Callable, Iterator
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interrupted(KeyboardInterrupt):
    """Somebody asked this process to stop."""

    def __init__(self, number: int) -> None:
        super().__init__(signal.Signals(number).name)
        self.exit_code = 128 + number


class Interrupts:
    """Turns the first signal into an exception, which can be held back where it would tear something apart."""

    def __init__(self) -> None:
        self.on_second: Callable[[], None] = lambda: None
        self._held = 0
        self._asked: int | None = None

    @contextlib.contextmanager
    def handled(self) -> Iterator[None]:
        """Handle the signals while the block runs."""
        before = {number: signal.signal(number, self._handle) for number in SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    @contextlib.contextmanager
    def held_back(self) -> Iterator[None]:
        """Let the block finish first, then raise what was asked meanwhile."""
        asked_before = self._asked
        self._held += 1
        try:
            yield
        finally:
            self._held -= 1
        if self._asked is not None and asked_before is None and not self._held:
            raise Interrupted(self._asked)

    def raise_if_asked(self) -> None:
        """Raise what was asked while an object was finalized, where Python drops exceptions."""
        if self._asked is not None and not self._held:
            raise Interrupted(self._asked)

    def _handle(self, number: int, frame: FrameType | None) -> None:
        if self._asked is not None:
            self.on_second()
            return
        self._asked = number
        if not self._held and not _is_finalizing(frame):
            raise Interrupted(number)


def _is_finalizing(frame: FrameType | None) -> bool:
    while frame is not None:
        if frame.f_code is weakref.finalize.__call__.__code__ or frame.f_code.co_name == "__del__":
            return True
        frame = frame.f_back
    return False
