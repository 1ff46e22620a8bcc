"""Fuzzes the API over real sockets: `python tests/security/fuzz_http.py --requests 50000 --seed 1` starts broker and API and prints its counts.

No answer is a 5xx, no worker dies, and what is on `events` afterwards is what was acknowledged: every 2xx is there, nothing else is, and an
oracle written by other means takes each record.
"""

import argparse
import contextlib
import json
import re
import select
import socket
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from urllib.parse import unquote

from fuzzed_requests import SMUGGLED, Wire, any_request
from strict_oracle import is_event

from eddyline.kafka.clients import connect
from eddyline.kafka.log import Record
from eddyline.settings import PROJECT_ROOT, KafkaSettings
from eddyline.stack import jars
from eddyline.stack.broker import Broker

sys.path.insert(0, str(PROJECT_ROOT / "tests" / "integration"))
from api_server import ApiServer, running_api

CLIENTS = 12
PATIENCE_S = 30.0
ANSWERED_WITHIN_S = 0.05
STATUS = re.compile(rb"HTTP/1\.[01] (\d{3}) [^\r]*\r\n")


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: its status, the event's id and how many events it calls accepted and rejected."""

    status: int
    event_id: str
    accepted: int
    rejected: int


@dataclass
class Tally:
    """What all requests of a run came to."""

    sent: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    unanswered: int = 0
    accepted: int = 0
    rejected: int = 0
    ids: set[str] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)

    def add(self, wire: Wire, answers: list[Answer] | None) -> None:
        """Count one connection."""
        self.sent[wire.kind] += 1
        if not answers:
            self.unanswered += 1
            answers = []
        for answer in answers:
            self.statuses[answer.status] += 1
            self.accepted += answer.accepted
            self.rejected += answer.rejected
            if answer.accepted and answer.event_id and wire.kind not in {"lines", "array"}:  # theirs is the request's id
                self.ids.add(answer.event_id)
        self.wrong += [f"{problem}: {wire.kind} {wire.data[:600]!r} {answers}" for problem in wrong_with(wire, answers)]


def wrong_with(wire: Wire, answers: list[Answer]) -> Iterator[str]:
    """Say what no right server would have answered."""
    if any(answer.status >= 500 for answer in answers):
        yield "a mistake of the server's"
    if not wire.may_store and any(answer.accepted for answer in answers):
        yield "wrongly accepted"
    if wire.value is not None and [bool(answer.accepted) for answer in answers] != [is_event(wire.value, datetime.now(UTC), at_door=True)]:
        yield "not the oracle's verdict"


def exchange(port: int, wire: Wire) -> list[Answer] | None:
    """Send a request's bytes on a connection of its own and read every answer; None if the server hung up without one."""
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S) as connection:
        # What it has sent before it hangs up on us may be there all the same.
        with contextlib.suppress(OSError):
            connection.sendall(wire.data)
            # To hyper, the end of what we send is the end of the connection: a whole request would not be answered.
            if not wire.is_whole:
                select.select([connection], [], [], ANSWERED_WITHIN_S)
                connection.shutdown(socket.SHUT_WR)
        got = b""
        with contextlib.suppress(ConnectionResetError):
            while chunk := connection.recv(65536):
                got += chunk
        return list(read_answers(got)) if got else None


def read_answers(got: bytes) -> Iterator[Answer]:
    """Read the answers that a connection brought."""
    for found, after in pairs(list(STATUS.finditer(got)), len(got)):
        if int(found[1]) == 100:
            continue
        head, _, body = got[found.end() : after].partition(b"\r\n\r\n")
        named = re.search(rb"(?i)x-event-id: ([^\r]*)", head)
        many = b'"accepted"' in body and b"json" in head
        told = json.loads(body) if many else {}
        accepted = told["accepted"] if many else int(int(found[1]) == 200 and named is not None)
        rejected = len(told["rejected"]) if many else int(int(found[1]) == 413 and named is not None)
        single = unquote(named[1].decode()) if named and accepted == 1 and not told.get("rejected") else ""
        yield Answer(int(found[1]), single, accepted, rejected)


def pairs(found: list[re.Match[bytes]], end: int) -> list[tuple[re.Match[bytes], int]]:
    """Pair each answer's start with the next one's."""
    return list(zip(found, [each.start() for each in found[1:]] + [end], strict=True))


def fuzz(server: ApiServer, kafka: KafkaSettings, requests: int, seed: int) -> Tally:
    """Send so many requests, and compare the answers with the topics; raise AssertionError with what is wrong."""
    random, tally = Random(seed), Tally()
    before, workers = ends(kafka), server.worker_pids
    with ThreadPoolExecutor(CLIENTS) as pool:
        for start in range(0, requests, 2_000):
            wires = [any_request(number, random) for number in range(start, min(start + 2_000, requests))]
            for wire, answers in zip(wires, pool.map(lambda wire: exchange(server.port, wire), wires), strict=True):
                tally.add(wire, answers)
            assert not tally.wrong, tally.wrong[:5]
    assert server.worker_pids == workers, "a worker died"
    assert server.status("/healthz") == 200
    check_topics(tally, records_since(kafka, before))
    return tally


def ends(kafka: KafkaSettings) -> dict[str, dict[int, int]]:
    """Say where each partition of both topics ends."""
    with closing(connect(kafka)) as log:
        return {topic: {partition: end for partition, (_, end) in log.end_offsets(topic).items()} for topic in ("events", "events.dlq")}


def records_since(kafka: KafkaSettings, before: dict[str, dict[int, int]]) -> dict[str, list[Record]]:
    """Read what both topics hold since then."""
    after = ends(kafka)
    with closing(connect(kafka)) as log:
        return {
            topic: [record for partition, end in parts.items() for record in log.read(topic, partition, before[topic][partition], end)]
            for topic, parts in after.items()
        }


def check_topics(tally: Tally, stored: dict[str, list[Record]]) -> None:
    """Compare what is stored with what was answered; a request that was reset before its answer may be either."""
    events = [json.loads(record.value or b"") for record in stored["events"]]
    assert 0 <= len(events) - tally.accepted <= tally.unanswered, (len(events), tally.accepted, tally.unanswered)
    assert 0 <= len(stored["events.dlq"]) - tally.rejected <= tally.unanswered, (len(stored["events.dlq"]), tally.rejected, tally.unanswered)
    assert tally.ids <= {event["event_id"] for event in events}, tally.ids - {event["event_id"] for event in events}
    assert not [event for event in events if event["user_id"] == SMUGGLED and event["headers"].get("Host") == "inner"]
    for record in stored["events"]:
        assert is_event(record.value or b"", datetime.now(UTC)), record.value


def main() -> None:
    """Fuzz as the command line says, and print the counts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=50_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    jars.fetch("kafka")
    with tempfile.TemporaryDirectory(prefix="eddyline-fuzz-") as folder:
        broker = Broker(Path(folder)).start()
        try:
            kafka = KafkaSettings(bootstrap_servers=broker.bootstrap_servers)
            with running_api(kafka) as server:
                started = time.monotonic()
                tally = fuzz(server, kafka, options.requests, options.seed)
        finally:
            broker.stop()
    print(f"HTTP: {options.requests:,} requests of seed {options.seed} in {time.monotonic() - started:.0f} s: no 5xx, no dead worker, nothing wrongly accepted")
    print(f"  events acknowledged and stored {tally.accepted:,}, refused and kept {tally.rejected:,}, connections without an answer {tally.unanswered:,}")
    print("  sent: " + ", ".join(f"{kind} {count:,}" for kind, count in tally.sent.most_common()))
    print("  answers: " + ", ".join(f"{status} {count:,}" for status, count in sorted(tally.statuses.items())))


if __name__ == "__main__":
    main()
