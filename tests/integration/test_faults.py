"""Events flow through the whole stack while its parts are killed and stopped: every acknowledged one lands, once."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import requests
from stack_command import UP, Command, eventually

from eddyline.settings import PROJECT_ROOT

pytestmark = [pytest.mark.integration, pytest.mark.timeout(900)]


@pytest.fixture
def stack(tmp_path: Path):
    command = Command(tmp_path / "home")
    started = command.run(*UP, "--detach")
    assert started.returncode == 0, started.stdout + started.stderr
    yield command
    command.run("down")
    eventually(lambda: command.processes() == [])


def readiness(address: str) -> int:
    try:
        return requests.get(f"{address}/readyz", timeout=5).status_code
    except requests.RequestException:
        return 0


def pid_of(stack: Command, name: str) -> int:
    return next(int(component["pid"]) for component in stack.status()["components"] if component["name"] == name)


def replaced(stack: Command, name: str, killed: int) -> bool:
    components = {component["name"]: component for component in stack.status()["components"]}
    return name in components and components[name]["is_running"] and components[name]["pid"] != killed


def test_parts_killed_and_stopped_under_load_lose_and_double_nothing(stack: Command, tmp_path: Path) -> None:
    addresses, truth = stack.status()["addresses"], tmp_path / "truth.json"
    address = addresses["api"]
    stack.environ["EDDYLINE_KAFKA__BOOTSTRAP_SERVERS"] = addresses["kafka"]
    load = ["--events", "3000", "--rate", "40", "--bad-share", "0.05", "--resend-share", "0.05", "--patience", "120", "--url", address, "--truth", str(truth)]
    generator = subprocess.Popen([sys.executable, "-m", "generators.game", *load], cwd=PROJECT_ROOT, env=stack.environ, stdout=subprocess.DEVNULL)
    try:
        for victim in ("api", "landing", "broker"):
            assert generator.poll() is None, "the load ended before the faults did"
            pid = pid_of(stack, victim)
            os.kill(pid, signal.SIGKILL)
            eventually(lambda victim=victim, pid=pid: replaced(stack, victim, pid))
        eventually(lambda: readiness(address) == 200)
        broker = pid_of(stack, "broker")
        os.kill(broker, signal.SIGSTOP)
        try:
            eventually(lambda: readiness(address) == 503)
        finally:
            os.kill(broker, signal.SIGCONT)
        eventually(lambda: readiness(address) == 200)
        assert generator.wait(240) == 0
    finally:
        generator.kill()
        generator.wait()
    sent = json.loads(truth.read_text())
    assert sent["retried"] > 0, "no fault reached the players"
    assert (sent["valid"], sent["unanswered"]) == (3000, 0)
    verified = stack.run("verify", "--json", "--wait", "120", "--expect", str(truth))
    assert verified.returncode == 0, verified.stdout + verified.stderr
