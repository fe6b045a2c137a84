"""The stylesheet: what it is built from, and what happens where it was not built."""

import json
from datetime import date
from pathlib import Path

import pytest

from evenhand.actions.init import NewPartnership, init
from evenhand.actions.publish import publish
from evenhand.actions.review import review
from evenhand.errors import NotSetUp
from evenhand.reports import assets_built


def test_without_the_stylesheet_the_site_is_refused_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(assets_built, "files", lambda _package: tmp_path)

    with pytest.raises(NotSetUp, match=r"not built; run: python frontend/build\.py"):
        assets_built.stylesheet()


@pytest.mark.parametrize("act", [review, publish])
def test_without_the_stylesheet_nothing_is_measured(act, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    workspace = init(tmp_path / "area", NewPartnership(area="Saltmere", synthetic=True))
    monkeypatch.setattr(assets_built, "files", lambda _package: tmp_path)
    with pytest.raises(NotSetUp, match="stylesheet is not built"):
        act(workspace, date(2026, 1, 31))


def test_the_stylesheet_is_small_and_uses_nothing_reserved():
    built = assets_built.stylesheet()

    assert len(built) < 64_000
    for reserved in (b"GDS Transport", b"crest", b"crown", b"@font-face", b"url("):
        assert reserved not in built


def test_npm_packages_are_exact_and_locked_by_hash_without_an_address(root: Path):
    package = json.loads((root / "frontend" / "package.json").read_text())
    lock = json.loads((root / "frontend" / "package-lock.json").read_text())

    wanted = package["dependencies"] | package["devDependencies"]
    assert all(version[0].isdigit() for version in wanted.values())
    locked = {path: entry for path, entry in lock["packages"].items() if path}
    assert all(entry["integrity"].startswith("sha512-") for entry in locked.values())
    assert not any("resolved" in entry for entry in locked.values())
