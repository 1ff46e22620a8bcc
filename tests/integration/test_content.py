"""Two events of one id are the same for the landing job, which asks Spark, exactly when they are for `verify`, which asks Python."""

import json

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from pyspark.sql import SparkSession

from eddyline.contracts.decode import Accepted, decode
from eddyline.contracts.events import GameEvent
from eddyline.contracts.rows import content, event_row
from eddyline.contracts.tables import GAME_EVENTS
from eddyline.lake.tables import iceberg_schema
from eddyline.spark import resends
from tests.contracts.game_documents import ANY_DOCUMENT, NOW

pytestmark = pytest.mark.integration


def priced(price: float) -> dict[str, object]:
    return {"event_type": "purchase_item", "user_id": "u", "item_type": "sword", "price": price}


def decoded(document: dict[str, object]) -> GameEvent:
    accepted = decode(json.dumps(document).encode(), "id", NOW)
    assert isinstance(accepted, Accepted), accepted
    return accepted.event


def digests(spark: SparkSession, events: list[GameEvent]) -> list[str]:
    columns = resends.CONTENT_COLUMNS
    schema = pa.schema([iceberg_schema(GAME_EVENTS).as_arrow().field(name).with_nullable(True) for name in columns])
    rows = pa.Table.from_pylist([{name: event_row(event)[name] for name in columns} for event in events], schema=schema)
    return [row.content for row in spark.createDataFrame(rows).select(resends.content().alias("content")).collect()]


@settings(max_examples=8, suppress_health_check=list(HealthCheck))
@given(st.lists(ANY_DOCUMENT, min_size=1, max_size=30))
@example([priced(0.0), priced(-0.0), priced(1), priced(1.0), priced(1e9), priced(5e-324), priced(0.1), priced(0.1 + 2**-56)])
def test_spark_and_python_agree_on_what_repeats_an_event(spark: SparkSession, documents: list[dict[str, object]]) -> None:
    events = [decoded(document) for document in documents for _ in range(2)]
    by_spark = digests(spark, events)
    contents = [content(event) for event in events]
    for place, one in enumerate(contents):
        assert [digest == by_spark[place] for digest in by_spark] == [other == one for other in contents]
