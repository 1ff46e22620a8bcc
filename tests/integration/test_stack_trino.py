"""Trino as a native process on the lake's own catalog."""

from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
import trino

from eddyline import settings as settings_module
from eddyline.lake.catalog import open_catalog
from eddyline.lake.tables import create_tables
from eddyline.stack.trino import TrinoServer

pytestmark = [pytest.mark.integration, pytest.mark.trino, pytest.mark.timeout(900)]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[TrinoServer]:
    settings = settings_module.load(home=tmp_path / "home", trino={"port": 0})
    create_tables(open_catalog(settings.lake))
    found = TrinoServer(settings)
    yield found
    found.kill()


def test_a_started_trino_answers_from_our_catalog_and_listens_on_loopback_only(server: TrinoServer) -> None:
    server.start()
    with trino.dbapi.connect(host="127.0.0.1", port=server.settings.trino.port, user="test", catalog="lake") as connection:
        assert connection.cursor().execute("SELECT count(*) FROM game.events").fetchall() == [[0]]
    process = psutil.Process(server.pid)
    listening = {c.laddr.ip for c in process.net_connections("tcp") if c.status == psutil.CONN_LISTEN}
    assert listening <= {"127.0.0.1", "::ffff:127.0.0.1"}
    assert len(listening) > 0
    server.stop()
    assert not process.is_running()
