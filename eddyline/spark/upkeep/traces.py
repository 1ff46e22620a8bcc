"""A player's traces: in which tables, topics, stores and files they are, and how many."""

import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from pyiceberg.catalog.sql import SqlCatalog
from pyspark.sql import SparkSession

from eddyline.contracts.mentions import Subject
from eddyline.contracts.places import Place
from eddyline.contracts.tables import QUARANTINE, REPLAYS
from eddyline.contracts.topics import EVENTS, PLAYER_STATES, Topic
from eddyline.kafka.clients import connect
from eddyline.kafka.log import EventLog
from eddyline.kafka.shortening import Ends, files_before, files_to_be_deleted
from eddyline.kafka.topics import list_topics
from eddyline.lake.catalog import open_catalog
from eddyline.lake.erasure.exported import exports_about, remove
from eddyline.lake.erasure.records import Span, count_states, find_records
from eddyline.lake.erasure.state_files import files_about
from eddyline.lake.exports import Export
from eddyline.lake.tables import create_tables
from eddyline.players.coding import Key
from eddyline.settings import Settings
from eddyline.spark.upkeep.deletion import Rows, count
from eddyline.spark.upkeep.erasure_notes import Removed
from eddyline.spark.upkeep.subject_rows import rows_of_subject, tables_with_users

STATES = f"topic {PLAYER_STATES.name}"
EXPORTS = "exports"
FILES = "state folder"
_POLL_S = 0.25


@dataclass
class Traces:
    """Finds a player; a context manager. `broker_data` is the folder of a broker on this machine, whose files are looked at, too."""

    spark: SparkSession
    settings: Settings
    subject: Subject
    topic: Topic = EVENTS
    broker_data: Path | None = None
    log: EventLog = field(init=False)
    _catalog: SqlCatalog = field(init=False)
    _held: ExitStack = field(default_factory=ExitStack)
    _states_seen: bool = False

    def __enter__(self) -> Self:
        self._catalog = self._held.enter_context(closing(open_catalog(self.settings.lake)))
        create_tables(self._catalog)
        self.log = self._held.enter_context(closing(connect(self.settings.kafka)))
        return self

    def __exit__(self, *_: object) -> None:
        self._held.close()

    @property
    def key(self) -> Key:
        """Name the player as the stores of player states do."""
        return self.subject.tenant, self.subject.user

    @property
    def topics(self) -> tuple[Topic, Topic]:
        """The input topics."""
        return self.topic, self.topic.dead_letters

    @property
    def tables(self) -> tuple[str, ...]:
        """Name every table that may have rows about players."""
        return (*tables_with_users(self._catalog), QUARANTINE.identifier, REPLAYS.identifier)

    @property
    def has_states(self) -> bool:
        """Tell whether there is a topic of player states; the broker is asked until there is."""
        self._states_seen = self._states_seen or PLAYER_STATES.name in list_topics(self.settings.kafka)
        return self._states_seen

    def partitions(self, *topics: Topic) -> dict[str, int]:
        """Map topics to their numbers of partitions."""
        known = list_topics(self.settings.kafka)
        return {topic.name: known[topic.name] for topic in topics}

    def rows(self) -> list[Rows]:
        """Describe the rows about the player, in the order in which they are to be deleted."""
        return rows_of_subject(self.spark, self._catalog, self.subject, self.topic)

    def records(self, topic: Topic, spans: dict[int, Span] | None = None) -> list[Place]:
        """List the player's records on an input topic, in these offsets or in all."""
        return find_records(self.log, self.subject, topic.name, self.log.end_offsets(topic.name) if spans is None else spans)

    def states(self) -> int:
        """Count the player's records on the topic of player states."""
        return count_states(self.log, self.subject) if self.has_states else 0

    def exports(self) -> list[Export]:
        """List the exports that hold rows about the player."""
        return exports_about(self._catalog, self.settings.lake, self.subject, self.tables)

    def remove_exports(self) -> int:
        """Remove these exports, whole, and return how many they were."""
        found = self.exports()
        for export in found:
            remove(self._catalog, self.settings.lake, export)
        return len(found)

    def files(self) -> list[Path]:
        """List the files of the state folder, outside of tables and topics, that have the player's name."""
        return files_about(self.subject, self.settings.home)

    def found(self) -> list[Removed]:
        """Say what there is of the player, and what else would leave the topics with it."""
        tables = [Removed(f"table {rows.table}", count(self.spark, rows)) for rows in self.rows()]
        known = list_topics(self.settings.kafka)
        topics = [self._leaving(topic) for topic in self.topics if topic.name in known]
        others = (STATES, self.states()), (EXPORTS, len(self.exports())), (FILES, len(self.files()))
        return [*tables, *topics, *(Removed(place, number) for place, number in others)]

    def left(self, ends: Ends, within_s: float) -> Iterator[Removed]:
        """Say what is left of the player although all was removed up to the ends of the topics."""
        yield from (Removed(f"table {rows.table}", 0, 0, f"{found} rows") for rows in self.rows() if (found := count(self.spark, rows)))
        for topic in self.topics:
            if came := len(self.records(topic)):
                yield Removed(f"topic {topic.name}", 0, 0, f"{came} records came since; see that no more come, and run the command again")
        if states := self.states():
            yield Removed(STATES, 0, 0, f"{states} records until Kafka compacts the topic; run the command again")
        yield from (Removed(EXPORTS, 0, 0, f"{export.destination} holds the player; run the command again") for export in self.exports())
        yield from (Removed(FILES, 0, 0, f"{path} names the player; delete it") for path in self.files())
        yield from (Removed("broker", 0, 0, f"{path} is not deleted yet; run the command again") for path in self._broker_files(ends, within_s))

    def _leaving(self, topic: Topic) -> Removed:
        spans = self.log.end_offsets(topic.name)
        found = len(self.records(topic, spans))
        return Removed(f"topic {topic.name}", found, sum(end - first for first, end in spans.values()) - found)

    def _broker_files(self, ends: Ends, within_s: float) -> list[Path]:
        if self.broker_data is None:
            return []
        deadline = time.monotonic() + within_s
        states = {topic: count for topic, count in list_topics(self.settings.kafka).items() if topic == PLAYER_STATES.name}
        while (files := [*files_before(self.broker_data, ends), *files_to_be_deleted(self.broker_data, states)]) and time.monotonic() < deadline:
            time.sleep(_POLL_S)
        return files
