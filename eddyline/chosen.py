"""What a state folder was set up with by `eddyline up`: settings beneath the user's own, so that every later command finds the same lake.

`chosen.json` keeps what belongs to the folder for good: where its tables are, and the generated keys to get there.
`run/stack.json` tells the ports of the stack that runs on the folder now.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Values = Mapping[str, Mapping[str, Any]]
"""Settings by section and name."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """Components that the folder is always started with, and the settings that lead to each."""

    by_component: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)

    @property
    def settings(self) -> dict[str, dict[str, Any]]:
        """The settings of all components together."""
        together: dict[str, dict[str, Any]] = {}
        for values in self.by_component.values():
            for section, named in values.items():
                together.setdefault(section, {}).update(named)
        return together


def read(home: Path) -> Chosen:
    """Return what the folder was set up with."""
    return Chosen(_json(home / "chosen.json"))


def write(home: Path, chosen: Chosen) -> None:
    """Keep it, readable for the folder's owner only: it holds generated passwords."""
    part = home / "chosen.json.part"
    home.mkdir(parents=True, exist_ok=True)
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        json.dump(chosen.by_component, file, indent=1)
    part.replace(home / "chosen.json")


def for_good(home: Path) -> dict[str, Any]:
    """Return the settings that belong to the folder."""
    return read(home).settings


def of_running(home: Path) -> dict[str, Any]:
    """Return the settings of the stack that runs on the folder now; nothing when none does."""
    told = _json(home / "run" / "stack.json")
    try:
        os.kill(int(told["pid"]), 0)
    except (KeyError, ValueError, OSError):
        return {}
    return dict(told.get("settings", {}))


def _json(file: Path) -> dict[str, Any]:
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
