"""A player's records on topics, found by reading them."""

from eddyline.contracts.mentions import Evidence, Subject, concerns, may_concern
from eddyline.contracts.places import Place
from eddyline.contracts.topics import PLAYER_STATES, TENANT
from eddyline.kafka.log import EventLog, Record
from eddyline.players.coding import encode_key

Span = tuple[int, int]
"""Offsets [first, end) of a partition."""


def find_records(log: EventLog, subject: Subject, topic: str, spans: dict[int, Span]) -> list[Place]:
    """List where these offsets of an input topic hold records about a player."""
    records = (record for partition, (first, end) in spans.items() for record in log.read(topic, partition, first, end))
    return [Place(record.topic, record.partition, record.offset) for record in records if _is_about(subject, record)]


def count_states(log: EventLog, subject: Subject) -> int:
    """Count the records of the topic of player states that have the player's key, removals included."""
    key = encode_key((subject.tenant, subject.user))
    spans = log.end_offsets(PLAYER_STATES.name)
    return sum(record.key == key for partition, span in spans.items() for record in log.read(PLAYER_STATES.name, partition, *span))


def _is_about(subject: Subject, record: Record) -> bool:
    if record.key != subject.user.encode() and not any(may_concern(subject, value) for value in (record.value, *(value for _, value in record.headers))):
        return False
    stated = {name: value.decode(errors="replace") for name, value in record.headers}
    return concerns(subject, Evidence(record.value, record.key, tuple(stated.values()), stated.get(TENANT)))
