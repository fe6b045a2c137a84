"""Corrections and withdrawals, from the action to the pages: said with the reason, and checkable."""

from __future__ import annotations

import json
import re
import shutil
from datetime import date
from pathlib import Path

import pytest

from evenhand.actions import key as key_action
from evenhand.actions.ingest import ingest
from evenhand.actions.init import NewPartnership, init
from evenhand.actions.notices import Said, worked_out_from
from evenhand.actions.publish import publish
from evenhand.actions.status import status
from evenhand.actions.verify import verify
from evenhand.engine.workspace import Workspace
from evenhand.errors import BadConfig, NotThere
from evenhand.needs import MEASURES
from evenhand.synthetic import county, partnership

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore:fetch_:DeprecationWarning")]
DAYS = [date(2026, 2, day) for day in range(1, 10)]
REASON = "One month held another force’s file"
WRONG = Said("violence_rate", REASON, withdraws=True)


def test_what_is_worked_out_from_a_figure_is_known_through_all_steps():
    assert {"violence_rate", "change_on_year"} <= worked_out_from("recorded_violence")
    assert worked_out_from("coverage") == set()
    for name, measure in MEASURES.items():
        assert all(name in worked_out_from(each) for each in measure.inputs if each in MEASURES)


@pytest.fixture(scope="module")
def published_once(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    about = NewPartnership(area=county.FORCE_AREA[0], police_forces=(county.FORCE,), synthetic=True)
    workspace = init(tmp_path_factory.mktemp("notices") / "area", about)
    partnership.write(workspace.incoming, lsoas=60)
    ingest(workspace)
    publish(workspace, DAYS[0])
    return workspace


@pytest.fixture
def made(published_once: Workspace, tmp_path: Path) -> Workspace:
    """A workspace with one publication, for one test alone."""
    shutil.copytree(published_once.root, tmp_path / "area")
    return Workspace(tmp_path / "area")


def pages(workspace: Workspace) -> dict[str, str]:
    site = workspace.published / "site"
    return {path.relative_to(site).as_posix(): path.read_text() for path in site.rglob("*.html")}


def entries(workspace: Workspace) -> list[dict[str, object]]:
    return [json.loads(line) for line in (workspace.published / "ledger.jsonl").read_bytes().splitlines()]


def text_of(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_nothing_is_said_without_a_reason_or_of_what_was_never_published(made: Workspace):
    before = (made.published / "ledger.jsonl").read_bytes()
    with pytest.raises(BadConfig, match="readers are told why"):
        publish(made, DAYS[1], said=Said("violence_rate", " ", withdraws=True))
    with pytest.raises(NotThere, match=r"no figure of that name was published; choose one of change_on_year"):
        publish(made, DAYS[1], said=Said("violence", REASON))
    with pytest.raises(NotThere, match=r"its figures are those of entry \d+: there is nothing to correct"):
        publish(made, DAYS[1], said=Said("violence_rate", REASON))
    assert before == (made.published / "ledger.jsonl").read_bytes()


def test_a_withdrawn_figure_is_shown_nowhere_and_stays_to_be_checked(made: Workspace):
    shown = (made.published / "data/violence_rate.csv").read_bytes()
    home = re.search(r"That is [\d.]+ for every 1,000 people", text_of(pages(made)["index.html"]))
    assert home is not None
    published = publish(made, DAYS[2], said=WRONG)
    assert published.what_changed[0] == f"Withdrawn: Violence for the population. {REASON}"
    assert "violence_rate" not in published.releases
    gone = {"violence_rate", *worked_out_from("violence_rate")}
    said = {line["measure"]: line for line in entries(made) if line["entry"] == "withdrawal"}
    assert gone == set(said)
    assert said["violence_rate"]["reason"] == REASON
    for name in gone:
        assert not (made.published / f"data/{name}.csv").exists()
        assert not (made.published / f"data/{name}.json").exists()
    (kept,) = (made.published / "data/earlier").glob("violence_rate-*.csv")
    assert kept.read_bytes() == shown
    found = pages(made)
    assert f"Withdrawn on 3 February 2026: {REASON}" in text_of(
        found["how-we-know/methods/violence-rate.html"]
    )
    assert "There is no figure in its place." in found["how-we-know/methods/violence-rate.html"]
    assert all(REASON in found[f"how-we-know/{page}.html"] for page in ("ledger", "changes"))
    assert "on 3 February 2026. Questions" in text_of(found["index.html"])
    assert "The rate for every 1,000 people is withdrawn." in text_of(found["index.html"])
    area = text_of(found["violence/index.html"])
    assert f"Withdrawn on 3 February 2026 (violence for the population): {REASON}" in area
    assert not [name for name, page in found.items() if re.search(r"That is [\d.]+ for every", text_of(page))]
    assert not [name for name, page in found.items() if 'data/violence_rate.csv"' in page]
    assert verify(made.root).holds


def test_what_is_withdrawn_stays_so_and_is_not_withdrawn_twice(made: Workspace):
    publish(made, DAYS[2], said=WRONG)
    again = publish(made, DAYS[3])
    assert (again.outcome.changed, "violence_rate" in again.releases) == (False, False)
    since = f"Withdrawn since 2026-02-03: Violence for the population. {REASON}"
    assert since in again.withdrawn
    assert again.withdrawn == status(made).withdrawn
    with pytest.raises(NotThere, match="is withdrawn already"):
        publish(made, DAYS[3], said=WRONG)
    for name in worked_out_from("violence_rate"):
        with pytest.raises(NotThere, match="is worked out from violence_rate, which is withdrawn"):
            publish(made, DAYS[3], said=Said(name, REASON))


def test_a_corrected_figure_comes_back_with_what_hangs_on_it_and_says_why(made: Workspace):
    publish(made, DAYS[2], said=WRONG)
    was = {line["measure"]: line["number"] for line in entries(made) if line["entry"] == "withdrawal"}
    published = publish(made, DAYS[4], said=Said("violence_rate", "The right file was taken in."))
    assert "violence_rate" in published.releases
    assert published.withdrawn == status(made).withdrawn == ()
    said = "Violence for the population. The right file was taken in."
    assert f"Released again: {said}" in published.what_changed
    said = {line["measure"]: line for line in entries(made) if line["entry"] == "correction"}
    assert was.keys() == said.keys()
    found = pages(made)
    for page in ("violence/index.html", "how-we-know/methods/violence-rate.html", "how-we-know/ledger.html"):
        assert "The right file was taken in" in found[page], page
    method = text_of(found["how-we-know/methods/violence-rate.html"])
    assert "It was released again since." in method
    assert "The right file was taken in. It is the figure that was withdrawn, as entry" in method
    assert re.search(r"That is [\d.]+ for every 1,000 people", text_of(found["index.html"]))
    assert (made.published / "data/violence_rate.csv").exists()
    assert verify(made.root).holds


def test_even_the_count_that_all_hangs_on_can_be_withdrawn_and_the_site_still_stands(made: Workspace):
    publish(made, DAYS[5], said=Said("recorded_violence", REASON, withdraws=True))
    found = pages(made)
    assert "is withdrawn" in text_of(found["index.html"])
    numbers = re.compile(r"[\d,]+ incidents")
    assert not [
        name for name, page in found.items() if "/methods/" not in name and numbers.search(text_of(page))
    ]
    assert not re.search(r", before [\d,]", text_of(found["how-we-know/changes.html"]))
    assert verify(made.root).holds
    publish(made, DAYS[6], said=Said("recorded_violence", "Put right."))
    assert verify(made.root).holds


def test_keys_are_made_at_init_changed_and_shown(made: Workspace, tmp_path: Path):
    (first,) = key_action.shown(made)
    assert first.state is key_action.State.IN_FORCE
    second = key_action.new(made)
    assert [each.state for each in key_action.shown(made)] == [
        key_action.State.IN_FORCE,
        key_action.State.WAITING,
    ]
    with pytest.raises(BadConfig, match="a new key is waiting already"):
        key_action.new(made)
    assert publish(made, DAYS[7]).outcome.signed_by == second.key
    assert [each.state for each in key_action.shown(made)] == [
        key_action.State.RETIRED,
        key_action.State.IN_FORCE,
    ]
    assert second.file is not None
    second.file.rename(tmp_path / "away")
    assert key_action.shown(made)[-1].state is key_action.State.GONE
    with pytest.raises(BadConfig, match="this ledger is called"):
        key_action.new(made, "example.org/other")
    third = key_action.new(made)
    lost = publish(made, DAYS[8], key_lost="The laptop was stolen.")
    assert lost.outcome.signed_by == third.key
    assert "The laptop was stolen." in pages(made)["how-we-know/ledger.html"]


def test_without_a_key_it_is_published_and_print_and_page_say_so(tmp_path: Path, made: Workspace):
    workspace = init(
        tmp_path / "unsigned", NewPartnership("Us", area=county.FORCE_AREA[0], police_forces=(county.FORCE,))
    )
    (workspace.root / "keys").rename(tmp_path / "keys")
    partnership.write(workspace.incoming, lsoas=60)
    ingest(workspace)
    assert publish(workspace, DAYS[0]).outcome.signed_by == ""
    found = pages(workspace)
    assert "This ledger is not signed" in found["how-we-know/ledger.html"]
    assert all("Not signed." in page for page in found.values())
    assert "NOT SIGNED" in verify(workspace.root).line
    assert "Not signed." not in pages(made)["index.html"]
