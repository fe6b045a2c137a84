"""The identity of the code that made a figure moves with what makes figures, and with nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from evenhand.engine import code_identity as identity
from evenhand.engine.code_identity import code_identity


def test_code_identity_is_the_version_and_a_hash_that_source_moves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "rules").mkdir()
    (tmp_path / "__init__.py").write_text("")
    (tmp_path / "rules/policy.toml").write_text("a = 1\n")
    monkeypatch.setattr(identity.evenhand, "__file__", str(tmp_path / "__init__.py"))
    before = code_identity()
    (tmp_path / "notes.txt").write_text("no source")
    assert before == code_identity()
    (tmp_path / "rules/policy.toml").write_text("a = 2\n")
    assert before != code_identity()
    assert before.startswith(f"{identity.evenhand.__version__} (")
