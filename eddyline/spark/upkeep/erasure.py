"""The erasure of a player: out of every table, topic, store and file, and then a look whether anything is left.

Each step finds for itself what is still to do, so running the command again completes a run that was interrupted.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import dataclass, field

import psutil
from prometheus_client import CollectorRegistry

from eddyline.contracts.places import Place
from eddyline.contracts.tables import GAME_EVENTS, PLAYER_STATE, QUARANTINE
from eddyline.contracts.topics import PLAYER_STATES
from eddyline.errors import LakeError, PlayersUnavailable
from eddyline.kafka.shortening import Ends, Shortening
from eddyline.kafka.topics import create_topics
from eddyline.lake.erasure.state_files import remove_dispensable, remove_left_behind
from eddyline.lake.erasure.subjects import hash_of
from eddyline.lake.lease import Lease, upkeep_of
from eddyline.lake.verification.holdings import Route
from eddyline.lake.verification.verify import verify
from eddyline.players.redis_store import RedisPlayers
from eddyline.players.stores import open_stores
from eddyline.spark.crash import Crash, crash_at
from eddyline.spark.landing import Landing, Plan
from eddyline.spark.metrics import LandingMetrics
from eddyline.spark.ownership import owned
from eddyline.spark.session import driver_pid
from eddyline.spark.upkeep.deletion import delete, purge
from eddyline.spark.upkeep.erasure_notes import EVERYWHERE, Notes, Removed
from eddyline.spark.upkeep.floors import record_marks, record_places
from eddyline.spark.upkeep.traces import EXPORTS, FILES, STATES, Traces

Step = Callable[[str], AbstractContextManager[None]]
STEPS = 6


@dataclass
class Erasure:
    """Erases the player whose traces it is given; `step` shows each step while it runs."""

    traces: Traces
    step: Step = lambda _what: nullcontext()
    within_s: float = 180.0
    """How long to wait for files that Kafka and Redis are to delete."""
    notes: Notes = field(init=False)
    _crash: Crash = field(init=False)

    def __post_init__(self) -> None:
        self._spark, self._settings = self.traces.spark, self.traces.settings
        self.notes = Notes(self._spark, hash_of(self.traces.subject, self._settings.home))
        self._crash = crash_at(self._settings.crash_at, driver_pid(self._spark))

    def run(self) -> list[Removed]:
        """Erase, and return what is left: nothing, or why the command must be run again.

        Raises LeaseHeld while a job works on the tables, LakeError when an offset that would leave a topic is in no table.
        """
        with self._owned():
            pass  # nobody works on the tables; else it is said before anything is done
        with self.step("landing what the topics still hold"):
            ends = self._land()
        self._crash("erase-landed")
        with self._owned() as lease:
            return self._erase(ends, lease)

    def _erase(self, ends: Ends, lease: Lease) -> list[Removed]:
        with self.step("deleting rows, their offsets noted first"):
            self.notes.add(*[Removed(f"table {rows.table}", delete(self._spark, rows)) for rows in self.traces.rows()])
        self._crash("erase-rows-deleted")
        lease.renew()
        with self.step("shortening the input topics"):
            self._shorten(ends)
        self._crash("erase-topics-shortened")
        with self.step("telling the stores of player states"):
            self._forget_states()
        self._crash("erase-states-forgotten")
        lease.renew()
        with self.step("rewriting tables, removing old snapshots, orphans, exports and other files"):
            kept = self._remove_files(lease)
        self._crash("erase-files-removed")
        with self.step("looking whether anything is left"):
            left = [*kept, *self.traces.left(ends, self.within_s)]
            self.notes.add(Removed(EVERYWHERE, 0, remaining="; ".join(f"{each.place}: {each.remaining}" for each in left)))
        return left

    def _land(self) -> Ends:
        create_topics(self._settings.kafka, self.traces.topics)
        # Kafka deletes whole files only: what is to go must stand in files that nobody writes to, before it lands.
        ends = Shortening(self._settings.kafka).roll(self.traces.partitions(*self.traces.topics))
        Landing(self._spark, self._settings, Plan(topic=self.traces.topic, available_now=True), LandingMetrics(CollectorRegistry())).run()
        return ends

    def _shorten(self, ends: Ends) -> None:
        starts = {topic: self.traces.log.end_offsets(topic.name) for topic in self.traces.topics}
        spans = {topic: {partition: (start, ends[topic.name, partition]) for partition, (start, _) in held.items()} for topic, held in starts.items()}
        found = {topic: self.traces.records(topic, of_topic) for topic, of_topic in spans.items()}
        self._need_accounted(ends, frozenset(place for places in found.values() for place in places))
        for topic, table in zip(self.traces.topics, (GAME_EVENTS, QUARANTINE), strict=True):
            # Resends have no row whose offset could have been noted, and nothing tells what they were once the topic is shorter.
            record_places(self._spark, table.identifier, found[topic])
            record_marks(self._spark, table.identifier, [Place(topic.name, partition, end - 1) for partition, (_, end) in spans[topic].items() if end])
            count = sum(end - start for start, end in spans[topic].values())
            self.notes.add(Removed(f"topic {topic.name}", len(found[topic]), count - len(found[topic])))
        Shortening(self._settings.kafka).shorten(ends)

    def _need_accounted(self, ends: Ends, own: frozenset[Place]) -> None:
        topic, dead_letters = self.traces.topics
        for each in verify(self._settings, wait_s=0, routes=(Route(topic, GAME_EVENTS), Route(dead_letters, None))).accounts:
            name, partition = each.span.topic, each.span.partition
            lost = [offset for offset in each.lost.tolist() if offset < ends.get((name, partition), 0) and Place(name, partition, offset) not in own]
            if lost:
                raise LakeError(f"{len(lost)} offsets of {name} partition {partition} are in no table (`eddyline verify` names them): no topic was shortened")

    def _forget_states(self) -> None:
        with ExitStack() as held:
            for store in open_stores(self._settings, held):
                if isinstance(store, RedisPlayers):
                    known = store.keys()
                    store.remove([self.traces.key])
                    if not store.rewrite_files(self.within_s):
                        raise PlayersUnavailable("Redis did not write its files anew in time, and may keep the player in them; run the command again")
                    self.notes.add(Removed("redis", int(self.traces.key in known)))
                elif found := self.traces.states():
                    store.remove([self.traces.key])
                    states = self.traces.partitions(PLAYER_STATES)
                    Shortening(self._settings.kafka).compact(states, lambda: not self.traces.states(), self.within_s)
                    self.notes.add(Removed(STATES, found))

    def _remove_files(self, lease: Lease) -> list[Removed]:
        kept: list[Removed] = []
        for table in self.traces.tables:
            lease.renew()
            kept += [Removed(f"table {table}", 0, remaining=f"{name} keeps old rows; drop it") for name in purge(self._spark, table)]
        self.notes.add(Removed(EXPORTS, self.traces.remove_exports()))
        # Not what is younger than our own driver, which works in such a folder itself.
        remove_left_behind(self._settings.home, psutil.Process(driver_pid(self._spark)).create_time())
        self.notes.add(Removed(FILES, len(remove_dispensable(self.traces.files(), self._settings.home))))
        return kept

    def _owned(self) -> AbstractContextManager[Lease]:
        written = (GAME_EVENTS.identifier, QUARANTINE.identifier, PLAYER_STATE.identifier, *self.traces.tables)
        names = sorted({*written, *map(upkeep_of, written)})
        return owned(self._settings, tuple(names), driver_pid(self._spark))
