"""The environment that child processes get: every setting by name, and the Java and Python they must use."""

import json
import os
import sys
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import SecretStr

from eddyline.settings import Settings
from eddyline.stack import java

PREFIX = "EDDYLINE_"


def environment_of(settings: Settings) -> dict[str, str]:
    """Return our environment with all settings in it, so that a child decides nothing by itself."""
    home = java.home_of(java.find_java())
    tools = {"JAVA_HOME": str(home), "PYSPARK_PYTHON": sys.executable, "PYSPARK_DRIVER_PYTHON": sys.executable, "PYTHONUNBUFFERED": "1"}
    return {**os.environ, **tools, **dict(_flat(settings.model_dump(), PREFIX))}


def _flat(values: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, str]]:
    for name, value in values.items():
        key = prefix + name.upper()
        if isinstance(value, Mapping):
            yield from _flat(value, key + "__")
        else:
            yield key, _text(value)


def _text(value: object) -> str:
    match value:
        case SecretStr():
            return value.get_secret_value()
        case tuple() | list() | bool():
            return json.dumps(value)
        case _:
            return str(value)
