"""The stack on this machine: which components, on which ports, in the order in which they are stopped."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy.engine import make_url

from eddyline.errors import SetupError
from eddyline.settings import Settings, changed
from eddyline.stack import ports, services, stores
from eddyline.stack.broker import Broker
from eddyline.stack.server import Server
from eddyline.stack.trino import TrinoServer


class Extra(StrEnum):
    """What the stack runs only when asked to."""

    TRINO = "trino"
    PLAYERS = "players"
    MAINTAIN = "maintain"
    REDIS = "redis"
    S3 = "s3"
    HDFS = "hdfs"
    POSTGRES = "postgres"


@dataclass(frozen=True, slots=True)
class LocalStack:
    """What is to run, and the settings with the ports it runs on."""

    settings: Settings
    servers: list[Server]

    def addresses(self) -> dict[str, str]:
        """Return where a user finds each component."""
        names = {server.name for server in self.servers}
        found = {
            "api": services.api_url(self.settings),
            "api description": f"{services.api_url(self.settings)}/docs",
            "kafka": self.settings.kafka.bootstrap_servers,
        }
        if "landing" in names:
            found["landing metrics"] = services.metrics_url(self.settings)
        found |= {name: address for name, address in self._stores().items() if name in names}
        if "maintain" in names:
            found["upkeep metrics"] = services.upkeep_url(self.settings)
        if "players" in names:
            found["players"] = f"{services.api_url(self.settings)}/api/v1/players?guild="
        return found | ({"trino": f"http://{ports.LOOPBACK}:{self.settings.trino.port}"} if "trino" in names else {})

    def ports(self) -> dict[str, dict[str, object]]:
        """Return the settings that lead to what runs here."""
        settings = self.settings
        own: dict[str, dict[str, object]] = {
            "api": {"port": settings.api.port},
            "trino": {"port": settings.trino.port},
            "landing": {"metrics_port": settings.landing.metrics_port},
        }
        return own | ({"kafka": {"bootstrap_servers": settings.kafka.bootstrap_servers}} if is_local(settings) else {})

    def _stores(self) -> dict[str, str]:
        lake, redis = self.settings.lake, self.settings.redis.url.get_secret_value()
        catalog = make_url(lake.catalog_uri)
        return {
            "redis": redis.rpartition("@")[2].partition("/")[0] or redis,
            "s3": f"{lake.s3_endpoint} ({lake.warehouse})",
            "namenode": f"{lake.warehouse} ({lake.hdfs_web_address})",
            "postgres": catalog.render_as_string(hide_password=True),
        }


def local_stack(settings: Settings, extras: Collection[Extra] = (), *, with_landing: bool = True) -> LocalStack:
    """Describe the stack for these settings; a port 0 becomes a free one, and a broker or Redis elsewhere is used as it is.

    A state folder keeps the stores it was set up with: they start again without being asked for.
    Raises SetupError when a port is taken, or the folder's tables are in another store.
    """
    settings, stores_beneath = stores.set_up(with_ports(settings), [extra for extra in extras if extra in stores.STORES])
    servers: list[Server] = [services.api(settings)]
    if with_landing:
        servers.append(services.landing(settings))
    if Extra.PLAYERS in extras:
        servers.append(services.players(settings))
    if Extra.MAINTAIN in extras:
        servers.append(services.maintain(settings))
    if Extra.TRINO in extras:
        servers.append(TrinoServer(settings))
    if is_local(settings):
        servers.append(Broker(settings.home / "broker", port=port_of(settings), log=settings.home / "logs" / "broker.log"))
    return LocalStack(settings, [*servers, *stores_beneath])


def with_given_ports(settings: Settings, *, api: int | None = None, kafka: int | None = None, trino: int | None = None) -> Settings:
    """Return the settings with the ports that were given; 0 stands for a free one."""
    given: dict[str, Mapping[str, object]] = {
        "api": {} if api is None else {"port": api},
        "kafka": {} if kafka is None else {"bootstrap_servers": f"{ports.LOOPBACK}:{kafka}"},
        "trino": {} if trino is None else {"port": trino},
    }
    return changed(settings, given)


def with_ports(settings: Settings) -> Settings:
    """Return the settings with the ports that will be used.

    Raises SetupError when one is taken.
    """
    kafka = {"bootstrap_servers": f"{ports.LOOPBACK}:{_claim(port_of(settings), 'EDDYLINE_KAFKA__BOOTSTRAP_SERVERS')}"} if is_local(settings) else {}
    return changed(
        settings,
        {
            "kafka": kafka,
            "api": {"port": _claim(settings.api.port, "--port or EDDYLINE_API__PORT")},
            "landing": {"metrics_port": _free(settings.landing.metrics_port)},
            "upkeep": {"metrics_port": _free(settings.upkeep.metrics_port)},
            "trino": {"port": settings.trino.port or ports.free_port()},
        },
    )


def is_local(settings: Settings) -> bool:
    """Tell whether the broker is one that we run."""
    host = settings.kafka.bootstrap_servers.rpartition(":")[0]
    return host in {ports.LOOPBACK, "localhost"} and settings.kafka.security_protocol == "PLAINTEXT"


def port_of(settings: Settings) -> int:
    """Return the port of a broker on this machine."""
    return int(settings.kafka.bootstrap_servers.rpartition(":")[2])


def _free(port: int) -> int:
    return port if port and ports.is_free(port) else ports.free_port()


def _claim(port: int, setting: str) -> int:
    if port and not ports.is_free(port):
        raise SetupError(f"port {port} is taken by {ports.owner_of(port)}; stop it, or choose another port with {setting} (0 takes a free one)")
    return port or ports.free_port()
