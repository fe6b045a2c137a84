"""What `publish` refuses: hiding policies that nobody else approved, closed files, names left out."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from evenhand.actions import publish as publishing
from evenhand.actions.approval import approve
from evenhand.actions.ingest import ingest
from evenhand.actions.init import NewPartnership, init
from evenhand.actions.publish import publish
from evenhand.actions.review import review
from evenhand.actions.verify import verify
from evenhand.disclosure.check import check
from evenhand.disclosure.release import Cell
from evenhand.engine.workspace import Workspace
from evenhand.errors import BadConfig, NotThere, NotVerified, Refused
from evenhand.rules.partnership import DEFAULT_NAME
from evenhand.synthetic import county, partnership

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore:fetch_:DeprecationWarning")]
DAY = date(2026, 1, 31)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    root = tmp_path_factory.mktemp("refusals") / "a [b] é"
    about = NewPartnership(area=county.FORCE_AREA[0], police_forces=(county.FORCE,), synthetic=True)
    workspace = init(root, about)
    partnership.write(workspace.incoming, lsoas=60)
    for name in workspace.incoming.glob("deprivation*"):
        for file in name.glob("*"):
            file.unlink()
    ingest(workspace)
    publish(workspace, DAY)
    return workspace


@pytest.fixture
def unpublished(made) -> Iterator[Workspace]:
    """The same, as it was before anything was published: what was shown before cannot be hidden."""
    away = made.root / "away"
    made.published.rename(away)
    yield made
    shutil.rmtree(made.published, ignore_errors=True)
    away.rename(made.published)


@pytest.fixture(scope="module")
def hide(under) -> Callable[[Workspace], None]:
    """Puts a workspace under a policy that hides, made by a person."""

    def hidden(workspace: Workspace) -> None:
        text = under(workspace).config_file.read_text(encoding="utf-8")
        assert text.count(f'maker = "{DEFAULT_NAME}"') == 1
        text = text.replace(f'maker = "{DEFAULT_NAME}"', 'maker = "A. Analyst"')
        workspace.config_file.write_text(text, encoding="utf-8")

    return hidden


def test_without_indices_of_deprivation_their_table_is_empty_and_the_page_says_so(made):
    published = publish(made, DAY)
    assert published.releases["violence_by_deprivation"].table.num_rows == 0
    page = (made.published / "site" / "violence" / "index.html").read_text(encoding="utf-8")
    assert "not known: no indices of deprivation were supplied" in page
    assert "ranked against all of England" not in page


def test_policy_that_hides_is_refused_without_a_second_person(unpublished, hide):
    config = unpublished.config_file.read_text(encoding="utf-8")
    hide(unpublished)
    try:
        with pytest.raises(Refused, match="approval of a second person"):
            publish(unpublished, DAY)
    finally:
        unpublished.config_file.write_text(config, encoding="utf-8")
    assert not list(unpublished.published.rglob("*.csv"))


def test_policy_that_hides_what_was_shown_before_is_refused_with_the_entry(made, hide):
    config = made.config_file.read_text(encoding="utf-8")
    hide(made)
    before = sorted(path.read_bytes() for path in made.published.rglob("*.csv"))
    try:
        with pytest.raises(Refused, match=r"were shown before, or nearly so: entry \d+ of the ledger"):
            review(made, DAY)
    finally:
        made.config_file.write_text(config, encoding="utf-8")
    assert before == sorted(path.read_bytes() for path in made.published.rglob("*.csv"))


def test_a_policy_that_hides_is_not_published_with_the_reason_of_open_data(unpublished):
    config = unpublished.config_file.read_text(encoding="utf-8")
    text = config.replace('policy = "open-data"', 'policy = "ons-5"')
    unpublished.config_file.write_text(text, encoding="utf-8")
    said = r"\[disclosure\]: reason is still the one for open-data, and would be published with ons-5 1"
    try:
        with pytest.raises(BadConfig, match=said):
            review(unpublished, DAY)
    finally:
        unpublished.config_file.write_text(config, encoding="utf-8")


def test_policy_that_hides_is_published_with_a_certificate_that_holds(unpublished, hide):
    config = unpublished.config_file.read_text(encoding="utf-8")
    try:
        hide(unpublished)
        review(unpublished, DAY)
        approve(unpublished, "B. Okafor", DAY)
        published = publish(unpublished, DAY)
    finally:
        unpublished.config_file.write_text(config, encoding="utf-8")
    assert published.releases["recorded_violence"].count(Cell.HIDDEN) > 0
    assert verify(unpublished.published).holds
    assert check(unpublished.published / "data").guarded > 0
    run = [sys.executable, "-I", str(unpublished.published / "check_hidden.py")]
    done = subprocess.run(run, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_certificate_that_the_ledger_contradicts_is_not_published(unpublished, hide, monkeypatch):
    config = unpublished.config_file.read_text(encoding="utf-8")
    real = publishing.certificate_of

    def forged(judgement, files) -> bytes:
        # No table says otherwise: what each counts, the ledger alone says.
        aside = {"entry": len(files), "file": "earlier/x.csv", "definition": "another"}
        fields = json.loads(real(judgement, files))
        return json.dumps(fields | {"counts_something_else": [aside]}).encode()

    monkeypatch.setattr(publishing, "certificate_of", forged)
    monkeypatch.setattr(publishing, "refuse_unapproved", lambda *_: None)
    monkeypatch.setattr(publishing, "approved_by", lambda *_: "B. Okafor")
    try:
        hide(unpublished)
        with pytest.raises(NotVerified, match=r"the certificate sets aside entry \d+, which counts some of"):
            publish(unpublished, DAY)
    finally:
        unpublished.config_file.write_text(config, encoding="utf-8")
    assert not unpublished.published.exists()


def test_names_that_nobody_filled_in_are_refused_before_anything_is_written(made):
    config = made.config_file.read_text(encoding="utf-8")
    before = (made.published / "ledger.jsonl").read_bytes()
    real = config.replace("synthetic = true", "synthetic = false")
    named = real.replace('name = "Our violence reduction partnership"', 'name = "Safer Exampleshire"', 1)
    try:
        made.config_file.write_text(real, encoding="utf-8")
        with pytest.raises(BadConfig, match=r"\[partnership\] name, .* and \[site\] maker still say 'Our"):
            publish(made, DAY)
        made.config_file.write_text(named, encoding="utf-8")
        with pytest.raises(BadConfig) as refused:
            publish(made, DAY)
    finally:
        made.config_file.write_text(config, encoding="utf-8")
    assert "[partnership] name" not in str(refused.value)
    assert "\n" not in str(refused.value)
    assert (made.published / "ledger.jsonl").read_bytes() == before


def test_an_empty_store_is_told_everything_a_publication_needs(tmp_path):
    empty = init(tmp_path / "empty", NewPartnership(name="Safer Exampleshire", area="E23000007"))
    with pytest.raises(NotThere, match=r"lookups .* and any month of street-level crime; put them"):
        publish(empty, DAY)
    assert not empty.published.exists()


def test_definition_that_changed_and_kept_its_version_is_refused(made):
    config = made.config_file.read_text(encoding="utf-8")
    publish(made, DAY)
    fewer = config.replace('"Violence and sexual offences", "Robbery", ', '"Robbery", ')
    try:
        made.config_file.write_text(fewer, encoding="utf-8")
        with pytest.raises(BadConfig, match="is still version '1'; give it a new version"):
            publish(made, DAY)
        made.config_file.write_text(fewer.replace('version = "1"', 'version = "2"'), encoding="utf-8")
        assert publish(made, DAY).outcome.changed
    finally:
        made.config_file.write_text(config, encoding="utf-8")


def test_open_data_policy_is_refused_for_a_file_that_is_not_open(made):
    catalogue: Path = made.store / "supplies.json"
    kept = catalogue.read_bytes()
    held = json.loads(kept)
    held["supplies"][0]["gateway"] = "Crime and Disorder Act 1998 s.115"
    catalogue.write_text(json.dumps(held))
    try:
        with pytest.raises(Refused, match="is for open data"):
            publish(made, DAY)
    finally:
        catalogue.write_bytes(kept)
