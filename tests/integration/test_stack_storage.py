"""The whole stack on stores of its own, by `up --with` alone: it lands, it adds up, every engine reads it, and no secret gets out."""

import json
import stat
import threading
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from sqlalchemy.engine import make_url
from stack_command import UP, Command

pytestmark = [pytest.mark.integration, pytest.mark.storage, pytest.mark.timeout(1200)]

STORES = {"s3": ("postgres", "s3"), "hdfs": ("datanode", "namenode", "postgres")}
COUNTS = "SELECT event_type, count(*) AS n FROM game.events GROUP BY 1 ORDER BY 1"
# Where a secret may be: for the owner's eyes only.
KEPT_IN = {"chosen.json", "s3/users.json"}
PLANTED = "pLaNtEd-7kQ2vX9zR4"


class Listener(threading.Thread):
    """Notes every command line that this machine shows, again and again."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.heard: set[str] = set()
        self._enough = threading.Event()

    def run(self) -> None:
        while not self._enough.wait(0.3):
            for process in psutil.process_iter():
                try:
                    self.heard.add("\0".join(process.cmdline()))
                except psutil.Error:
                    continue

    def stop(self) -> None:
        self._enough.set()
        self.join()


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def listener() -> Iterator[Listener]:
    found = Listener()
    found.start()
    yield found
    found.stop()


def test_a_stack_on_its_own_stores_lands_adds_up_and_is_read_by_every_engine_without_showing_a_secret(
    store: str, command: Command, listener: Listener, tmp_path: Path
) -> None:
    said = [succeeded(command, *UP, f"--with={store}", "--with=postgres", "--with=trino", "--detach")]
    assert {component["name"] for component in command.status()["components"]} == {"api", "landing", "trino", "broker", *STORES[store]}

    address, truth = command.status()["addresses"]["api"], str(tmp_path / "truth.json")
    said += [succeeded(command, "generate", "game", "--events", "300", "--url", address, "--truth", truth)]
    said += [succeeded(command, "verify", "--expect", truth, "--wait", "240")]
    duckdb, trino = (succeeded(command, "sql", "--format", "json", "--engine", engine, COUNTS) for engine in ("duckdb", "trino"))
    assert json.loads(duckdb) == json.loads(trino)
    assert sum(row["n"] for row in json.loads(duckdb)) >= 300
    said += [duckdb, trino, succeeded(command, "report"), succeeded(command, "tables", "stats"), succeeded(command, "config", "show")]
    assert not (command.home / "warehouse").exists()
    assert not (command.home / "catalog.db").exists()

    kept = secrets_of(command.home)
    assert len(kept) == {"s3": 3, "hdfs": 1}[store]
    wrong = wrong_secrets(command.home, store)
    said += [refused(command, each, *words) for words in (("sql", COUNTS), ("verify", "--wait", "1"), ("tables", "stats")) for each in wrong]
    said += [succeeded(command, "down")]
    said += [refused(command, each, "up", "--detach") for each in wrong]
    listener.stop()
    for secret in (*kept, PLANTED):
        assert [line for line in listener.heard if secret in line] == []
        assert [text for text in said if secret in text] == []
        assert files_with(secret, command.home) <= KEPT_IN
    for name in files_with(kept[0], command.home):
        assert stat.S_IMODE((command.home / name).stat().st_mode) == 0o600

    succeeded(command, *UP, "--without=landing", "--detach")
    assert {component["name"] for component in command.status()["components"]} == {"api", "broker", *STORES[store]}
    assert json.loads(succeeded(command, "sql", "--format", "json", COUNTS)) == json.loads(duckdb)


def succeeded(command: Command, *arguments: str) -> str:
    done = command.run(*arguments, timeout_s=600)
    assert done.returncode == 0, f"{arguments}: {done.stdout}{done.stderr}"
    return done.stdout


def secrets_of(home: Path) -> list[str]:
    lake = {name: value for choice in json.loads((home / "chosen.json").read_text()).values() for name, value in choice["lake"].items()}
    return [str(make_url(lake["catalog_uri"]).password), *(lake[name] for name in ("s3_access_key", "s3_secret_key") if name in lake)]


def wrong_secrets(home: Path, store: str) -> list[dict[str, str]]:
    catalog = make_url(json.loads((home / "chosen.json").read_text())["postgres"]["lake"]["catalog_uri"])
    wrong = [{"EDDYLINE_LAKE__CATALOG_URI": catalog.set(password=PLANTED).render_as_string(hide_password=False)}]
    return [*wrong, {"EDDYLINE_LAKE__S3_SECRET_KEY": PLANTED}] if store == "s3" else wrong


def refused(command: Command, wrong: dict[str, str], *arguments: str) -> str:
    done = command.run(*arguments, **wrong)
    assert done.returncode == 1, f"{list(wrong)} {arguments}: {done.stdout}{done.stderr}"
    assert "Traceback" not in done.stderr, done.stderr
    return done.stdout + done.stderr


def files_with(secret: str, home: Path) -> set[str]:
    return {str(path.relative_to(home)) for path in home.rglob("*") if path.is_file() and secret.encode() in path.read_bytes()}
