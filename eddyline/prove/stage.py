"""The stack that a proof runs: on ports and a folder of its own, with proxies between its parts and disks that can be filled."""

import contextlib
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from eddyline.errors import ComponentFailed
from eddyline.prove.disks import Disk, NoDiskError, have_own_mounts, mounted
from eddyline.prove.proxy import Proxy
from eddyline.settings import Section, Settings, load
from eddyline.spark.crash import CRASH_POINTS, PROJECTION_CRASH_POINTS
from eddyline.spark.session import SHORT_LIVED
from eddyline.stack import ports
from eddyline.stack.broker import Broker
from eddyline.stack.environment import environment_of
from eddyline.stack.interrupts import Interrupts
from eddyline.stack.local_stack import Extra, LocalStack, local_stack
from eddyline.stack.server import Server
from eddyline.stack.supervise import Bounds, Member, Supervisor

# Whoever talks to the broker does so through a proxy.
LINKED = ("api", "landing", "players")
# So do these to stores: who, to which, and the setting that leads there.
STORE_LINKED = (
    ("api", "redis", "EDDYLINE_REDIS__URL"),
    ("players", "redis", "EDDYLINE_REDIS__URL"),
    ("landing", "s3", "EDDYLINE_LAKE__S3_ENDPOINT"),
    ("landing", "postgres", "EDDYLINE_LAKE__CATALOG_URI"),
)
# Points of our own code at which a job ends itself when it is told to.
CRASHES: Mapping[str, Sequence[str]] = {"landing": CRASH_POINTS, "players": PROJECTION_CRASH_POINTS}
# A proof kills far more often than a stack should die.
BOUNDS = Bounds(deaths=1_000_000, within_s=1e9, first_pause_s=0.2, longest_pause_s=0.2)
DISKS = {"disk of broker": "broker", "disk of warehouse": "warehouse"}
SUFFERERS = {"disk of broker": "broker", "disk of warehouse": "landing"}


@dataclass
class Stage:
    """A running stack, its links and its disks."""

    settings: Settings
    supervisor: Supervisor
    links: dict[str, Proxy]
    disks: dict[str, Disk]
    not_run: dict[str, str]
    """What cannot be tried here, and why."""

    def member(self, name: str) -> Member:
        """Return a component."""
        return next(member for member in self.supervisor.members if member.server.name == name)

    def server(self, name: str) -> Server:
        """Return the server of a component."""
        return self.member(name).server

    @property
    def names(self) -> list[str]:
        """Name the components."""
        return [member.server.name for member in self.supervisor.members]

    @property
    def is_up(self) -> bool:
        """Tell whether every component runs and answered since it was started last."""
        return all(member.is_ready and member.server.exit_code is None for member in self.supervisor.members)

    def go_on(self, for_s: float) -> None:
        """Let the stack run for a while."""
        until = time.monotonic() + for_s
        self.supervisor.run_until(lambda: time.monotonic() >= until)

    def is_met(self, condition: Callable[[], bool], within_s: float) -> bool:
        """Let the stack run until a condition holds; tell whether it did in time."""
        until = time.monotonic() + within_s
        self.supervisor.run_until(lambda: condition() or time.monotonic() >= until)
        return condition()

    def need(self, condition: Callable[[], bool], within_s: float, what: str) -> None:
        """Let the stack run until a condition holds.

        Raises ComponentFailed when it does not in time.
        """
        if not self.is_met(condition, within_s):
            raise ComponentFailed(f"{what} did not happen within {within_s:g} s; see the logs in {self.settings.home / 'logs'}")


def own_settings(home: Path) -> Settings:
    """Return settings that nothing of the user's own reaches: a proof fills no tables and kills no broker of theirs."""
    plain = {name: field.default.model_dump() for name, field in Settings.model_fields.items() if isinstance(field.default, Section)}
    plain["api"] |= {"port": 0}
    plain["kafka"] |= {"bootstrap_servers": f"{ports.LOOPBACK}:0"}
    plain["landing"] |= {"metrics_port": 0, "trigger_interval_ms": 1000, "driver_java_options": SHORT_LIVED}
    plain["trino"] |= {"port": 0}
    return load(home=home, crash_at="", **plain)


@contextlib.contextmanager
def staged(home: Path, extras: Sequence[Extra], interrupts: Interrupts, say: Callable[[str], None]) -> Iterator[Stage]:
    """Set up a stack; its components start with `supervisor.start`, and nothing of it is left when the block ends."""
    stack = local_stack(own_settings(home), extras)
    with contextlib.ExitStack() as setup:
        disks, not_run = _disks(stack.settings, setup)
        links = _links(stack, setup) | _store_links(stack, setup)
        supervisor = setup.enter_context(Supervisor(stack.servers, say=say, show=_keep_quiet, interrupts=interrupts, bounds=BOUNDS))
        yield Stage(stack.settings, supervisor, links, disks, not_run)


def _disks(settings: Settings, setup: contextlib.ExitStack) -> tuple[dict[str, Disk], dict[str, str]]:
    home = settings.home
    folders = {name: folder for name, folder in DISKS.items() if folder != "warehouse" or settings.lake.warehouse.startswith("file:")}
    disks: dict[str, Disk] = {}
    not_run: dict[str, str] = {}
    try:
        have_own_mounts()
    except NoDiskError as error:
        return {}, dict.fromkeys(folders, str(error))
    for name, folder in folders.items():
        try:
            disks[name] = setup.enter_context(mounted(home / folder, home / "run" / f"{folder}.disk"))
        except NoDiskError as error:
            not_run[name] = str(error)
    return disks, not_run


def _links(stack: LocalStack, setup: contextlib.ExitStack) -> dict[str, Proxy]:
    """Give the broker a listener for each client that advertises a proxy: clients follow the advertised address, not the first one."""
    servers = {server.name: server for server in stack.servers}
    broker = servers["broker"]
    assert isinstance(broker, Broker)
    listening = {"PLAINTEXT": broker.port, "CONTROLLER": broker.controller_port}
    advertised = {"PLAINTEXT": broker.port}
    links: dict[str, Proxy] = {}
    for name in (name for name in LINKED if name in servers):
        listener = ports.free_port()
        proxy = links[f"{name}-broker"] = setup.enter_context(Proxy(listener))
        listening[name.upper()], advertised[name.upper()] = listener, proxy.port
        servers[name].overlay = {**servers[name].overlay, "EDDYLINE_KAFKA__BOOTSTRAP_SERVERS": f"{ports.LOOPBACK}:{proxy.port}"}
    broker.also = {
        "listeners": _listed(listening),
        "advertised.listeners": _listed(advertised),
        "listener.security.protocol.map": ",".join(f"{name}:PLAINTEXT" for name in listening),
        "inter.broker.listener.name": "PLAINTEXT",
    }
    return links


def _store_links(stack: LocalStack, setup: contextlib.ExitStack) -> dict[str, Proxy]:
    """Give each client of a store an address that leads through a proxy."""
    servers = {server.name: server for server in stack.servers}
    links: dict[str, Proxy] = {}
    for client, store, variable in STORE_LINKED:
        if not {client, store} <= servers.keys() or (store == "redis" and "players" not in servers):
            continue  # without the projection nobody asks Redis anything
        address = environment_of(stack.settings)[variable]
        [port] = re.findall(rf"{re.escape(ports.LOOPBACK)}:(\d+)", address)
        proxy = links[f"{client}-{store}"] = setup.enter_context(Proxy(int(port)))
        servers[client].overlay = {**servers[client].overlay, variable: address.replace(f"{ports.LOOPBACK}:{port}", f"{ports.LOOPBACK}:{proxy.port}")}
    return links


def _listed(listeners: dict[str, int]) -> str:
    return ",".join(f"{name}://{ports.LOOPBACK}:{port}" for name, port in listeners.items())


def _keep_quiet(_component: str, _line: str) -> None:
    """Show nothing: the log files have it all."""
