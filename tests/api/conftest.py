"""Fixtures of the API's tests: an application over a log in memory."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from memory_log import MemoryLog

from api.app import create_app
from eddyline.settings import load

MakeClient = Callable[..., FlaskClient]


@pytest.fixture
def log() -> MemoryLog:
    return MemoryLog()


@pytest.fixture
def make_client(log: MemoryLog) -> MakeClient:
    """Make a client of an application with API settings of the test's own."""
    return lambda **api: create_app(load(api={"ack_timeout_ms": 100} | api), log).test_client()


@pytest.fixture
def client(make_client: MakeClient) -> FlaskClient:
    return make_client()
