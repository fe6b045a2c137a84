"""No test reaches another machine."""

import socket

import httpx
import pytest


def test_another_machine_is_refused():
    with socket.socket() as plain, pytest.raises(RuntimeError, match="reach no other machine"):
        plain.connect(("192.0.2.1", 80))


def test_a_library_is_refused_too():
    with pytest.raises(RuntimeError, match="reach no other machine"):
        httpx.get("http://192.0.2.1/", timeout=2)


def test_this_machine_answers():
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket() as plain:
        plain.connect(server.getsockname())
