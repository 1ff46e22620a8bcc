"""A catalog that is lost is restored by command, beside a stack that was kept up all the while, and every offset is accounted for."""

import json
import os
import re
import signal
from pathlib import Path

import pytest
import requests
from stack_command import UP, Command, eventually

pytestmark = [pytest.mark.integration, pytest.mark.storage, pytest.mark.timeout(900)]


@pytest.fixture
def kept_up(command: Command, tmp_path: Path) -> Command:
    """Start a stack with an upkeep that has something to do in every round."""
    command.folder = tmp_path / "work"
    command.folder.mkdir()
    command.environ |= {"EDDYLINE_UPKEEP__EVERY_S": "3", "EDDYLINE_UPKEEP__MIN_FILES": "2", "EDDYLINE_UPKEEP__METRICS_PORT": "0"}
    succeeded(command, *UP, "--with=maintain", "--detach")
    return command


def succeeded(command: Command, *arguments: str) -> str:
    done = command.run(*arguments, timeout_s=400)
    assert done.returncode == 0, f"{arguments}: {done.stdout}{done.stderr}"
    return done.stdout


def send(command: Command, user: str, batches: int) -> None:
    """Send events one after the other, each of which has landed before the next is sent: a file and a snapshot each."""
    address = command.status()["addresses"]["api"]
    for _ in range(batches):
        before = landed(command)
        assert requests.post(f"{address}/events", json={"event_type": "log_in", "user_id": user}, timeout=20).status_code == 202
        eventually(lambda before=before: landed(command) > before)


def landed(command: Command) -> int:
    return int((command.status()["landing"] or {}).get("rows", 0))


def users(command: Command) -> dict[str, int]:
    answer = json.loads(succeeded(command, "sql", "--format", "json", "SELECT user_id, count(*) AS n FROM game.events GROUP BY 1"))
    return {row["user_id"]: row["n"] for row in answer}


def rewritten(command: Command) -> int:
    """Sum the files that the upkeep's rounds have rewritten."""
    return sum(map(int, re.findall(r"round done.*files_rewritten=(\d+)", (command.home / "logs" / "maintain.log").read_text())))


def test_a_lost_catalog_is_restored_by_command_and_nothing_is_lost_or_doubled(kept_up: Command, tmp_path: Path) -> None:
    saved = str(tmp_path / "saved")
    send(kept_up, "before", 3)
    succeeded(kept_up, "backup", saved)
    [upkeep] = [component["pid"] for component in kept_up.status()["components"] if component["name"] == "maintain"]
    os.kill(upkeep, signal.SIGKILL)
    send(kept_up, "after", 3)
    eventually(lambda: rewritten(kept_up) >= 2)
    succeeded(kept_up, "tables", "expire", "--older-than", "0", "--keep", "1")
    refused = kept_up.run("restore", saved)
    assert (refused.returncode, "eddyline down" in refused.stderr) == (1, True), refused.stderr
    succeeded(kept_up, "verify", "--wait", "120")
    succeeded(kept_up, "down")

    for path in kept_up.home.glob("catalog.db*"):
        path.unlink()
    assert "+3 since the backup" in succeeded(kept_up, "restore", saved)
    succeeded(kept_up, *UP, "--detach")
    assert users(kept_up) == {"before": 3, "after": 3}
    send(kept_up, "later", 1)
    assert json.loads(succeeded(kept_up, "verify", "--wait", "120", "--json"))["balanced"] is True
    assert users(kept_up) == {"before": 3, "after": 3, "later": 1}
