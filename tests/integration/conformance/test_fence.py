"""Between the look at the lease and the commit a writer may stop for long: what it then appends must not double what another has landed."""

import json
import threading
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from cases import MALFORMED, balance
from pipeline import Pipeline, purchase
from sqlalchemy import create_engine, text

from eddyline.contracts.decode import Accepted, decode
from eddyline.contracts.rows import event_row
from eddyline.contracts.tables import GAME_EVENTS, QUARANTINE, Table
from eddyline.errors import ComponentFailed
from eddyline.lake.catalog import open_catalog
from eddyline.lake.tables import create_tables
from eddyline.lake.verification.accounting import Fate
from eddyline.spark import landing as landing_module
from eddyline.spark.compaction import compact
from eddyline.spark.fence import Fence
from eddyline.spark.sink import Copy

pytestmark = [pytest.mark.integration, pytest.mark.conformance]

COPY = GAME_EVENTS.named("game.copied")
EVERYTHING = {"table": GAME_EVENTS, "copy": None}
PURCHASES = {"table": COPY, "copy": Copy(("purchase_item",))}


def let_the_lease_end(pipeline: Pipeline) -> None:
    database = create_engine(pipeline.settings.lake.catalog_uri)
    with database.begin() as connection:
        assert connection.execute(text("UPDATE eddyline_leases SET expires_at = 0 WHERE owner != ''")).rowcount
    database.dispose()


def elsewhere(action: Callable[[], None]) -> None:
    thread = threading.Thread(target=action)
    thread.start()
    thread.join()


CASES = [(EVERYTHING, QUARANTINE, True), (EVERYTHING, GAME_EVENTS, True), (EVERYTHING, GAME_EVENTS, False), (PURCHASES, COPY, True)]


@pytest.mark.parametrize("case", CASES, ids=["quarantine", "events", "events, the first", "copy"])
def test_a_writer_that_slept_through_its_lease_appends_nothing_once_another_took_over(make_pipeline, monkeypatch, case):
    plan, table, held_rows = case
    pipeline = make_pipeline()
    create_tables(open_catalog(pipeline.settings.lake), [COPY])
    if held_rows:
        pipeline.produce(purchase("a"), MALFORMED)
        pipeline.land(**plan)
    pipeline.produce(purchase("b"), purchase("c"), MALFORMED)
    rival = make_pipeline(topic=pipeline.topic, checkpoints=(pipeline.settings.home / "rival").as_uri())
    append, slept = Fence.append, []

    def sleep_then_append(fence: Fence, at: Table, rows: object) -> None:
        # The sink has just looked at its lease, and commits next.
        if at == table and not slept:
            slept.append(table)
            let_the_lease_end(pipeline)
            elsewhere(lambda: rival.land(**plan))
            landed.extend(rival.marks(plan["table"]))
        append(fence, at, rows)

    landed: list[tuple[int, int]] = []
    monkeypatch.setattr(Fence, "append", sleep_then_append)
    with pytest.raises(ComponentFailed, match=f"another writer appended to {table.identifier}"):
        pipeline.land(**plan)
    assert slept == [table]
    assert landed == ([(0, 0), (0, 2), (0, 3)] if held_rows else [(0, 0), (0, 1)])
    assert pipeline.marks(plan["table"]) == landed
    pipeline.land(**plan)
    assert pipeline.marks(plan["table"]) == landed
    if plan is EVERYTHING:
        assert balance(pipeline) == {Fate.LANDED: 2 + held_rows, Fate.QUARANTINED: 1 + held_rows}


@pytest.mark.parametrize("point", ["batch-begun", "after-decode"])
def test_rows_that_a_sleeper_appended_after_the_marks_were_read_do_not_land_again(make_pipeline, monkeypatch, point):
    pipeline = make_pipeline(retries=1)
    pipeline.produce(purchase("a"), MALFORMED)
    pipeline.land()
    pipeline.produce(*(purchase(f"b{number}") for number in range(4)))
    appended: list[str] = []

    def wake_up(at: str) -> None:
        if at == point and not appended:
            appended.append(at)
            pipeline.append(GAME_EVENTS, *(event_at(offset, f"b{offset - 2}") for offset in (2, 3)))

    monkeypatch.setattr(landing_module, "crash_at", lambda _name, _pid: wake_up)
    pipeline.land()
    assert appended == [point]
    assert pipeline.marks() == [(0, 0), (0, 2), (0, 3), (0, 4), (0, 5)]
    assert balance(pipeline) == {Fate.LANDED: 5, Fate.QUARANTINED: 1}


def test_a_compaction_between_look_and_commit_is_no_other_writer(make_pipeline, monkeypatch):
    pipeline = make_pipeline(max_offsets_per_trigger=2)
    pipeline.produce(*(purchase(f"a{number}") for number in range(6)))
    pipeline.land()
    pipeline.produce(*(purchase(f"b{number}") for number in range(2)))
    append, rewritten = Fence.append, []

    def compact_then_append(fence: Fence, at: Table, rows: object) -> None:
        rewritten.append(compact(pipeline.spark, at.identifier, 2).files_before)
        append(fence, at, rows)

    monkeypatch.setattr(Fence, "append", compact_then_append)
    pipeline.land()
    assert rewritten == [3]
    operations = [row.operation for row in pipeline.spark.sql("SELECT operation FROM lake.game.events.snapshots ORDER BY committed_at").collect()]
    assert operations[-1] == "append"
    assert "replace" in operations
    assert balance(pipeline) == {Fate.LANDED: 8}


def event_at(offset: int, event_id: str) -> dict[str, object]:
    decoded = decode(json.dumps(purchase(event_id)).encode(), event_id, datetime.now(UTC))
    assert isinstance(decoded, Accepted)
    return event_row(decoded.event) | {"kafka_partition": 0, "kafka_offset": offset, "landed_at": datetime.now(UTC)}
