"""Components are kept alive within bounds, ended in order, and never left behind."""

import random
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from small_servers import SmallServer

from eddyline.errors import ComponentFailed
from eddyline.stack.interrupts import Interrupts
from eddyline.stack.supervise import Bounds, Supervisor

PATIENCE_S = 30.0


@pytest.fixture
def mark() -> Iterator[str]:
    """A word on the command line of everything a test starts."""
    word = f"eddyline-test-{uuid.uuid4().hex}"
    yield word
    assert alive(word) == []


def alive(mark: str) -> list[int]:
    found = []
    for process in psutil.process_iter():
        try:
            if mark in process.cmdline() and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process.pid)
        except psutil.Error:
            continue
    return found


def eventually(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


class Told:
    """What a supervisor said and showed."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.shown: list[tuple[str, str]] = []

    def show(self, name: str, line: str) -> None:
        self.shown.append((name, line))

    def supervisor(self, *servers: SmallServer, bounds: Bounds | None = None) -> Supervisor:
        return Supervisor(servers, say=self.said.append, show=self.show, interrupts=Interrupts(), bounds=bounds)


def test_components_start_together_and_stop_in_the_order_given(tmp_path: Path, mark: str) -> None:
    told, servers = Told(), [SmallServer(name, tmp_path, mark) for name in ("api", "landing", "broker")]
    with told.supervisor(*servers) as supervisor:
        supervisor.start()
        assert set(supervisor.pids()) == {"api", "landing", "broker"}
        assert len(alive(mark)) == 6
    assert (tmp_path / "stopped").read_text().split() == ["api", "landing", "broker"]
    assert sorted(line.split(" is ready")[0] for line in told.said) == ["api", "broker", "landing"]


def test_output_is_shown_with_the_name_and_kept_in_a_file(tmp_path: Path, mark: str) -> None:
    told = Told()
    with told.supervisor(SmallServer("api", tmp_path, mark)) as supervisor:
        supervisor.start()
    assert told.shown == [("api", f"started {mark}")]
    assert (tmp_path / "logs" / "api.log").read_text() == f"started {mark}\n"


def test_a_killed_component_is_started_again_after_all_it_started_is_gone(tmp_path: Path, mark: str) -> None:
    told = Told()
    with told.supervisor(SmallServer("api", tmp_path, mark), bounds=Bounds(first_pause_s=0.1)) as supervisor:
        supervisor.start()
        before = set(alive(mark))
        psutil.Process(supervisor.pids()["api"]).kill()
        supervisor.run_until(lambda: not supervisor.is_ready("api"))
        assert not before & set(alive(mark)), "the killed component's own child is still there"
        supervisor.run_until(lambda: supervisor.is_ready("api"))
        assert len(alive(mark)) == 2
    assert "api ended with exit code -9; starting it again in 0.1 s (1 of 5)" in told.said


def test_a_component_that_keeps_dying_ends_the_stack(tmp_path: Path, mark: str) -> None:
    told, dying = Told(), SmallServer("landing", tmp_path, mark)
    with told.supervisor(SmallServer("api", tmp_path, mark), dying, bounds=Bounds(deaths=2, first_pause_s=0.05)) as supervisor:
        supervisor.start()
        dying.lives_s = 0.0
        supervisor.tick()
        psutil.Process(supervisor.pids()["landing"]).kill()
        with pytest.raises(ComponentFailed, match=r"landing ended with exit code 3 \(3 times within 120 s is too often; see .*landing\.log\)"):
            supervisor.run_until(lambda: False)
    assert (tmp_path / "stopped").read_text().split() == ["api"]
    assert sum("starting it again" in line for line in told.said) == 2


def test_old_deaths_are_forgotten(tmp_path: Path, mark: str) -> None:
    told, dying = Told(), SmallServer("landing", tmp_path, mark, lives_s=0.0)
    with told.supervisor(dying, bounds=Bounds(deaths=1, within_s=0.01, first_pause_s=0.05)) as supervisor:
        supervisor.run_until(lambda: sum("starting it again" in line for line in told.said) >= 4)


def test_pauses_grow_up_to_a_bound() -> None:
    assert [Bounds().pause_s(deaths) for deaths in (1, 2, 3, 9)] == [0.5, 1.0, 2.0, 15.0]


PROGRAM = """
import sys
sys.path.insert(0, sys.argv[1])
from pathlib import Path
from small_servers import SmallServer
from eddyline.stack.interrupts import Interrupted, Interrupts
from eddyline.stack.supervise import Supervisor
interrupts = Interrupts()
servers = [SmallServer(name, Path(sys.argv[2]), sys.argv[3]) for name in ('api', 'landing', 'broker')]
try:
    with interrupts.handled():
        print('handled', flush=True)
        with Supervisor(servers, say=lambda line: print(line, flush=True), show=lambda *_: None, interrupts=interrupts) as supervisor:
            supervisor.start()
            print('all ready', flush=True)
            supervisor.run_until(lambda: False)
except Interrupted as interrupted:
    print('stopped by', interrupted, flush=True)
    sys.exit(interrupted.exit_code)
"""


def supervising(tmp_path: Path, mark: str) -> "subprocess.Popen[str]":
    program = [sys.executable, "-c", PROGRAM, str(Path(__file__).parent), str(tmp_path), mark]
    process = subprocess.Popen(program, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "handled\n"
    return process


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_at_any_moment_of_the_start_leaves_nothing_running(tmp_path: Path, mark: str, seed: int, number: signal.Signals) -> None:
    process = supervising(tmp_path, mark)
    time.sleep(random.Random(seed).uniform(0.0, 0.5))
    process.send_signal(number)
    output, _ = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 128 + number
    assert output.splitlines()[-1] == f"stopped by {number.name}"
    assert alive(mark) == []


@pytest.mark.parametrize("seed", range(4))
def test_a_killed_supervisor_leaves_nothing_running(tmp_path: Path, mark: str, seed: int) -> None:
    process = supervising(tmp_path, mark)
    time.sleep(random.Random(seed).uniform(0.0, 0.5))
    process.kill()
    process.communicate(timeout=PATIENCE_S)
    eventually(lambda: alive(mark) == [])


def test_a_second_signal_does_not_wait_for_those_who_take_their_time(tmp_path: Path, mark: str) -> None:
    process = supervising(tmp_path, mark)
    assert process.stdout is not None
    while process.stdout.readline() != "all ready\n":
        pass
    frozen = int((tmp_path / "api").read_text())
    psutil.Process(frozen).suspend()
    process.send_signal(signal.SIGINT)
    time.sleep(0.3)
    assert process.poll() is None, "it did not wait for the frozen component, so the second signal shows nothing"
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=8)
    assert process.returncode == 130
