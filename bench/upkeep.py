"""Whether questions stay as quick as they were: their time before and after many small batches, with upkeep and without.

`python -m bench.upkeep [batches]`. A batch is a file and a snapshot, as the landing job leaves them; a time is the least of five.
"""

import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
from pyiceberg.catalog import Catalog

from eddyline.contracts.tables import GAME_EVENTS
from eddyline.lake.catalog import open_catalog
from eddyline.lake.queries import run_query
from eddyline.lake.table_facts import facts_of
from eddyline.lake.tables import create_tables
from eddyline.settings import Settings, load
from eddyline.spark.session import SHORT_LIVED, start_session, stop_session
from eddyline.spark.upkeep.rounds import Bounds, Chore, Upkeep
from eddyline.stack import jars

# Most rows are there from the beginning: what grows is the number of files.
ROWS_BEFORE, ROWS_A_BATCH, BATCHES_A_ROUND, TIMES = 200_000, 100, 50, 5
BOUNDS = Bounds(5, 10, timedelta(0), timedelta(days=1), remove_orphans=True)
QUESTIONS = {
    "count": "SELECT count(*) FROM game.events",
    "group": "SELECT item_type, count(*), sum(price) FROM game.events WHERE event_type = 'purchase_item' GROUP BY item_type",
}


def main(batches: int = 300) -> None:
    """Print the times of questions to a lake that is kept up and to one that is not."""
    with tempfile.TemporaryDirectory() as folder:
        left = load(home=Path(folder) / "left")
        fill("without upkeep", left, batches, None)
        kept = load(home=Path(folder) / "kept", landing={"driver_java_options": SHORT_LIVED})
        spark = start_session(kept, "bench", jars.for_spark(kept))
        try:
            fill("with upkeep", kept, batches, Upkeep(spark, open_catalog(kept.lake), BOUNDS, [GAME_EVENTS.identifier]))
        finally:
            stop_session(spark)


def fill(name: str, settings: Settings, batches: int, upkeep: Upkeep | None) -> None:
    """Land batches, with a round of upkeep now and then, and ask before and after."""
    catalog, seconds = open_catalog(settings.lake), []
    create_tables(catalog)
    append(catalog, 0, ROWS_BEFORE)
    before = ask(settings)
    for batch in range(1, batches + 1):
        append(catalog, batch, ROWS_A_BATCH)
        if upkeep and batch % BATCHES_A_ROUND == 0:
            done = upkeep.round([Chore.COMPACT, Chore.EXPIRE])
            assert not done.failed, done.failed
            seconds.append(done.seconds)
    found = facts_of(GAME_EVENTS.identifier, catalog.load_table(GAME_EVENTS.identifier))
    after = ask(settings)
    print(f"{name}: after {batches} batches {found.most_files} files in the day, {found.snapshots} snapshots, {found.rows:,} rows, rounds took {seconds}")
    for question, was in before.items():
        print(f"  {question}: {was * 1000:.1f} ms before, {after[question] * 1000:.1f} ms after: {after[question] / was:.2f} times")


def ask(settings: Settings) -> dict[str, float]:
    """Return the least time of each question; each time its files are planned anew."""
    return {name: min(timed(settings, sql) for _ in range(TIMES)) for name, sql in QUESTIONS.items()}


def timed(settings: Settings, sql: str) -> float:
    """Return the seconds that a question takes."""
    began = time.monotonic()
    run_query(sql, settings)
    return time.monotonic() - began


def append(catalog: Catalog, batch: int, rows: int) -> None:
    """Append purchases of today in one file, as a batch of the landing job does."""
    table, now = catalog.load_table(GAME_EVENTS.identifier), datetime.now(UTC)
    same = {"tenant": "public", "event_type": "purchase_item", "occurred_at": now, "received_at": now, "landed_at": now, "quantity": 1, "kafka_partition": 0}
    own = [
        {"event_id": f"{batch}-{n}", "user_id": f"user{n % 100}", "item_type": f"item{n % 7}", "price": float(n % 50), "kafka_offset": batch * 1_000_000 + n}
        for n in range(rows)
    ]
    table.append(pa.Table.from_pylist([same | each for each in own], schema=table.schema().as_arrow()))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
