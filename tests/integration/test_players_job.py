"""The projection as a process of its own: told to give way to a rebuild, killed with SIGKILL, and beside a Redis that is killed."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
from pipeline import Pipeline
from player_states import begin_with_nothing, events, expected, in_redis, in_table, in_topic, project
from stack_command import Command, eventually

from eddyline.settings import PROJECT_ROOT, RedisSettings
from eddyline.stack import state
from eddyline.stack.redis import Redis

pytestmark = [pytest.mark.integration, pytest.mark.redis]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Redis]:
    """Run a Redis."""
    server = Redis(tmp_path / "redis").start()
    yield server
    server.stop()


@pytest.fixture
def players(pipeline: Pipeline, server: Redis) -> Pipeline:
    """Make a pipeline with Redis, whose player states begin with nothing."""
    pipeline.settings = pipeline.settings.model_copy(update={"redis": RedisSettings(url=server.url)})
    begin_with_nothing(pipeline)
    return pipeline


def command_on(pipeline: Pipeline) -> Command:
    """Prepare commands and jobs on the pipeline's lake."""
    command = Command(pipeline.settings.home)
    kept = {name: value for name, value in command.environ.items() if not name.startswith(("PYSPARK_", "SPARK_"))}
    command.environ = kept | {
        "EDDYLINE_KAFKA__BOOTSTRAP_SERVERS": pipeline.settings.kafka.bootstrap_servers,
        "EDDYLINE_REDIS__URL": pipeline.settings.redis.url.get_secret_value(),
    }
    return command


@contextmanager
def projection_on(command: Command) -> Iterator["subprocess.Popen[str]"]:
    """Run the job until somebody ends it."""
    with subprocess.Popen([sys.executable, "streaming_jobs/project_player_state.py"], cwd=PROJECT_ROOT, env=command.environ, text=True) as process:
        try:
            yield process
        finally:
            kill_all(process)


def kill_all(process: "subprocess.Popen[str]") -> None:
    """Send SIGKILL to a process and all that it started, unless it has ended."""
    if process.poll() is None:
        family = psutil.Process(process.pid)
        for member in [*family.children(recursive=True), family]:
            member.kill()


def applied(pipeline: Pipeline) -> int:
    return sum(known.events for known in in_table(pipeline).values())


def test_a_projection_gives_way_to_a_rebuild_which_is_killed_and_redis_with_it_and_then_all_is_the_fold(players, server, tmp_path):
    players.produce(*events(1, 60), *events(1, 20))
    players.land()
    command = command_on(players)
    with projection_on(command) as running:
        eventually(lambda: applied(players) == 60)
        assert in_table(players) == in_topic(players) == in_redis(server.url) == expected(players)

        # The command takes it for the projection of a stack on this folder. Three steps are to be taken; after the first one comes SIGKILL.
        (players.settings.home / "run").mkdir(exist_ok=True)
        state.tell(players.settings.home, state.RunningStack(os.getpid(), {"players": running.pid}))
        rebuilt = command.run("rebuild", "player-state", EDDYLINE_LANDING__MAX_OFFSETS_PER_TRIGGER="20", EDDYLINE_CRASH_AT="after-state-merge")
        assert running.wait(60) == 0
    assert "the stack's projection is stopped" in rebuilt.stderr
    assert rebuilt.returncode not in {0, 1}, rebuilt.stderr
    assert applied(players) == 20

    server.kill()
    shutil.rmtree(tmp_path / "redis" / "appendonlydir")
    server.start()
    players.produce(*events(2, 30), *events(1, 20))
    players.land()
    project(players)
    assert applied(players) == 90
    assert in_table(players) == in_topic(players) == in_redis(server.url) == expected(players)
