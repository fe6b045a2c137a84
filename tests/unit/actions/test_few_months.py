"""One authority with three months of files, from the store to the public, and then another definition.

Of its year nobody knows more than those months: by area and outcome that is thousands of counts in no table.
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from evenhand.actions import publish as publishing
from evenhand.actions.ingest import ingest
from evenhand.actions.init import NewPartnership, init
from evenhand.actions.publish import publish
from evenhand.actions.verify import verify
from evenhand.disclosure.check import check
from evenhand.engine.workspace import Workspace
from evenhand.needs import MEASURES, by_definition
from evenhand.synthetic import county

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore:fetch_:DeprecationWarning")]
WEAPONS = ', "Possession of weapons"'


def other_definition(workspace: Workspace) -> None:
    text = workspace.config_file.read_text(encoding="utf-8")
    assert WEAPONS in text
    text = text.replace(WEAPONS, "").replace('version = "1"', 'version = "2"')
    workspace.config_file.write_text(text, encoding="utf-8")


def test_three_months_of_one_authority_are_published_and_then_without_weapons(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, under, of_three_months
):
    # That a second person approves is tested elsewhere.
    monkeypatch.setattr(publishing, "refuse_unapproved", lambda *_: None)
    monkeypatch.setattr(publishing, "approved_by", lambda *_: "B. Okafor")
    about = NewPartnership(area="Saltmere", police_forces=(county.FORCE,), synthetic=True)
    workspace = init(tmp_path / "area", about)
    under(workspace)
    of_three_months(workspace)
    ingest(workspace)
    assert publish(workspace, date(2026, 4, 1)).outcome.changed
    first = check(workspace.published / "data")
    assert first.guarded > 0

    other_definition(workspace)
    assert publish(workspace, date(2026, 4, 2)).outcome.changed
    assert verify(workspace.root).holds
    second = check(workspace.published / "data")
    assert second.guarded > first.guarded
    told = json.loads((workspace.published / "data/certificate.json").read_text("utf-8"))
    of_it = {each["measure"] for each in told["earlier"] if "scope_of" in each}
    assert of_it == {name for name, each in MEASURES.items() if by_definition(each)}
