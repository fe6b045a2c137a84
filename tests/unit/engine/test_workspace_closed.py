"""A workspace that this user may not write in says so in one line."""

from __future__ import annotations

from pathlib import Path

import pytest

from evenhand.engine.workspace import Workspace
from evenhand.errors import Busy


def test_a_folder_closed_to_this_user_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "evenhand.toml").write_text("")

    def closed(*_: object, **__: object) -> None:
        # Raised by hand: the suite may run as root, who may write anywhere.
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "mkdir", closed)
    refused = pytest.raises(Busy, match="this user may not write in the workspace; ask whoever owns")
    with refused, Workspace(tmp_path).writing():
        pass
