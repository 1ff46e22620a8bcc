"""A rebuild stops the projection that the stack runs on the folder, and nothing else."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from eddyline.cli import rebuild
from eddyline.stack import state

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("EDDYLINE_HOME", str(tmp_path))
    (tmp_path / "run").mkdir()
    return tmp_path


@pytest.fixture
def projection() -> Iterator["subprocess.Popen[bytes]"]:
    process = subprocess.Popen([*SLEEP, rebuild.JOB])
    yield process
    process.kill()
    process.wait()


def tell(home: Path, stack: int, pid: int) -> None:
    state.tell(home, state.RunningStack(stack, {"players": pid}))


def test_the_projection_of_the_stack_is_told_to_stop(home, projection, capsys):
    with subprocess.Popen(SLEEP) as stack:
        tell(home, stack.pid, projection.pid)
        rebuild._stop_projection()
        assert projection.wait(10) == -signal.SIGTERM
        stack.kill()
    assert "stopped until the states are rebuilt" in capsys.readouterr().err


def test_a_process_that_has_its_pid_by_now_is_left_alone(home):
    with subprocess.Popen(SLEEP) as other, subprocess.Popen(SLEEP) as stack:
        tell(home, stack.pid, other.pid)
        rebuild._stop_projection()
        assert other.poll() is None
        for process in (other, stack):
            process.kill()


def test_a_projection_that_no_stack_here_started_must_be_stopped_by_its_owner(home, projection, capsys):
    rebuild._stop_projection()
    assert projection.poll() is None
    assert "stop it, and the rebuild goes on" in capsys.readouterr().err
