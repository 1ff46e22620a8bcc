"""Faults of processes and disks, on small components: each shows that it happened, and shows it when it did not."""

import os
import signal
import socket
import sys
import threading

import psutil
import pytest

from eddyline.prove import disks
from eddyline.prove.disks import Disk, NoDiskError, mounted
from eddyline.prove.faults import disk as disk_fault
from eddyline.prove.faults import strike
from eddyline.prove.faults.processes import CRASH_AT
from eddyline.prove.proxy import Proxy
from eddyline.prove.schedule import Fault, Kind
from eddyline.prove.stage import BOUNDS, Stage
from eddyline.settings import load
from eddyline.stack import tether
from eddyline.stack.interrupts import Interrupts
from eddyline.stack.ports import LOOPBACK
from eddyline.stack.server import Server
from eddyline.stack.supervise import Supervisor

# Ends by SIGKILL at the crash point it is told; else it lives, with a child, and ends on SIGTERM.
PROGRAM = f"""
import os, pathlib, signal, subprocess, sys, time
child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])
signal.signal(signal.SIGTERM, lambda *_: sys.exit(int(sys.argv[2])))
pathlib.Path(sys.argv[1]).write_text(str(os.getpid()))
if os.environ.get('{CRASH_AT}'):
    print('at', os.environ['{CRASH_AT}'], flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
time.sleep(600)
"""


class Small(Server):
    """A component that is ready when it wrote its own process id."""

    def __init__(self, name, folder, end=0):
        self.name, self._folder, self._end = name, folder, end

    @property
    def log(self):
        return self._folder / f"{self.name}.log"

    @property
    def mark(self):
        return self._folder / f"{self.name}.pid"

    def command(self):
        return [sys.executable, "-c", PROGRAM, self.mark, str(self._end)]

    def is_ready(self):
        return self.mark.is_file() and self.mark.read_text() == str(self.pid)


@pytest.fixture
def make_stage(tmp_path):
    opened = []

    def make(*servers, **parts):
        supervisor = Supervisor(servers, say=lambda _: None, show=lambda *_: None, interrupts=Interrupts(), bounds=BOUNDS)
        opened.append(supervisor)
        supervisor.start()
        return Stage(load(home=tmp_path), supervisor, {}, parts.get("disks", {}), {})

    yield make
    for supervisor in opened:
        supervisor.stop()


@pytest.fixture
def stage(make_stage, tmp_path):
    return make_stage(Small("landing", tmp_path))


def run(stage, kind, **more):
    fault = Fault(kind, "landing", after_s=0, **more)
    struck = strike(stage, fault)
    stage.need(lambda: stage.is_up, 30, "recovery")
    return struck


@pytest.mark.parametrize("pick", [0.0, 0.99], ids=["itself", "its child"])
def test_a_kill_ends_one_process_of_the_component(stage, pick):
    first = stage.server("landing").pid
    victim = psutil.Process(first) if not pick else psutil.Process(first).children()[0]
    struck = run(stage, Kind.KILL, pick=pick)
    assert struck.fired
    assert str(victim.pid) in struck.seen
    assert not victim.is_running() or victim.status() == psutil.STATUS_ZOMBIE
    assert (stage.server("landing").pid == first) == bool(pick)


def test_multiprocessing_s_own_helper_is_no_victim(stage, monkeypatch):
    server = stage.server("landing")
    first, [child] = server.pid, psutil.Process(server.pid).children()
    tracker = ["python", "-c", "from multiprocessing.resource_tracker import main;main(5)"]
    monkeypatch.setattr(psutil.Process, "cmdline", lambda process: tracker if process == child else ["python"])
    assert str(first) in run(stage, Kind.KILL, pick=0.99).seen


def test_a_kill_goes_on_with_the_crash_points_in_order_and_then_the_component_stays(stage):
    struck = run(stage, Kind.KILL, crash_points=("one", "two"))
    assert struck.fired
    assert "a start died at one, a start died at two" in struck.seen
    assert stage.server("landing").log.read_text().splitlines() == ["at one", "at two"]


def test_a_crash_point_that_is_never_reached_did_not_fire(stage, monkeypatch):
    monkeypatch.setattr("eddyline.prove.faults.processes.CRASH_WITHIN_S", 2.0)
    monkeypatch.setattr("eddyline.prove.faults.processes.CRASH_AT", "SOMETHING_ELSE")
    struck = run(stage, Kind.KILL, crash_points=("one",))
    assert not struck.fired
    assert "no start ended at one" in struck.seen


def test_a_paused_component_stands_still_with_all_it_started_and_goes_on(stage):
    pid = stage.server("landing").pid
    states = []
    watcher = threading.Timer(0.5, lambda: states.extend(process.status() for process in tether.members(pid)))
    watcher.start()
    struck = run(stage, Kind.PAUSE, for_s=1.5)
    watcher.join()
    assert struck.fired
    assert set(states) == {psutil.STATUS_STOPPED}
    assert len(states) == 2
    assert stage.server("landing").pid == pid
    assert all(process.status() != psutil.STATUS_STOPPED for process in tether.members(pid))


def test_a_process_that_has_ended_and_is_not_buried_yet_stands_still_too(stage):
    [child] = psutil.Process(stage.server("landing").pid).children()
    child.kill()
    stage.need(lambda: child.status() == psutil.STATUS_ZOMBIE, 10, "a zombie")
    assert run(stage, Kind.PAUSE, for_s=0.2).fired


def test_a_restart_is_an_end_in_order(stage):
    pid = stage.server("landing").pid
    struck = run(stage, Kind.RESTART)
    assert struck.fired
    assert struck.seen == "ended with exit code 0"
    assert stage.server("landing").pid != pid


def test_a_component_that_fails_when_it_is_asked_to_end_was_not_restarted_in_order(make_stage, tmp_path):
    struck = run(make_stage(Small("landing", tmp_path, end=3)), Kind.RESTART)
    assert not struck.fired


def test_a_component_that_is_kept_away_starts_only_later(stage):
    pid = stage.server("landing").pid
    struck = run(stage, Kind.AWAY, for_s=1.0)
    assert struck.fired
    assert struck.over_at - struck.began_at >= 1.0
    assert stage.server("landing").pid != pid


def test_a_stack_is_not_up_from_the_moment_a_component_ends(stage):
    assert stage.is_up
    os.kill(stage.server("landing").pid, signal.SIGKILL)
    psutil.Process(stage.server("landing").pid).wait(10)
    assert not stage.is_up


def test_a_fault_of_connections_waits_for_the_first_one(stage):
    with socket.create_server((LOOPBACK, 0)) as server, Proxy(server.getsockname()[1]) as proxy:
        stage.links["landing-store"] = proxy
        late = threading.Timer(0.5, lambda: clients.append(socket.create_connection((LOOPBACK, proxy.port))))
        clients = []
        late.start()
        struck = strike(stage, Fault(Kind.HALF_OPEN, "landing-store", after_s=0, for_s=0.1))
        late.join()
        [client] = clients
        client.close()
    assert struck.fired
    assert struck.seen == "1 connections or pieces affected"


def test_a_disk_that_nobody_complained_of_did_not_fill(make_stage, tmp_path, monkeypatch):
    class Unfelt(Disk):
        def fill(self):
            return True

    monkeypatch.setattr(disk_fault, "FELT_WITHIN_S", 0.5)
    stage = make_stage(Small("broker", tmp_path), disks={"disk of broker": Unfelt(tmp_path)})
    fault = Fault(Kind.DISK_FULL, "disk of broker", after_s=0, for_s=0.1)
    assert not strike(stage, fault).fired
    log = stage.server("broker").log
    log.write_text("all is well\n")
    complaint = threading.Timer(0.2, lambda: log.write_text("all is well\nNo space left on device\n"))
    complaint.start()
    assert strike(stage, fault).fired
    complaint.join()


def test_without_the_right_to_mount_the_reason_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(disks, "_run", lambda *command: "only root can do that")
    with pytest.raises(NoDiskError, match="only root"), mounted(tmp_path / "folder", tmp_path / "image"):
        pass
    assert not (tmp_path / "image").exists()


def test_a_filled_disk_is_full_and_has_room_again_when_it_is_freed(tmp_path):
    # In a child: what a process mounts for itself, it keeps for ever.
    program = f"""
import os, pathlib, sys
from eddyline.prove.disks import NoDiskError, have_own_mounts, mounted
try:
    have_own_mounts()
    with mounted(pathlib.Path('{tmp_path}/folder'), pathlib.Path('{tmp_path}/image')) as disk:
        assert disk.fill()
        assert not os.statvfs(disk.folder).f_bavail
        disk.free()
        (disk.folder / 'file').write_bytes(b'x' * 1_000_000)
except NoDiskError as error:
    assert str(error)
"""
    ended = os.waitstatus_to_exitcode(os.waitpid(os.spawnv(os.P_NOWAIT, sys.executable, [sys.executable, "-c", program]), 0)[1])
    assert ended == 0
    assert list((tmp_path / "folder").iterdir()) == [] if (tmp_path / "folder").exists() else True
