"""Land the game's events: one parse, every offset in exactly one table.

Run with python or spark-submit; without options it runs until it is stopped.
"""

from dataclasses import replace
from functools import partial
from typing import Annotated

import structlog
import typer
from pyspark.sql import SparkSession

from eddyline import log
from eddyline.contracts.events import GAME_EVENT_TYPES, event_type
from eddyline.contracts.tables import ERASED, GAME_EVENTS, GAPS, QUARANTINE, TABLES
from eddyline.errors import EddylineError, SettingsError
from eddyline.kafka.topics import create_topics
from eddyline.lake.catalog import open_catalog
from eddyline.lake.migration import need_columns
from eddyline.lake.tables import create_tables
from eddyline.settings import Settings, load
from eddyline.spark.landing import Landing, Plan
from eddyline.spark.metrics import LandingMetrics
from eddyline.spark.runner import run_job
from eddyline.spark.session import submitted
from eddyline.spark.sink import Copy
from eddyline.stack import jars

EVENT_TYPES = tuple(event_type(event) for event in GAME_EVENT_TYPES)


def land_events(
    available_now: Annotated[bool, typer.Option("--available-now", help="Land what the topics hold now, then end: the daily batch.")] = False,  # noqa: FBT002
    event_types: Annotated[str, typer.Option(help=f"Land only these into the table of --to, separated by commas: {', '.join(EVENT_TYPES)}.")] = "",
    to: Annotated[str, typer.Option(help="The table of a filtered copy, namespace.name.")] = "",
    accept_gap: Annotated[bool, typer.Option("--accept-gap", help="Go on although the topic lost records before they landed.")] = False,  # noqa: FBT002
) -> None:
    """Land events from Kafka in Iceberg tables, each exactly once."""
    log.configure("landing")
    try:
        land(load(), replace(plan(event_types, to, available_now=available_now), accept_gap=accept_gap))
    except EddylineError as error:
        structlog.get_logger().error("landing failed", error=str(error))
        raise typer.Exit(1) from error


def plan(event_types: str, to: str, *, available_now: bool) -> Plan:
    """Read the options.

    Raises SettingsError when one of --event-types and --to is without the other, or names what does not exist.
    """
    if bool(event_types) != bool(to):
        raise SettingsError("--event-types and --to go together: which types, and into which table")
    if not to:
        return Plan(available_now=available_now)
    wanted = tuple(name.strip() for name in event_types.split(","))
    if unknown := set(wanted) - set(EVENT_TYPES):
        raise SettingsError(f"no such event type: {', '.join(sorted(unknown))}; there are {', '.join(EVENT_TYPES)}")
    table = GAME_EVENTS.named(to)
    if table.identifier in {own.identifier for own in TABLES}:
        raise SettingsError(f"--to {to} is one of Eddyline's own tables; a filtered copy needs a table of its own")
    return Plan(table=table, copy=Copy(wanted), available_now=available_now)


def land(settings: Settings, plan: Plan) -> None:
    """Create what tables are missing, start Spark and land until the end or a signal."""
    catalog, tables = open_catalog(settings.lake), {GAME_EVENTS, QUARANTINE, ERASED, GAPS, plan.table}
    create_tables(catalog, tables)
    need_columns(catalog, tables)
    create_topics(settings.kafka)
    run_job(settings, plan.query_name, () if submitted() else jars.for_spark(settings), partial(landing, settings, plan))


def landing(settings: Settings, plan: Plan, spark: SparkSession) -> Landing:
    """Serve the metrics, which tell that Spark is there, and make the query."""
    metrics = LandingMetrics()
    metrics.serve(settings.landing.metrics_port)
    return Landing(spark, settings, plan, metrics)


if __name__ == "__main__":
    typer.run(land_events)
