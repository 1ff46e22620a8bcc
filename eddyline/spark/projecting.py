"""Runs the projection of player states: at every interval until it is stopped, or once; started again within bounds when it fails."""

import threading
from contextlib import ExitStack
from dataclasses import dataclass, field

import structlog
from pyspark.sql import SparkSession

from eddyline.contracts.tables import GAME_EVENTS, PLAYER_STATE
from eddyline.lake.catalog import open_catalog
from eddyline.lake.lease import Lease
from eddyline.lake.tables import need_readable
from eddyline.players.redis_store import RedisPlayers
from eddyline.players.store import PlayerWriter
from eddyline.players.stores import open_stores
from eddyline.settings import Settings
from eddyline.spark.crash import crash_at
from eddyline.spark.ownership import owned
from eddyline.spark.projection import Projection, held_keys, held_states
from eddyline.spark.runner import Attempts
from eddyline.spark.session import driver_pid

log = structlog.get_logger()


@dataclass
class Projecting:
    """Projects until the table is caught up with (`available_now`) or `stop` is set; `rebuild` begins with nothing."""

    spark: SparkSession
    settings: Settings
    available_now: bool = False
    rebuild: bool = False
    stop: threading.Event = field(default_factory=threading.Event)
    _attempts: Attempts = field(init=False)

    def __post_init__(self) -> None:
        self._attempts = Attempts("the projection", self.settings.landing.retries, self.stop)

    def run(self) -> None:
        """Project until done.

        Raises LeaseHeld when another job owns the table, ComponentFailed when it failed too often in a row.
        """
        with owned(self.settings, (PLAYER_STATE.identifier,), driver_pid(self.spark), self.stop) as lease:
            self._attempts.run(lambda: self._project(lease))

    def _project(self, lease: Lease) -> None:
        need_readable(self.settings.lake, (GAME_EVENTS.identifier, PLAYER_STATE.identifier))
        crash = crash_at(self.settings.crash_at, driver_pid(self.spark))
        with ExitStack() as held:
            stores = open_stores(self.settings, held)
            table = _table_uuid(self.settings)
            projection = Projection(self.spark, stores, lease, crash, self.settings.landing.max_offsets_per_trigger, force=self.rebuild)
            log.info("the projection began", rebuild=self.rebuild, stores=len(stores))
            while not self.stop.is_set():
                self._refill(stores, table, projection)
                changed = projection.advance()
                self._attempts.progressed = True
                if changed is not None:
                    log.info("player states written", players=changed)
                elif self.available_now:
                    break
                else:
                    self.stop.wait(self.settings.landing.trigger_interval_ms / 1000)
            projection.settle()
            if self.rebuild and not self.stop.is_set():
                self._remove_strangers(stores)

    def _refill(self, stores: tuple[PlayerWriter, ...], table: str, projection: Projection) -> None:
        for store in stores:
            if isinstance(store, RedisPlayers) and not store.is_filled_from(table):
                log.info("Redis is filled from the table: it is new, or was restarted")
                projection.settle()
                store.fill(held_states(self.spark), table)

    def _remove_strangers(self, stores: tuple[PlayerWriter, ...]) -> None:
        """Forget whom no event tells of any more."""
        known = held_keys(self.spark)
        for store in stores:
            store.remove(store.keys() - known)


def _table_uuid(settings: Settings) -> str:
    return str(open_catalog(settings.lake).load_table(PLAYER_STATE.identifier).metadata.table_uuid)
