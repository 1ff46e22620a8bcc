"""The real stack on free ports: it starts, mends itself, says how it does, and ends without a trace."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
import requests

from eddyline.settings import PROJECT_ROOT
from eddyline.stack import ports

pytestmark = [pytest.mark.integration, pytest.mark.timeout(600)]
UP = ("up", "--port", "0", "--kafka-port", "0", "--trino-port", "0")


class Command:
    """The `eddyline` command on a state folder of its own."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.environ = {**os.environ, "EDDYLINE_HOME": str(home), "EDDYLINE_LANDING__METRICS_PORT": "0", "COLUMNS": "200"}

    def run(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-m", "eddyline", *arguments]
        return subprocess.run(command, env=self.environ, cwd=PROJECT_ROOT, capture_output=True, text=True, timeout=240, check=False)

    def start(self, *arguments: str) -> "subprocess.Popen[str]":
        command = [sys.executable, "-m", "eddyline", *arguments]
        return subprocess.Popen(command, env=self.environ, cwd=PROJECT_ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def status(self) -> dict[str, Any]:
        answer: dict[str, Any] = json.loads(self.run("status", "--json").stdout)
        return answer

    def processes(self) -> list[str]:
        """Everything that runs on the state folder, our own tests' processes apart."""
        return [" ".join(process.cmdline())[:200] for process in psutil.process_iter() if process.pid != os.getpid() and self._uses(process)]

    def _uses(self, process: psutil.Process) -> bool:
        try:
            return process.status() != psutil.STATUS_ZOMBIE and process.environ().get("EDDYLINE_HOME") == str(self.home)
        except psutil.Error:
            return False


@pytest.fixture
def command(tmp_path: Path) -> Iterator[Command]:
    found = Command(tmp_path / "home")
    yield found
    found.run("down")
    eventually(lambda: found.processes() == [])


def eventually(condition: Callable[[], bool], patience_s: float = 120.0) -> None:
    deadline = time.monotonic() + patience_s
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.2)


def post(address: str) -> int:
    try:
        event = {"event_type": "log_in", "user_id": "ann"}
        return requests.post(f"{address}/events", json=event, timeout=5).status_code
    except requests.RequestException:
        return 0


def test_a_stack_in_the_background_serves_mends_itself_and_is_stopped(command: Command) -> None:
    started = command.run(*UP, "--detach")
    assert started.returncode == 0, started.stdout + started.stderr
    status = command.status()
    assert status["ready"]
    assert {component["name"] for component in status["components"]} == {"api", "landing", "broker"}
    assert 300 < status["memory_mb"] < 4000
    address = status["addresses"]["api"]
    eventually(lambda: post(address) == 202)
    eventually(lambda: (command.status()["landing"] or {}).get("rows", 0) >= 1)

    pids = {component["name"]: component["pid"] for component in status["components"]}
    for name in ("broker", "landing"):
        os.kill(pids[name], signal.SIGKILL)
    eventually(
        lambda: (
            {c["name"]: c["pid"] for c in command.status()["components"]}.keys() == pids.keys()
            and all(component["pid"] != pids[component["name"]] for component in command.status()["components"] if component["name"] != "api")
        )
    )
    eventually(lambda: post(address) == 202)

    again = command.run(*UP)
    assert again.returncode == 1
    assert again.stderr.splitlines() == [
        f"eddyline: another Eddyline runs on {command.home}; stop it with `eddyline down`, or set EDDYLINE_HOME to another folder"
    ]
    assert "ended with exit code -9; starting it again" in (command.home / "logs" / "stack.log").read_text()

    assert command.run("down").returncode == 0
    eventually(lambda: command.processes() == [], 5.0)
    assert command.run("status").returncode == 1


@pytest.mark.parametrize("seed", range(4))
def test_ctrl_c_at_any_moment_of_the_start_leaves_nothing_running(command: Command, seed: int) -> None:
    process = command.start(*UP)
    time.sleep(random.Random(seed).uniform(0.0, 12.0))
    process.send_signal(signal.SIGINT)
    output, _ = process.communicate(timeout=120)
    assert process.returncode == 130
    assert "Traceback" not in output
    assert output.splitlines()[-1].removeprefix("eddyline | ") in {"everything is stopped", "eddyline: stopped"}
    eventually(lambda: command.processes() == [], 5.0)


def test_a_killed_stack_leaves_nothing_running(command: Command) -> None:
    process = command.start(*UP)
    eventually(lambda: len(command.processes()) >= 4)
    process.kill()
    process.communicate()
    eventually(lambda: command.processes() == [], 30.0)


def test_a_taken_port_is_one_line_that_says_which_setting_moves_it(command: Command) -> None:
    import socket

    with socket.create_server((ports.LOOPBACK, 0)) as taken:
        done = command.run("up", "--port", str(taken.getsockname()[1]), "--kafka-port", "0")
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert f"port {taken.getsockname()[1]} is taken by python" in done.stderr
    assert "--port" in done.stderr
    eventually(lambda: command.processes() == [], 5.0)
