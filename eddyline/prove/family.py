"""The processes that make up a component."""

import contextlib

import psutil

from eddyline.stack import tether


def family(session: int) -> list[psutil.Process]:
    """List what a component started, also where that began sessions of its own as PostgreSQL's workers do."""
    found = {process.pid: process for process in tether.members(session)}
    with contextlib.suppress(psutil.NoSuchProcess):
        found |= {process.pid: process for process in psutil.Process(session).children(recursive=True)}
    return list(found.values())
