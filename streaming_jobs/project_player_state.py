"""Project the players' states: fold what lands in `game.events` per user into Redis, a compacted topic and `game.player_state`.

Run with python or spark-submit; without options it runs until it is stopped.
"""

from typing import Annotated

import structlog
import typer

from eddyline import log
from eddyline.contracts.tables import GAME_EVENTS, PLAYER_STATE
from eddyline.contracts.topics import PLAYER_STATES
from eddyline.errors import EddylineError
from eddyline.kafka.topics import create_topics
from eddyline.lake.catalog import open_catalog
from eddyline.lake.tables import create_tables
from eddyline.settings import Settings, load
from eddyline.spark.projecting import Projecting
from eddyline.spark.runner import run_job
from eddyline.spark.session import submitted
from eddyline.stack import jars


def project_player_state(
    available_now: Annotated[bool, typer.Option("--available-now", help="Take what the table holds now, then end.")] = False,  # noqa: FBT002
    rebuild: Annotated[bool, typer.Option("--rebuild", help="Begin with nothing: fold every event again, forget players without any, then end.")] = False,  # noqa: FBT002
) -> None:
    """Project the states of all players from their events."""
    log.configure("players")
    try:
        project(load(), available_now=available_now or rebuild, rebuild=rebuild)
    except EddylineError as error:
        structlog.get_logger().error("the projection failed", error=str(error))
        raise typer.Exit(1) from error


def project(settings: Settings, *, available_now: bool, rebuild: bool) -> None:
    """Create what is missing, start Spark and project until the end or a signal."""
    create_tables(open_catalog(settings.lake), (GAME_EVENTS, PLAYER_STATE))
    create_topics(settings.kafka, [PLAYER_STATES])
    run_job(
        settings,
        "project-player-state",
        () if submitted() else jars.for_spark(settings),
        lambda spark: Projecting(spark, settings, available_now=available_now, rebuild=rebuild),
    )


if __name__ == "__main__":
    typer.run(project_player_state)
