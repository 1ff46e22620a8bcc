"""Keeps the components of a stack alive within bounds, and ends them in order."""

import contextlib
import os
import signal
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Self

from eddyline.errors import ComponentFailed
from eddyline.stack import disk
from eddyline.stack.interrupts import Interrupts
from eddyline.stack.output import Output, Show
from eddyline.stack.process import Child
from eddyline.stack.server import Server

TICK_S = 0.1


@dataclass(frozen=True, slots=True)
class Bounds:
    """How often a component may die before the stack gives up, and how long it waits before it starts one again."""

    deaths: int = 5
    within_s: float = 120.0
    first_pause_s: float = 0.5
    longest_pause_s: float = 15.0

    def pause_s(self, deaths: int) -> float:
        """Return the pause after so many deaths."""
        return float(min(self.first_pause_s * 2 ** (deaths - 1), self.longest_pause_s))


@dataclass
class Member:
    """A component under supervision."""

    server: Server
    child: Child | None = None
    output: Output | None = None
    is_ready: bool = False
    start_at: float = 0.0
    started_at: float = 0.0
    deaths: deque[float] = field(default_factory=deque)


class Supervisor:
    """Runs components given in the order in which they are to be stopped."""

    def __init__(self, servers: Sequence[Server], *, say: Callable[[str], None], show: Show, interrupts: Interrupts, bounds: Bounds | None = None) -> None:
        """Describe what is to run: `say` tells what happens to components, `show` what they print."""
        self.members = [Member(server) for server in servers]
        self._say, self._show, self._interrupts, self._bounds = say, show, interrupts, bounds or Bounds()

    def __enter__(self) -> Self:
        self._interrupts.on_second = self._kill_at_once
        return self

    def __exit__(self, *_: object) -> None:
        with self._interrupts.held_back():
            self.stop()

    def start(self) -> None:
        """Start every component and return when all answer.

        Raises ComponentFailed when one dies more often than it may.
        """
        self.run_until(lambda: all(member.is_ready for member in self.members))

    def run_until(self, is_done: Callable[[], bool]) -> None:
        """Keep the components alive until the condition holds."""
        self.tick()
        while not is_done():
            time.sleep(TICK_S)
            self.tick()

    def tick(self) -> None:
        """Look once at every component: start, start again, or notice that it answers."""
        self._interrupts.raise_if_asked()
        for member in self.members:
            if member.child is None:
                self._launch_if_due(member)
            elif member.child.exit_code() is not None:
                self._bury(member, f"ended with exit code {member.child.exit_code()}")
            elif not member.is_ready:
                self._look(member)

    def stop(self) -> None:
        """Stop every component, in order; nothing of any is left on return."""
        for member in self.members:
            if member.child:
                member.server.stop()
                member.child = None
                member.is_ready = False
                self._end_output(member)

    def is_ready(self, name: str) -> bool:
        """Tell whether a component answers."""
        return any(member.is_ready for member in self.members if member.server.name == name)

    def pids(self) -> dict[str, int]:
        """Return the process ids of the components that run."""
        return {member.server.name: member.child.pid for member in self.members if member.child}

    def _launch_if_due(self, member: Member) -> None:
        if time.monotonic() < member.start_at or not self._has_its_needs(member.server):
            return
        try:
            member.server.prepare()
        except OSError as error:
            self._bury(member, f"could not be prepared ({error.strerror}: {error.filename})")
            return
        with self._interrupts.held_back():
            member.output = Output(member.server.name, member.server.log, self._show)
            try:
                member.child = member.server.launch(member.output.writing)
            finally:
                member.output.hand_over()
        member.started_at = time.monotonic()

    def _has_its_needs(self, server: Server) -> bool:
        return all(member.is_ready for member in self.members if member.server.name in server.needs)

    def _look(self, member: Member) -> None:
        if member.server.is_ready():
            member.is_ready = True
            self._say(f"{member.server.name} is ready after {time.monotonic() - member.started_at:.1f} s")
        elif time.monotonic() - member.started_at > member.server.start_timeout_s:
            self._bury(member, f"did not answer within {member.server.start_timeout_s:g} s")

    def _bury(self, member: Member, how: str) -> None:
        # Looked at before anything is cleaned up: Spark's temporary files go with it, and the disk looks well again.
        if disk.is_full(member.server.log.parent):
            how = f"{how} because the disk of {member.server.log.parent} is full; free some space"
        with self._interrupts.held_back():
            member.server.kill()
            member.child, member.is_ready = None, False
            self._end_output(member)
        deaths = self._count_death(member)
        if deaths > self._bounds.deaths:
            raise ComponentFailed(f"{member.server.name} {how} ({deaths} times within {self._bounds.within_s:g} s is too often; see {member.server.log})")
        pause_s = self._bounds.pause_s(deaths)
        member.start_at = time.monotonic() + pause_s
        self._say(f"{member.server.name} {how}; starting it again in {pause_s:g} s ({deaths} of {self._bounds.deaths})")

    def _count_death(self, member: Member) -> int:
        now = time.monotonic()
        member.deaths.append(now)
        while now - member.deaths[0] > self._bounds.within_s:
            member.deaths.popleft()
        return len(member.deaths)

    @staticmethod
    def _end_output(member: Member) -> None:
        if member.output:
            member.output.join(2.0)
            member.output = None

    def _kill_at_once(self) -> None:
        for pid in self.pids().values():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
