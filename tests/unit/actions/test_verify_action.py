"""The verify action: the verifier's own line, as an error of the family where it does not hold."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from evenhand.actions.verify import Asked, verify
from evenhand.engine.publication import begin
from evenhand.errors import NotThere, NotVerified
from evenhand.ledger import verify as verifier


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    with begin(tmp_path) as draft:
        draft.write("site/index.html", f'<p data-ledger-head="{draft.head}">'.encode())
        draft.seal(date(2026, 11, 23), "A. Analyst")
    return tmp_path


@pytest.mark.parametrize("below", ["", "published"])
def test_a_workspace_or_its_publication_verifies(workspace: Path, below: str):
    assert verifier.verify(workspace / "published") == verify(workspace / below)
    assert "2 entries hold; 4 files as published" in verify(workspace / below).line


def test_the_error_is_the_verifiers_own_line_and_what_next(workspace: Path):
    (workspace / "published/site/index.html").write_bytes(b"")
    with pytest.raises(NotVerified) as refusal:
        verify(workspace)
    line = verifier.verify(workspace / "published").line
    assert (
        str(refusal.value) == f"{line}; do not rely on it: ask who published it, or take a copy that verifies"
    )


def test_a_head_kept_elsewhere_is_compared(workspace: Path):
    said = "the history was written anew.*; see that the head was copied without a slip and is of this ledger"
    with pytest.raises(NotVerified, match=said):
        verify(workspace, Asked(head=f"2 {chr(65) * 43}="))


def test_a_slip_of_who_asks_is_not_laid_at_the_publications_door(workspace: Path):
    with pytest.raises(
        NotVerified, match="; look again at what you gave: this says nothing against"
    ) as found:
        verify(workspace, Asked(head="abc"))
    assert "do not rely on it" not in str(found.value)


def test_a_publication_without_its_ledger_is_not_verified(workspace: Path):
    (workspace / "published/ledger.jsonl").unlink()
    with pytest.raises(NotVerified, match=r"ledger\.jsonl: this file was published and is missing"):
        verify(workspace)


@pytest.mark.parametrize("name", ["", "none"])
def test_where_nothing_is_published_it_says_so(tmp_path: Path, name: str):
    with pytest.raises(NotThere, match="nothing is published here; run `evenhand publish` first"):
        verify(tmp_path / name)
