"""Seeded HTTP requests as bytes: right ones, right ones with fuzzed events, and broken, ambiguous and odd ones."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from fuzzed_events import TEXTS, any_value, damage, document

SMUGGLED = "smuggled"
INNER = json.dumps({"event_type": "heal", "user_id": SMUGGLED, "amount": 1}).encode()
HIDDEN = b"POST /events HTTP/1.1\r\nHost: inner\r\nContent-Length: %d\r\n\r\n%s" % (len(INNER), INNER)


@dataclass(frozen=True, slots=True)
class Wire:
    """What goes over a connection, and the values in it if they are events of whole requests, one each."""

    kind: str
    data: bytes
    value: bytes | None = None
    may_store: bool = True
    is_whole: bool = False


def right(number: int, random: Random) -> bytes:
    """Write an event that must be taken, with an id of its own."""
    members = document(random)
    members.pop("occurred_at", None)
    members["event_id"] = json.dumps(f"fuzz-{number}")
    return ("{" + ",".join(f"{json.dumps(name)}:{value}" for name, value in members.items()) + "}").encode()


def post(body: bytes, *headers: bytes, path: bytes = b"/events") -> bytes:
    head = [b"POST %s HTTP/1.1" % path, b"Host: ada", b"Connection: close", b"Content-Length: %d" % len(body), *headers]
    return b"\r\n".join(head) + b"\r\n\r\n" + body


def chunked(random: Random, body: bytes) -> bytes:
    parts = []
    while body:
        size = random.randrange(1, 40)
        parts.append(b"%x\r\n%s\r\n" % (len(body[:size]), body[:size]))
        body = body[size:]
    return b"POST /events HTTP/1.1\r\nHost: ada\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n" + b"".join(parts) + b"0\r\n\r\n"


def valid(number: int, random: Random) -> Wire:
    value = right(number, random)
    return Wire("valid", post(value) if random.random() < 0.8 else chunked(random, value), value, is_whole=True)


def fuzzed(number: int, random: Random) -> Wire:
    value = any_value(random)
    while value.lstrip(b" \t\r\n")[:1] == b"[":
        value = any_value(random)
    return Wire("fuzzed", post(value) if random.random() < 0.8 else chunked(random, value), value, is_whole=True)


def batch(number: int, random: Random) -> Wire:
    values = [
        right(number * 1000 + each, random) if random.random() < 0.5 else any_value(random).replace(b"\n", b" ") for each in range(random.randrange(1, 12))
    ]
    if random.random() < 0.5:
        return Wire("lines", post(b"\n".join(values), b"Content-Type: application/x-ndjson"), is_whole=True)
    return Wire("array", post(b"[" + b",".join(values) + b"]", b"Content-Type: application/json"), is_whole=True)


def classroom(number: int, random: Random) -> Wire:
    odd = random.choice(["sword", "%ff", "%zz", "a%2fb", "%00", "%0d%0aX:y", "é", "..%2f", "x" * 120, "a b".replace(" ", "+"), "'", "%F0%9F%98%80"])
    path = random.choice([f"/purchase_a_{odd}", f"/purchase/{odd}", "/join_guild", "/join_a_guild"])
    names, texts = ("user_id", "quantity", "price", "guild_name", "event_id", "tenant", "x"), ("1", "-1", "1e9", "", "%ff", "a&b", "ada", "9" * 40)
    query = "&".join(f"{random.choice(names)}={random.choice(texts)}" for _ in range(random.randrange(4)))
    method = random.choice(["GET", "GET", "POST", "DELETE", "PUT", "OPTIONS", "HEAD", "TRACE", "BREW"])
    body = random.choice([b"", b"", b"user_id=ada&quantity=2", b'{"user_id":"ada"}', random.randbytes(20)])
    kind = random.choice(["", "Content-Type: application/x-www-form-urlencoded\r\n", "Content-Type: application/json; charset=utf-16\r\n"])
    head = f"{method} {path}?{query} HTTP/1.1\r\nHost: ada\r\nConnection: close\r\n{kind}Content-Length: {len(body)}\r\n\r\n"
    return Wire("classroom", head.encode() + body, is_whole=True)


def odd_headers(number: int, random: Random) -> Wire:
    extra = random.choice(
        [
            b"X-Event-Id: \xff\xfe",
            b"X-Event-Id: " + b"x" * 300,
            b"Idempotency-Key: " + random.choice(TEXTS).encode().replace(b"\x00", b""),
            b"Authorization: Bearer edl_%s.%s" % (random.randbytes(6).hex().encode(), random.randbytes(20).hex().encode()),
            b"X-Api-Key: \x80",
            b"Content-Encoding: gzip",
            b"Expect: 100-continue",
            b"Content-Type: application/json; charset=utf-16le",
            b"X-Many: 1\r\n" * 99 + b"X-Last: 1",
            b"X-Many: 1\r\n" * 120 + b"X-Last: 1",
            b"X-Long: " + b"a" * random.choice([1_000, 20_000, 70_000, 200_000]),
            b"Cookie: a=b; c=\xff",
            b"Upgrade: websocket\r\nSec-WebSocket-Key: x",
            b"Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__",
            b"Origin: null",
            b"X-Forwarded-For: 127.0.0.1, ::1\r\nX-Forwarded-Host: evil",
            b"Host: b",
        ]
    )
    return Wire("headers", post(right(number, random), extra), is_whole=True)


def broken_head(number: int, random: Random) -> Wire:
    target = random.choice(
        [b"*", b"//", b"http://other/events", b"/events\x00", b"/\xff", b"/" + b"a" * random.choice([9_000, 70_000]), b"/..", b"/%", b"events", b""]
    )
    line = random.choice(
        [b"GET %s HTTP/1.1", b"POST %s HTTP/1.0", b"GET %s HTTP/9.9", b"GET  %s HTTP/1.1", b"get %s http/1.1", b"\x16\x03\x01%s", b"%s", b"PRI * HTTP/2.0 %s"]
    )
    heads = random.choice(
        [b"Host: a", b"Host : a", b" Host: a", b"Ho\x00st: a", b"Host: a\r\n folded: b", b": empty", b"Host: a\nX: b", b"Host: a\rX: b", b"H\xc3\xb6st: a", b""]
    )
    return Wire("broken head", line.replace(b"%s", target) + b"\r\n" + heads + b"\r\n\r\n", may_store=False)


def broken_chunks(number: int, random: Random) -> Wire:
    # Without its last brace: granian does not tell chunks that ended too early from whole ones, so an event that is whole in itself is taken.
    value = INNER[:-1]
    size = b"%x" % len(value)
    body = random.choice(
        [
            b"ZZ\r\n" + value,
            size + b"\r\n" + value,
            size + b"\r\n" + value + b"\r\n",
            size + b"\r\n" + value + b"\r\nffffffffffffffff\r\n ",
            b"fffffffffffffffff\r\n" + value,
            b"-1\r\n" + value,
            size + b";ext=" + b"x" * 20_000 + b"\r\n" + value,
            size + b"\n" + value + b"\n0\n\n",
            b"0x10\r\n" + value,
            b"1\r\n{\r\n" * 3 + b"0\r\n\r\n",
            b"\r\n\r\n",
            b"0\r\nX: " + b"y" * 30_000 + b"\r\n\r\n",
        ]
    )
    return Wire("broken chunks", b"POST /events HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n" + body, may_store=False)


def smuggling(number: int, random: Random) -> Wire:
    """Write requests whose end is ambiguous, with another one hidden where only one of two readings finds it."""
    framing = random.choice(
        [
            b"Content-Length: 4\r\nTransfer-Encoding: chunked",
            b"Transfer-Encoding: chunked\r\nContent-Length: 4",
            b"Content-Length: 4\r\nContent-Length: 5",
            b"Content-Length: 4, 5",
            b"Content-Length: +4",
            b"Content-Length: 0x4",
            b"Content-Length: 4_0",
            b"Transfer-Encoding: xchunked",
            b"Transfer-Encoding: chunked, identity",
            b"Transfer-Encoding: identity, chunked",
            b"Transfer-Encoding: gzip, chunked",
            b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
            b"Transfer-Encoding : chunked",
            b"Transfer-Encoding:\x0bchunked",
            b"Transfer-Encoding: chunked\x00",
            b"X: y\r\n Transfer-Encoding: chunked",
        ]
    )
    # The hidden request is inside the body by either reading but the wrong one: what follows a refused request must not be read.
    body = b"%x\r\n%s\r\n0\r\n\r\n" % (len(HIDDEN), HIDDEN)
    return Wire("smuggling", b"POST /events HTTP/1.1\r\nHost: a\r\n" + framing + b"\r\n\r\n" + body, may_store=False)


def cut_short(number: int, random: Random) -> Wire:
    value = right(number, random)
    whole = post(value)
    return Wire("cut short", whole[: random.randrange(1, len(whole))], may_store=False)


def noise(number: int, random: Random) -> Wire:
    return Wire("noise", damage(random, post(INNER)) if random.random() < 0.5 else random.randbytes(random.randrange(1, 400)))


KINDS: list[tuple[int, Callable[[int, Random], Wire]]] = [
    (20, valid),
    (20, fuzzed),
    (12, batch),
    (12, classroom),
    (10, odd_headers),
    (6, broken_head),
    (6, broken_chunks),
    (6, smuggling),
    (4, cut_short),
    (4, noise),
]


def any_request(number: int, random: Random) -> Wire:
    """Draw a request."""
    [make] = random.choices([make for _, make in KINDS], [weight for weight, _ in KINDS])
    return make(number, random)
