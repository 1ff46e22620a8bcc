"""The classroom's routes: an event made of a path, a query and perhaps a body."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

import msgspec

from eddyline.contracts.reasons import Reason
from eddyline.contracts.verdicts import Rejected
from eddyline.game.shop import price_of

DEFAULT_GUILD = "newcomers"
FORM = "application/x-www-form-urlencoded"
MAX_PARAMETERS = 100
_NUMBERS = ("quantity", "price")
_JSON_NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,30})(?:\.\d{1,30})?(?:[eE][+-]?\d{1,3})?")
_decode_object = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_encode = msgspec.json.Encoder().encode

Pairs = list[tuple[str, str]]


def compose(fixed: Mapping[str, str], environ: Mapping[str, Any], body: bytes) -> bytes | Rejected:
    """Write the JSON of the event that a request means.

    Everything the request names is written, even twice: the decoder refuses what it would refuse in a body.
    """
    is_json = body.lstrip()[:1] == b"{"
    if body.strip() and not is_json and "HTTP_TRANSFER_ENCODING" in environ:
        # granian does not say that chunks ended too early: `quantity=10` would be taken as `quantity=1`. JSON shows its own end.
        return Rejected(Reason.MALFORMED_JSON, "a form needs a Content-Length: without one, a form that was cut off looks like a whole one")
    try:
        pairs = [(name, utf8_text(value)) for name, value in fixed.items()] + _parameters(environ, b"" if is_json else body)
        members = _decode_object(body) if is_json else {}
    except UnicodeError:
        return Rejected(Reason.NOT_AN_EVENT, "the path, query or form is not UTF-8 text")
    except (ValueError, RecursionError):
        return Rejected(Reason.MALFORMED_JSON, f"the body is neither a JSON object nor a form of at most {MAX_PARAMETERS} parameters")
    named = {name for name, _ in pairs} | members.keys()
    pairs += [(name, value) for name, value in _defaults(dict(pairs), environ) if name not in named]
    return _join(pairs, body if is_json else b"")


def utf8_text(latin: str) -> str:
    """Read a path or query as the UTF-8 that it is; WSGI hands it over as Latin-1."""
    return latin if latin.isascii() else latin.encode("latin-1").decode()


def _parameters(environ: Mapping[str, Any], form: bytes) -> Pairs:
    query = utf8_text(environ.get("QUERY_STRING") or "")
    if form.strip() and not str(environ.get("CONTENT_TYPE", "")).startswith(FORM):
        raise ValueError
    texts = [text for text in (query, form.decode()) if text]
    return [pair for text in texts for pair in parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=MAX_PARAMETERS)]


def _defaults(stated: Mapping[str, str], environ: Mapping[str, Any]) -> Pairs:
    host = environ.get("HTTP_HOST")
    defaults = [("user_id", host_name(host))] if host else []
    if stated["event_type"] == "purchase_item":
        defaults.append(("price", repr(price_of(stated["item_type"]))))
    elif stated["event_type"] == "join_guild":
        defaults.append(("guild_name", DEFAULT_GUILD))
    return defaults


def host_name(host: str) -> str:
    """Take the port off a Host header."""
    name, colon, port = host.rpartition(":")
    return name if colon and port.isdigit() and (":" not in name or name.endswith("]")) else host


def _join(pairs: Pairs, body: bytes) -> bytes:
    start = b"{" + b",".join(_member(name, text) for name, text in pairs)
    rest = body.strip()[1:].lstrip() or b"}"
    return start + rest if rest.startswith(b"}") else start + b"," + rest


def _member(name: str, text: str) -> bytes:
    value = text.encode() if name in _NUMBERS and _JSON_NUMBER.fullmatch(text) else _encode(text)
    return bytes(_encode(name) + b":" + value)
