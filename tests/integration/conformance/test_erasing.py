"""A player is in no file of any storage after an erasure that was killed in the middle, twice, and run again; `make test-storage` tries it."""

import json
import os
import signal
import subprocess
import sys
import uuid
from contextlib import closing
from pathlib import Path

import pytest
from cases import MALFORMED
from pipeline import Pipeline, purchase
from pyarrow.fs import FileSelector
from pyiceberg.io.pyarrow import PyArrowFileIO
from stack_command import eventually
from storages import LakeOptions, Storage
from traces import files_with

from eddyline.contracts.tables import GAME_EVENTS
from eddyline.contracts.topics import EVENTS, PLAYER_STATES
from eddyline.kafka.topics import create_topics
from eddyline.lake.catalog import open_catalog, storage_properties
from eddyline.lake.hdfs_files import Files
from eddyline.lake.verification.accounting import Fate
from eddyline.lake.verification.verify import verify
from eddyline.players.topic_store import TopicPlayers
from eddyline.settings import PROJECT_ROOT
from eddyline.spark.projecting import Projecting
from eddyline.stack.broker import Broker
from eddyline.stack.environment import environment_of

pytestmark = [pytest.mark.integration, pytest.mark.storage, pytest.mark.timeout(900), pytest.mark.usefixtures("no_input_topics")]
# The least user id of its files, so that it stands in their bounds.
TOKEN = f"aa-{uuid.uuid4().hex}"
KILLED_WHILE = ("deleting rows", "rewriting tables")


@pytest.fixture
def game(tmp_path: Path, broker: Broker, kafka_settings, spark, lake: LakeOptions) -> Pipeline:
    """Make a pipeline on the topics of the project's own names, in a home whose broker is the session's, that the player has left traces in."""
    made = Pipeline.make(tmp_path / "home", kafka_settings, spark, EVENTS, lake=lake)
    made.settings.home.mkdir(exist_ok=True)
    (made.settings.home / "broker").symlink_to(broker.folder)
    create_topics(kafka_settings, [PLAYER_STATES])
    with closing(TopicPlayers(kafka_settings)) as topic:
        topic.remove(topic.keys())
    for batch in range(2):
        for user in (TOKEN, "u2"):
            made.produce(*(purchase(f"{user}-{batch}-{number}", user_id=user) for number in range(2)), purchase(f"{user}-{batch}-bad", user_id=user, price="x"))
        made.land()
    made.produce(purchase(f"{TOKEN}-0-0", user_id=TOKEN), MALFORMED)
    Projecting(made.spark, made.settings, available_now=True).run()
    table = open_catalog(made.settings.lake).load_table(GAME_EVENTS.identifier)
    with table.io.new_output(f"{table.location()}/data/of-a-killed-batch.parquet").create() as file:
        file.write(TOKEN.encode())
    return made


def erasing(game: Pipeline) -> "subprocess.Popen[str]":
    """Begin the command as a user does."""
    command = [sys.executable, "-m", "eddyline", "erase", "--user", TOKEN, "--yes", "--json"]
    environ = environment_of(game.settings) | {"COLUMNS": "200", "EDDYLINE_LANDING__LEASE_WAIT_S": "35"}
    return subprocess.Popen(command, env=environ, cwd=PROJECT_ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)


def kill_while(step: str, game: Pipeline) -> None:
    """Send SIGKILL to the command and its driver as soon as it says that it is at a step."""
    with erasing(game) as command:
        assert command.stderr is not None
        said = []
        for line in command.stderr:
            said.append(line)
            if step in line:
                os.killpg(command.pid, signal.SIGKILL)
                break
        assert command.wait(30) == -signal.SIGKILL, "".join(said)


def copied(game: Pipeline, folder: Path) -> Path:
    """Copy every file of the storage beside, so that it can be looked into."""
    scheme, host, path = PyArrowFileIO.parse_location(game.settings.lake.warehouse)
    store = Files(storage_properties(game.settings.lake)).fs_by_scheme(scheme, host)
    for entry in store.get_file_info(FileSelector(path, recursive=True)):
        if entry.is_file:
            (folder / entry.path.lstrip("/")).parent.mkdir(parents=True, exist_ok=True)
            with store.open_input_file(entry.path) as file:
                (folder / entry.path.lstrip("/")).write_bytes(file.read())
    return folder


def test_a_player_is_in_no_file_after_an_erasure_that_was_killed_twice(game: Pipeline, storage: Storage, broker: Broker, tmp_path: Path) -> None:
    places = game.settings.home, broker.folder
    assert len(files_with(TOKEN, copied(game, tmp_path / "before"))) >= 5
    assert files_with(TOKEN, broker.folder)
    for step in KILLED_WHILE:
        kill_while(step, game)
        assert files_with(TOKEN, copied(game, tmp_path / f"while {step}")), "nothing was left to do"
    command = erasing(game)
    out, errors = command.communicate(timeout=400)
    assert command.returncode == 0, out + errors
    assert json.loads(out)["left"] == []
    left = copied(game, tmp_path / "after")
    assert files_with("u2", left)
    assert files_with(TOKEN, left) == []
    assert [files_with(TOKEN, place) for place in places] == [[], []]
    for blocks in storage.block_folders():
        eventually(lambda blocks=blocks: files_with(TOKEN, blocks) == [])
    for lost in (False, True):
        if lost:
            game.lose_checkpoint()
        game.produce(purchase(f"later-{lost}", user_id="u2"))
        game.land()
    found = verify(game.settings, wait_s=0)
    assert found.balanced
    # What others sent left the topics with it: it is in the table, and expired there.
    assert (found.total[Fate.LANDED], found.total[Fate.ERASED]) == (2, 7)
    assert sorted(game.events()) == ["later-False", "later-True", *(f"u2-{batch}-{number}" for batch in range(2) for number in range(2))]
