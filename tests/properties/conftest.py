"""What the properties of the gate are put to: the attackers in `bench/`."""

from __future__ import annotations

import importlib
from types import SimpleNamespace

import pytest


@pytest.fixture
def bench(root, monkeypatch) -> SimpleNamespace:
    monkeypatch.syspath_prepend(str(root / "bench"))
    names = ("attack", "attack_readers", "attack_releases", "attack_views")
    return SimpleNamespace(**{name: importlib.import_module(name) for name in names})
