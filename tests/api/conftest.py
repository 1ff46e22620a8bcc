"""Fixtures of the API's tests: an application over a log in memory."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from memory_log import MemoryLog
from memory_players import MemoryPlayers, state

from api import app as app_module
from api.app import create_app
from eddyline.settings import load

MakeClient = Callable[..., FlaskClient]


@pytest.fixture
def log() -> MemoryLog:
    return MemoryLog()


@pytest.fixture
def players(monkeypatch: pytest.MonkeyPatch) -> MemoryPlayers:
    """Let the API know five players of a guild, one of none, and one of another tenant."""
    players = MemoryPlayers()
    for record in (*(state(f"u{number}") for number in range(5)), state("jürgen", None), state("u1", "Otters", tenant="other")):
        players.apply(record)
    monkeypatch.setattr(app_module, "player_reader", lambda settings: players)
    return players


@pytest.fixture
def make_client(log: MemoryLog, players: MemoryPlayers) -> MakeClient:
    """Make a client of an application with API settings of the test's own."""
    return lambda **api: create_app(load(api={"ack_timeout_ms": 100} | api), log).test_client()


@pytest.fixture
def client(make_client: MakeClient) -> FlaskClient:
    return make_client()
