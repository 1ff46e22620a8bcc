"""Which request headers an event keeps: all but those that could let a reader of the table in somewhere."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

LEFT_OUT = frozenset({"Authorization", "Cookie", "Set-Cookie", "Proxy-Authorization", "X-Api-Key"})
SECRET_NAME = re.compile(r"auth|token|secret|cookie|passw|credential|session|signature|api-?key|jwt", re.IGNORECASE)
SECRET_VALUE = re.compile(r"^\s*(?:bearer|basic|digest|negotiate)\s|eyJ[\w-]{8,}\.[\w-]+\.", re.IGNORECASE)
_PLAIN_NAMES = {"CONTENT_TYPE": "Content-Type"}


def kept_headers(environ: Mapping[str, Any]) -> dict[str, str]:
    """Collect the request's headers under their usual names, without credentials."""
    kept: dict[str, str] = {}
    for variable, value in environ.items():
        name = _header_name(variable)
        if name is not None and value and not SECRET_VALUE.search(value):
            kept[name] = value
    return kept


@lru_cache(maxsize=4096)
def _header_name(variable: str) -> str | None:
    name = variable[5:].replace("_", "-").title() if variable.startswith("HTTP_") else _PLAIN_NAMES.get(variable)
    return None if name is None or name in LEFT_OUT or SECRET_NAME.search(name) else name
