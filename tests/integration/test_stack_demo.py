"""The demo from its first line to its last, and what an interruption leaves."""

import json
import random
import re
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from stack_command import STOPPED, Command, eventually

pytestmark = [pytest.mark.integration, pytest.mark.timeout(900)]


@pytest.fixture
def command(tmp_path: Path) -> Iterator[Command]:
    found = Command(tmp_path / "home")
    yield found
    eventually(lambda: found.processes() == [], 10.0)


def test_the_demo_accounts_for_every_event_twice_in_a_row_and_leaves_its_report(command: Command) -> None:
    for _ in range(2):
        done = command.run("demo", "--events", "800", "--users", "20", timeout_s=400)
        assert done.returncode == 0, done.stdout + done.stderr
        assert "nothing was lost and nothing is there twice" in done.stdout
        landed = re.search(r"landed\W+800\W", done.stdout)
        assert landed, done.stdout
    eventually(lambda: command.processes() == [], 10.0)
    demo = command.home / "demo"
    assert (demo / "report" / "report.html").stat().st_size > 10_000
    assert json.loads((demo / "run" / "verify.json").read_text())["balanced"] is True
    command.environ["EDDYLINE_HOME"] = str(demo)
    answer = command.run("sql", "SELECT count(*) AS events FROM game.events", "--format", "csv")
    assert answer.stdout.split() == ["events", "800"]


@pytest.mark.parametrize("seed", range(3))
def test_ctrl_c_at_any_moment_of_the_demo_is_one_line_and_leaves_nothing_running(command: Command, seed: int) -> None:
    process = command.start("demo", "--events", "2000")
    time.sleep(random.Random(seed).uniform(0.0, 60.0))
    process.send_signal(signal.SIGINT)
    output, _ = process.communicate(timeout=120)
    eventually(lambda: command.processes() == [], 10.0)
    if process.returncode != 0:
        assert process.returncode in STOPPED
        assert "Traceback" not in output
        assert output.splitlines()[-1] in {"eddyline: the demo was interrupted; everything is stopped", "eddyline: stopped"}
