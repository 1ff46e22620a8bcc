"""The setting chooses the client, and says what is missing for it."""

import sys

import pytest

from eddyline.errors import SetupError
from eddyline.kafka.clients import connect
from eddyline.settings import KafkaSettings


def test_a_client_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "kafka", None)
    monkeypatch.delitem(sys.modules, "eddyline.kafka.pure", raising=False)
    with pytest.raises(SetupError, match="kafka-python"):
        connect(KafkaSettings(client="pure"))
