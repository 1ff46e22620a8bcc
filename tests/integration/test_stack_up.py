"""The real stack on free ports: it starts, mends itself, says how it does, and ends without a trace."""

import os
import random
import signal
import socket
import time

import psutil
import pytest
import requests
from stack_command import STOPPED, UP, Command, eventually

from eddyline.stack import ports

pytestmark = [pytest.mark.integration, pytest.mark.timeout(600)]


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


@pytest.mark.parametrize("seed", range(3))
def test_ctrl_c_at_any_moment_of_the_start_leaves_nothing_running(command: Command, seed: int) -> None:
    process = command.start(*UP)
    time.sleep(random.Random(seed).uniform(0.0, 12.0))
    process.send_signal(signal.SIGINT)
    output, _ = process.communicate(timeout=120)
    assert process.returncode in STOPPED
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
    with socket.create_server((ports.LOOPBACK, 0)) as taken:
        port = taken.getsockname()[1]
        done = command.run("up", "--port", str(port), "--kafka-port", "0")
    assert done.returncode == 1
    [line] = done.stderr.splitlines()
    assert f"port {port} is taken by {psutil.Process().name()}, process {os.getpid()}" in line
    assert "--port" in line
    eventually(lambda: command.processes() == [], 5.0)
