"""The settings that a backup keeps: what was said by file or environment, secrets left out."""

import json
import os
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from eddyline.settings import SETTINGS_FILE, Settings

# Who restores says where; and a crash point is no setting to come back to.
_NOT_KEPT = {"EDDYLINE_HOME", "EDDYLINE_CRASH_AT"}
_PREFIX = "EDDYLINE_"


def kept(settings: Settings) -> tuple[str, list[str]]:
    """Return an `eddyline.toml` of all that was said, and the names of those that hold secrets and are not in it."""
    said = {name.upper() for name in os.environ} | set(_names(_in_file(), _PREFIX))
    secret, lines = [], []
    for section, values in settings.model_dump().items():
        own = {name: value for name, value in values.items() if _name(section, name) in said - _NOT_KEPT} if isinstance(values, Mapping) else {}
        secret += [_name(section, name) for name, value in own.items() if _is_secret(value)]
        shown = [f"{name} = {json.dumps(value)}" for name, value in own.items() if not _is_secret(value)]
        lines += [f"[{section}]", *shown, ""] if shown else []
    return "\n".join(lines), secret


def _in_file() -> dict[str, Any]:
    file = Path(SETTINGS_FILE)
    return tomllib.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}


def _names(values: Mapping[str, Any], prefix: str) -> Iterator[str]:
    for name, value in values.items():
        if isinstance(value, Mapping):
            yield from _names(value, f"{prefix}{name.upper()}__")
        else:
            yield prefix + name.upper()


def _name(section: str, name: str) -> str:
    return f"{_PREFIX}{section.upper()}__{name.upper()}"


def _is_secret(value: object) -> bool:
    # An address may hold a user's password.
    return isinstance(value, SecretStr) or (isinstance(value, str) and "://" in value and "@" in value)
