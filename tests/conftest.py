"""What every test can count on: no network but this machine's own, and the open data where it is."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
LOOPBACK = ("127.", "::1", "localhost", "0.0.0.0")


class NetworkBlocked(RuntimeError):
    """A test asked for a machine other than this one."""


def _is_here(address: Any) -> bool:
    """Whether an address is a socket file, or of this machine."""
    return not isinstance(address, tuple) or str(address[0]).startswith(LOOPBACK)


def _guarded(connect: Callable[..., Any]) -> Callable[..., Any]:
    def guarded(self: socket.socket, address: Any) -> Any:
        if not _is_here(address):
            self.close()
            raise NetworkBlocked(f"tests reach no other machine, and this one asked for {address}")
        return connect(self, address)

    return guarded


def pytest_configure() -> None:
    """Guard the sockets, and keep linear algebra to one core, before any test module is imported."""
    # Processes side by side that each calculate on all cores wait for one another, a hundred times as long.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    socket.socket.connect = _guarded(socket.socket.connect)  # type: ignore[method-assign]
    socket.socket.connect_ex = _guarded(socket.socket.connect_ex)  # type: ignore[method-assign]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The slow ones first: the quick ones are then shared out so that all processes end at one time."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture(scope="session")
def open_data() -> Path:
    """The folder of the publishers' real files. Skips where there is none."""
    folder = os.environ.get("EVENHAND_OPEN_DATA", "")
    if not folder:
        pytest.skip("EVENHAND_OPEN_DATA names no folder with the publishers' files")
    if not Path(folder).is_dir():
        pytest.fail(f"EVENHAND_OPEN_DATA is {folder}, and that is no folder")
    return Path(folder)
