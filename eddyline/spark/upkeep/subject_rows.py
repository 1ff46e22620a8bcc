"""Which rows of which tables are about a player who is to be forgotten."""

from collections.abc import Iterable, Iterator
from functools import partial

import pyarrow as pa
from pyiceberg.catalog import Catalog
from pyspark.sql import SparkSession
from pyspark.sql import functions as F
from pyspark.sql.pandas.types import from_arrow_schema

from eddyline.contracts.mentions import Evidence, Subject, concerns
from eddyline.contracts.tables import ERASED, QUARANTINE, REPLAYS
from eddyline.contracts.topics import Topic
from eddyline.spark.decode import MARK
from eddyline.spark.settled import each_offset
from eddyline.spark.tables import rows_of
from eddyline.spark.upkeep.deletion import Rows

_PLACES = pa.schema({"kafka_topic": pa.string(), "kafka_partition": pa.int32(), "kafka_offset": pa.int64()})
_EVIDENCE = ("value", "key", "tenant", "headers", "event_id", "detail")
_OF_SUBJECT, _ATTEMPTED = "eddyline_quarantined_of_subject", "eddyline_attempts_of_subject"
_AT = "(kafka_topic, kafka_partition, kafka_offset) IN (SELECT * FROM {view})"


def tables_with_users(catalog: Catalog) -> dict[str, frozenset[str]]:
    """Map every table that has a column `user_id`, whoever made it, to its columns."""
    names = sorted(".".join(name) for namespace in catalog.list_namespaces() for name in catalog.list_tables(namespace))
    columns = {name: frozenset(field.name for field in catalog.load_table(name).schema().fields) for name in names}
    return {name: found for name, found in columns.items() if "user_id" in found}


def rows_of_subject(spark: SparkSession, catalog: Catalog, subject: Subject, topic: Topic) -> list[Rows]:
    """Describe the rows about a player, in the order in which they are to be deleted."""
    _find_quarantined(spark, subject)
    own = [_own(name, columns, subject, topic) for name, columns in tables_with_users(catalog).items()]
    return [*own, Rows(QUARANTINE.identifier, _AT.format(view=_OF_SUBJECT), {}), Rows(REPLAYS.identifier, _AT.format(view=_ATTEMPTED), {})]


def _own(table: str, columns: frozenset[str], subject: Subject, topic: Topic) -> Rows:
    condition = "user_id = :user" + (" AND tenant = :tenant" if "tenant" in columns else "")
    parameters = {"user": subject.user} | ({"tenant": subject.tenant} if "tenant" in columns else {})
    # A state has an offset, too, but no record of its own.
    landed = {"event_id", "kafka_partition", "kafka_offset"} <= columns and "kafka_topic" not in columns
    return Rows(table, condition, parameters, topic.name if landed else None)


def _find_quarantined(spark: SparkSession, subject: Subject) -> None:
    records = rows_of(spark, QUARANTINE).select(*MARK, *_EVIDENCE)
    places = records.mapInArrow(partial(_concerning, subject), from_arrow_schema(_PLACES)).toArrow().cast(_PLACES)
    quarantined = spark.createDataFrame(places)
    quarantined.createOrReplaceTempView(_OF_SUBJECT)
    # Those of a run that was interrupted after it deleted the quarantined records themselves.
    gone = each_offset(rows_of(spark, ERASED).where(F.col("table_name") == QUARANTINE.identifier))
    quarantined.union(gone.select(*_PLACES.names)).createOrReplaceTempView(_ATTEMPTED)


def _concerning(subject: Subject, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        columns = (batch.column(name).to_pylist() for name in _EVIDENCE)
        found = [concerns(subject, Evidence(value, key, tuple(texts), tenant)) for value, key, tenant, *texts in zip(*columns, strict=True)]
        yield batch.select(list(MARK)).filter(pa.array(found, pa.bool_()))
