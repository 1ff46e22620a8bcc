"""Stores of our own that a state folder is set up with once: where they are, how to get in, and the servers."""

import secrets
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from sqlalchemy.engine import make_url

from eddyline import chosen
from eddyline.errors import SetupError
from eddyline.settings import Settings, changed, own_catalog, own_warehouse
from eddyline.stack import jars, ports, postgres_install, seaweedfs
from eddyline.stack.hdfs import DataNode, NameNode
from eddyline.stack.postgres import DATABASE, USER, Postgres
from eddyline.stack.redis import Redis
from eddyline.stack.seaweedfs import SeaweedFS
from eddyline.stack.server import Server

Choice = dict[str, dict[str, Any]]
BUCKET = "lake"
ELSEWHERE = "set EDDYLINE_HOME to another folder, or empty this one with `eddyline reset`"


@dataclass(frozen=True, slots=True)
class Store:
    """How a store is set up: the settings that lead to it, the servers for these settings, and what must be downloaded."""

    choose: Callable[[Settings], Choice]
    servers: Callable[[Settings], list[Server]]
    fetch: Callable[[jars.OnProgress], object] = lambda _: None


def set_up(settings: Settings, wanted: Collection[str]) -> tuple[Settings, list[Server]]:
    """Return the settings that lead to the wanted stores and those the folder has already, and their servers.

    Raises SetupError when the folder's tables have another place, or the user's own settings name one.
    """
    choices = dict(chosen.read(settings.home).by_component)
    for name in wanted:
        if name not in choices and (choice := STORES[name].choose(settings)):
            choices[name] = choice
            settings = changed(settings, choice)
    if choices:
        chosen.write(settings.home, chosen.Chosen(choices))
    for name, choice in choices.items():
        _need_agreement(settings, name, choice)
    return settings, [server for name in STORES if name in choices for server in STORES[name].servers(settings)]


def fetch(home: Path, wanted: Collection[str], on_progress: jars.OnProgress) -> None:
    """Download what the wanted stores and those of the folder need."""
    needed = {*wanted, *chosen.read(home).by_component}
    for name, store in STORES.items():
        if name in needed:
            store.fetch(on_progress)


def _need_agreement(settings: Settings, name: str, choice: Choice) -> None:
    if changed(settings, choice) != settings:
        places = " and ".join(f"EDDYLINE_{section}__{value}".upper() for section, values in choice.items() for value in values)
        raise SetupError(f"{settings.home} was set up with {name}, and the settings say otherwise; leave out {places}, or {ELSEWHERE}")


def _choose_redis(settings: Settings) -> Choice:
    if settings.redis.url.get_secret_value():
        return {}  # one that runs elsewhere is used as it is
    server = Redis(settings.home / "redis", password=_secret())
    return {"redis": {"url": server.url}}


def _redis(settings: Settings) -> list[Server]:
    url = urlsplit(settings.redis.url.get_secret_value())
    log = settings.home / "logs" / "redis.log"
    return [Redis(settings.home / "redis", port=url.port or 0, password=unquote(url.password or ""), log=log)]


def _choose_s3(settings: Settings) -> Choice:
    _need_no_files(settings, "s3")
    keys = {"s3_access_key": secrets.token_hex(10), "s3_secret_key": _secret()}
    place = {"warehouse": f"s3://{BUCKET}/warehouse", "s3_endpoint": f"http://{ports.LOOPBACK}:{ports.free_port()}", "s3_path_style": True}
    return {"lake": place | keys}


def _s3(settings: Settings) -> list[Server]:
    lake = settings.lake
    keys = {"access_key": lake.s3_access_key.get_secret_value(), "secret_key": lake.s3_secret_key.get_secret_value()}
    port = urlsplit(lake.s3_endpoint).port or 0
    return [SeaweedFS(settings.home / "s3", bucket=BUCKET, **keys, port=port, log=settings.home / "logs" / "s3.log")]


def _fetch_s3(on_progress: jars.OnProgress) -> None:
    jars.fetch("s3", on_progress=on_progress)
    seaweedfs.install()


def _choose_hdfs(settings: Settings) -> Choice:
    _need_no_files(settings, "hdfs")
    namenode = NameNode(settings.home / "hdfs")
    return {"lake": {"warehouse": f"{namenode.address}/warehouse", "hdfs_web_address": namenode.web_address}}


def _hdfs(settings: Settings) -> list[Server]:
    lake, logs = settings.lake, settings.home / "logs"
    named, web = urlsplit(lake.warehouse), urlsplit(lake.hdfs_web_address)
    namenode = NameNode(settings.home / "hdfs", port=named.port or 0, web_port=web.port or 0, log=logs / "namenode.log")
    return [DataNode(namenode, log=logs / "datanode.log"), namenode]


def _choose_postgres(settings: Settings) -> Choice:
    if settings.lake.catalog_uri != own_catalog(settings.home) or (settings.home / "catalog.db").exists():
        raise SetupError(f"the catalog of {settings.home} is not PostgreSQL of our own, and tables are named in it; {ELSEWHERE}")
    return {"lake": {"catalog_uri": Postgres(settings.home / "postgres", password=_secret()).uri}}


def _postgres(settings: Settings) -> list[Server]:
    url = make_url(settings.lake.catalog_uri)
    assert (url.username, url.database) == (USER, DATABASE)
    log = settings.home / "logs" / "postgres.log"
    return [Postgres(settings.home / "postgres", password=str(url.password), port=url.port or 0, log=log)]


def _need_no_files(settings: Settings, name: str) -> None:
    warehouse = settings.home / "warehouse"
    if settings.lake.warehouse != own_warehouse(settings.home) or (warehouse.is_dir() and any(warehouse.iterdir())):
        raise SetupError(f"the tables of {settings.home} are in {settings.lake.warehouse} already, which --with {name} does not move; {ELSEWHERE}")


def _secret() -> str:
    return secrets.token_urlsafe(24)


# In the order in which they are stopped.
STORES: dict[str, Store] = {
    "redis": Store(_choose_redis, _redis),
    "s3": Store(_choose_s3, _s3, _fetch_s3),
    "hdfs": Store(_choose_hdfs, _hdfs, lambda on_progress: jars.fetch("hdfs", on_progress=on_progress)),
    "postgres": Store(_choose_postgres, _postgres, postgres_install.install),
}
