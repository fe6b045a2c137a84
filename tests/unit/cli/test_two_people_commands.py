"""The commands of the second person: what they print, and how they end."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from evenhand.actions import approval
from evenhand.actions import review as reviewing
from evenhand.actions.approval import Approval, Proposal
from evenhand.actions.review import Reviewed
from evenhand.cli import main
from evenhand.engine.workspace import Workspace
from evenhand.ledger.lines import digest
from evenhand.ledger.log import Log
from evenhand.reports.about import PolicyNote
from evenhand.reports.review import ReviewNote, WithdrawnNote
from evenhand.reports.tally import Tally

EMPTY = digest(b"")
PROPOSED = Proposal((("coverage", EMPTY, EMPTY),), "", "counts 1 (1 to 4 hidden)", "A. Analyst")
NOTE = ReviewNote(
    partnership="Safer Exampleshire",
    area_name="Exampleshire",
    synthetic=False,
    maker="A. Analyst",
    reviewed_on=date(2026, 1, 31),
    digest=PROPOSED.digest,
    certificate="c" * 64,
    policy=PolicyNote("counts 1 (1 to 4 hidden)", "Small counts are hidden."),
    needs_approval=True,
    protection=2,
    tallies=(
        Tally("recorded_violence", "Recorded violence", 1000, 700, 100, 80, 120, 0, 0, lost=0.004),
        Tally("coverage", "What was supplied", 12, 12, 0, 0, 0, 0, 0),
    ),
    reader="Knows every table.",
    worlds=14,
    guarded=95,
)


def run(*words: str | Path):
    return CliRunner().invoke(main.app, [str(word) for word in words], env={"COLUMNS": "120"})


@pytest.fixture
def reviewed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    page = tmp_path / "review" / "index.html"
    monkeypatch.setattr(reviewing, "review", lambda *_given: Reviewed(NOTE, page))
    return page


def test_review_prints_the_table_the_reasons_and_what_was_lost(reviewed):
    found = run("review")
    assert found.exit_code == 0
    said = " ".join(found.stdout.split())
    assert said.startswith("Private to the partnership. Not for publication")
    assert "measure rows shown rounded small others not known withheld" in said
    assert "Recorded violence 1,000 700 100 80 120 0 0" in said
    assert (
        "What could be worked out: nothing below the protection of 2 (proved by 14 worlds; see cert" in said
    )
    assert "No sum tells somebody who is behind a hidden 1, or several, any other count" in said
    assert (
        "200 of 1,012 known counts (20%) are hidden, each table counted by itself, and 0 derived figures are "
        "withheld." in said
    )
    assert "Where evenhand publish prints “hidden”, it adds these three together" in said
    assert "Recorded violence: less than 1% of all that was counted" in said
    assert "Somebody other than A. Analyst, who made these figures, reads this and approves." in said
    assert f"Digest {PROPOSED.digest}" in said
    assert str(reviewed) in found.stdout


def test_review_prints_what_was_withdrawn_and_nothing_where_nothing_is(reviewed, monkeypatch):
    assert "withdrawn" not in run("review").stdout.casefold()
    gone = WithdrawnNote("Violence by deprivation", date(2026, 1, 9), "Another edition")
    note = replace(NOTE, withdrawn=(gone,))
    monkeypatch.setattr(reviewing, "review", lambda *_given: Reviewed(note, reviewed))
    said = " ".join(run("review").stdout.split())
    assert "What was withdrawn. evenhand publish leaves these figures out." in said
    assert "Violence by deprivation: withdrawn on 9 January 2026. Another edition To approve." in said


def test_review_as_json_holds_the_same(reviewed):
    held = json.loads(run("review", "--json").stdout)
    assert held["page"] == str(reviewed)
    assert held["note"]["tallies"][0]["others"] == 120
    assert held["note"]["digest"] == PROPOSED.digest


def test_approve_says_what_and_what_next(workspace: Workspace):
    (workspace.review / "data").mkdir(parents=True)
    for kind in ("csv", "json"):
        (workspace.review / f"data/coverage.{kind}").touch()
    (workspace.review / "review.json").write_bytes(PROPOSED.to_bytes(date(2026, 1, 31), Log().head))
    found = run("approve", "--workspace", workspace.root, "--by", "B. Okafor", "--on", "2026-02-01")
    assert found.exit_code == 0
    assert found.stdout.splitlines() == [
        f"Approved by B. Okafor on 2026-02-01: {PROPOSED.digest}",
        f"Next: evenhand publish --workspace {workspace.root}",
    ]
    again = run("approve", "--workspace", workspace.root, "--by", "C. Kim", "--note", "twice", "--json")
    assert json.loads(again.stdout)["note"] == "twice"


def test_approve_says_what_stays_withdrawn(workspace: Workspace, monkeypatch):
    monkeypatch.setattr(
        approval, "approve", lambda *_given: Approval("d", "B. Okafor", "2026-02-01", "", "0 ")
    )
    monkeypatch.setattr(approval, "on_withdrawn", lambda *_given: ("Coverage stays withdrawn",))
    found = run("approve", "--workspace", workspace.root, "--by", "B. Okafor")
    assert found.stdout.splitlines()[-1] == "Coverage stays withdrawn"


@pytest.mark.parametrize(
    ("words", "kind", "what"),
    [
        (["--by", "B. Okafor"], "Refused", "there is no review to approve"),
        (["--by", "B. Okafor", "--on", "31 May"], "BadConfig", "--on: '31 May' is no day"),
    ],
)
def test_approve_ends_in_an_error_of_the_family(workspace: Workspace, words, kind, what):
    found = run("approve", "--workspace", workspace.root, *words)
    assert type(found.exception).__name__ == kind
    assert what in str(found.exception)


def test_nobody_approves_without_a_name(workspace: Workspace):
    assert run("approve", "--workspace", workspace.root).exit_code == 2


def test_status_prints_what_a_review_waits_for(workspace: Workspace, under):
    workspace.review.mkdir()
    (workspace.review / "review.json").write_bytes(PROPOSED.to_bytes(date(2026, 1, 31), Log().head))
    under(workspace)
    found = run("status", "--workspace", workspace.root)
    assert "A review waits for approval: have somebody else run `evenhand approve" in found.stdout
