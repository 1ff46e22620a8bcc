"""Ports: free, taken, and by whom."""

import os
import socket

import psutil

from eddyline.stack import ports


def test_a_taken_port_is_not_free_answers_and_has_an_owner() -> None:
    with socket.create_server((ports.LOOPBACK, 0)) as taken:
        port = taken.getsockname()[1]
        assert not ports.is_free(port)
        assert ports.answers(port)
        assert ports.is_listened_by(port, [psutil.Process()])
        assert not ports.is_listened_by(port, [])
        assert ports.owner_of(port) == f"{psutil.Process().name()}, process {os.getpid()}"


def test_a_free_port_is_free_and_outside_the_range_of_outgoing_connections() -> None:
    port = ports.free_port()
    assert port in ports.FREE_RANGE
    assert ports.is_free(port)
    assert not ports.answers(port)
    assert not ports.is_listened_by(port, [psutil.Process()])
