"""Seeded values around game events: valid ones in many spellings, and what damage to their structure and bytes makes of them."""

import json
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from strict_oracle import PAYLOADS

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
TEXTS = (
    "ada",
    "user1.comcast.com",
    "é",
    "日本",
    "\U0001f600",
    '":',
    "\\",
    '"',
    "a b",
    "\u0000",
    "null",
    "{}",
    "x" * 100,
    "' OR 1=1 --",
    "<script>",
    "../..",
    "\x7f",
)
NUMBERS = ("0", "1", "5", "-0", "-1", "1.0", "1.5", "1e3", "1E+2", "1e-400", "1e400", "1000000", "1000001", "1000000000", "1e9", "1000000000.0000001", "100000")
NUMBERS += (
    "100001",
    "9" * 19,
    "18446744073709551616",
    "9" * 400,
    "0.1" + "0" * 300,
    "31536000",
    "NaN",
    "Infinity",
    "-Infinity",
    "01",
    "1.",
    ".5",
    "+1",
    "0x1",
    "1_0",
)
MEMBERS = (
    "null",
    "true",
    "[]",
    "{}",
    "[[]]",
    '{"a":{}}',
    '""',
    '"1"',
    '"\\ud800"',
    '"\\udc00\\ud800"',
    '"\\u0000"',
    '"\t"',
    "[" * 50 + "]" * 50,
    '{"a":1,"a":1}',
    "'a'",
    "",
)
INSTANTS = (
    "2026-05-01T12:00:00Z",
    "2026-05-01t12:00:00z",
    "2026-05-01 12:00:00Z",
    "2026-05-01T12:00:00+00:00",
    "2026-05-01T12:00:00+0000",
    "2026-05-01T12:00:00",
)
INSTANTS += (
    "2026-05-01T12:04:59.999999999Z",
    "2026-05-01T12:05:00.0000001Z",
    "2026-05-01T12:05:01Z",
    "2025-03-27T12:00:00Z",
    "2025-03-27T11:59:59Z",
    "2026-02-30T00:00:00Z",
)
INSTANTS += (
    "2026-05-01T24:00:00Z",
    "2026-05-01T12:00:60Z",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
    "2026-05-01",
    "1777636800",
    "2026-5-1T12:00:00Z",
)
JUNK = (
    b"\x00",
    b"\xff",
    b"\xc3\x28",
    b"\xed\xa0\x80",
    b"\xef\xbb\xbf",
    b"{",
    b"}",
    b'"',
    b"\\",
    b",",
    b":",
    b"[",
    b"]",
    b"\n",
    b"\x0b",
    b"\xc2\xa0",
    b"/**/",
    b"1",
    b"e",
    b"-",
    b"null",
)


def document(random: Random) -> dict[str, str]:
    """Draw a valid event as the JSON texts of its members."""
    kind = random.choice(list(PAYLOADS))
    members: dict[str, str] = {"event_type": json.dumps(kind), "user_id": word(random)}
    members |= {name: payload(random, name) for name in PAYLOADS[kind]}
    if random.random() < 0.3:
        members["occurred_at"] = json.dumps((NOW - timedelta(seconds=random.randrange(34_000_000))).isoformat())
    for name, write in (("event_id", word), ("tenant", word), ("remote_address", word), ("headers", headers)):
        if random.random() < 0.15:
            members[name] = write(random)
    return members


def word(random: Random) -> str:
    return json.dumps(random.choice(TEXTS), ensure_ascii=random.random() < 0.5)


def headers(random: Random) -> str:
    return json.dumps({random.choice(TEXTS): random.choice(TEXTS) for _ in range(random.randrange(4))})


def payload(random: Random, name: str) -> str:
    if name == "outcome":
        return random.choice(['"won"', '"lost"', '"quit"'])
    if name in {"quantity", "level"}:
        return str(random.randint(1, 1000))
    if name in {"price", "amount", "duration_s"}:
        return random.choice([str(random.randint(0, 1000)), repr(random.random() * 1000), "1e3", "0.0", "-0.0"])
    return word(random)


def spoil(random: Random, members: dict[str, str]) -> list[tuple[str, str]]:
    """Damage the structure: other values, missing, unknown and repeated members."""
    pairs = list(members.items())
    at = random.randrange(len(pairs))
    match random.randrange(8):
        case 0:
            pairs.pop(at)
        case 1:
            pairs.append((random.choice(["mood", "Event_type", "user_id ", "", "quantity", "headers"]), random.choice(MEMBERS)))
        case 2:
            pairs.append(pairs[at])
        case 3 | 4:
            pairs[at] = (pairs[at][0], random.choice(NUMBERS))
        case 5 | 6:
            pairs.append((random.choice(["occurred_at", "received_at"]), json.dumps(random.choice(INSTANTS))))
        case _:
            pairs[at] = (pairs[at][0], random.choice(MEMBERS))
    return pairs


def spell(random: Random, pairs: list[tuple[str, Any]]) -> bytes:
    """Write members as JSON, in any order, with or without white space and escapes."""
    random.shuffle(pairs)
    space = random.choice(["", "", " ", "\n\t", "\r\n"])
    names = ((f'"\\u{ord(name[0]):04x}{name[1:]}"' if name and random.random() < 0.02 else json.dumps(name)) for name, _ in pairs)
    inside = f",{space}".join(f"{name}{space}:{space}{value}" for name, (_, value) in zip(names, pairs, strict=True))
    return f"{space}{{{inside}{space}}}{space}".encode("utf-8", "surrogatepass")


def damage(random: Random, value: bytes) -> bytes:
    """Flip, drop, insert, repeat or cut bytes."""
    for _ in range(random.choice([1, 1, 1, 2, 3, 8])):
        at = random.randrange(len(value) + 1)
        match random.randrange(5):
            case 0:
                value = value[:at] + bytes([random.randrange(256)]) + value[at + 1 :]
            case 1:
                value = value[:at] + value[at + random.randrange(1, 6) :]
            case 2:
                value = value[:at] + random.choice(JUNK) + value[at:]
            case 3:
                value = value[:at] + value[max(0, at - random.randrange(1, 30)) : at] + value[at:]
            case _:
                value = value[:at] if random.random() < 0.3 else value
    return value


def any_value(random: Random) -> bytes:
    """Draw a value: a third valid, the others damaged in structure, in bytes, or not like an event at all."""
    draw = random.random()
    if draw < 0.01:
        return random.randbytes(random.randrange(60))
    members = document(random)
    pairs = list(members.items()) if draw < 0.35 else spoil(random, members)
    value = spell(random, pairs)
    return damage(random, value) if draw > 0.65 else value
