"""Two people, from the store to the public: review, approve and publish through the real gate."""

from __future__ import annotations

import csv
import json
import re
from datetime import date
from pathlib import Path

import pytest

from evenhand.actions import publish as publishing
from evenhand.actions import review as reviewing
from evenhand.actions.approval import approve
from evenhand.actions.ingest import ingest
from evenhand.actions.init import NewPartnership, init
from evenhand.actions.notices import Said
from evenhand.actions.publish import publish
from evenhand.actions.review import Reviewed, review
from evenhand.actions.status import status
from evenhand.actions.verify import verify
from evenhand.engine.workspace import Workspace
from evenhand.errors import Refused
from evenhand.needs import MEASURES
from evenhand.synthetic import county, partnership
from evenhand.tables.schema import Role

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore:fetch_:DeprecationWarning")]
DAYS = [date(2026, 3, day) for day in range(1, 10)]
FIRST, SECOND = "A. Analyst", "B. Okafor <ICB>"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, under) -> Workspace:
    """Ten small areas, published as open data, and then anew under a policy that hides 1 to 4."""
    about = NewPartnership(area=county.FORCE_AREA[0], police_forces=(county.FORCE,), synthetic=True)
    workspace = init(tmp_path_factory.mktemp("two") / "area", about)
    partnership.write(workspace.incoming, lsoas=10)
    ingest(workspace)
    publish(workspace, DAYS[0])
    assert {line["approved_by"] for line in figures(workspace)} == {""}
    assert not [name for name, page in pages(workspace).items() if "Approved by" in page]
    # What was shown cannot be hidden: this is another ledger, for readers who never saw the first.
    workspace.published.rename(workspace.root / "away")
    under(workspace)
    with pytest.raises(Refused, match="the maker is Our violence reduction partnership, an organisation"):
        review(workspace, DAYS[0])
    configure(workspace, 'maker = "Our violence reduction partnership"', f'maker = "{FIRST}"')
    return workspace


@pytest.fixture(scope="module")
def reviewed(made: Workspace) -> Reviewed:
    return review(made, DAYS[1])


@pytest.fixture
def gated_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The gate's word on what is in the workspace is remembered: it is the same each time, and takes long."""
    real, known = publishing.judged, {}

    def judged(prepared, root, progress, gone):
        label = prepared.partnership.policy.label
        if label not in known:
            known[label] = real(prepared, root, progress, gone)
        return known[label]

    monkeypatch.setattr(publishing, "judged", judged)
    monkeypatch.setattr(reviewing, "judged", judged)


def configure(workspace: Workspace, old: str, new: str) -> None:
    text = workspace.config_file.read_text(encoding="utf-8")
    assert old in text
    workspace.config_file.write_text(text.replace(old, new), encoding="utf-8")


def figures(workspace: Workspace) -> list[dict[str, object]]:
    lines = [json.loads(line) for line in (workspace.published / "ledger.jsonl").read_bytes().splitlines()]
    return [line for line in lines if line["entry"] == "figure"]


def pages(workspace: Workspace) -> dict[str, str]:
    site = workspace.published / "site"
    return {path.relative_to(site).as_posix(): path.read_text() for path in site.rglob("*.html")}


def text_of(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", re.sub(r"<style>.*?</style>", "", page, flags=re.S)))


def tables(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.glob("*.*"))}


@pytest.mark.usefixtures("reviewed")
def test_a_review_publishes_nothing_and_leaves_the_tables_to_read(made: Workspace):
    assert not made.published.exists()
    names = {f"{name}.{kind}" for name in MEASURES for kind in ("csv", "json")}
    assert set(tables(made.review / "data")) == {*names, "certificate.json"}
    assert {path.name for path in made.review.iterdir()} == {
        "check_hidden.py",
        "data",
        "index.html",
        "review.json",
    }


def test_its_numbers_are_those_of_the_tables(made: Workspace, reviewed: Reviewed):
    for tally in reviewed.note.tallies:
        rows = list(csv.DictReader((made.review / f"data/{tally.measure}.csv").read_text().splitlines()))
        schema = MEASURES[tally.measure].result
        counts = [row[column.name] for row in rows for column in schema.with_role(Role.COUNT)]
        derived = [row[column.name] for row in rows for column in schema.with_role(Role.DERIVED)]
        assert tally.rows == len(rows)
        assert tally.hidden == tally.small + tally.others == counts.count("[c]")
        assert (tally.not_known, tally.withheld) == (counts.count("[x]"), derived.count("[c]"))
        assert tally.shown + tally.rounded == sum(count.isdigit() for count in counts)
    first = reviewed.note.tallies[0]
    assert reviewed.note.withdrawn == ()
    assert "withdrawn" not in text_of(reviewed.page.read_text(encoding="utf-8")).casefold()
    assert min(first.small, first.others) > 0
    assert first.lost == pytest.approx(_lost(made.review / "data" / f"{first.measure}.csv"))


def _lost(file: Path) -> float:
    """The share of the whole area's months that the small areas' shown counts do not add up to."""
    rows = [row for row in csv.DictReader(file.read_text().splitlines()) if row["period_kind"] == "month"]
    whole = {row["period_from"]: row["incidents"] for row in rows if row["area_level"] == "PFA"}
    known = {month: int(count) for month, count in whole.items() if count.isdigit()}
    small = [row for row in rows if row["area_level"] == "LSOA11" and row["period_from"] in known]
    return 1 - sum(int(row["incidents"]) for row in small if row["incidents"].isdigit()) / sum(known.values())


def test_the_page_says_what_is_hidden_why_and_what_could_be_worked_out(reviewed: Reviewed):
    page = reviewed.page.read_text(encoding="utf-8")
    words = text_of(page)
    note = reviewed.note
    assert words.index("Private to the partnership. Not for publication") < words.rindex("Review before")
    assert "Synthetic data" in words
    assert note.digest in page
    assert note.certificate in page
    assert (
        f"What could be worked out: nothing below the protection of 2 (proved by {note.worlds} worlds; see "
        "certificate)." in words
    )
    assert "We guard against a reader who knows every table of this publication" in words
    assert re.search(r"[\d,]+ of [\d,]+ known counts \(\d+%\) are hidden", words)
    assert not re.search(r'(?:src|href)="(?!#|data:)', page)
    assert "<script" not in page


@pytest.mark.usefixtures("reviewed")
def test_nobody_publishes_without_the_second_person(made: Workspace):
    before = tables(made.published)
    with pytest.raises(Refused, match="need the approval of a second person before they are published; run"):
        publish(made, DAYS[2])
    assert tables(made.published) == before


@pytest.mark.usefixtures("reviewed", "gated_once")
def test_what_was_approved_is_published_with_the_name_and_only_that(made: Workspace):
    # The first of these goes through the gate anew: the same store gives the same bytes.
    approve(made, SECOND, DAYS[2], "read with care")
    assert status(made).waiting.startswith(f"Approved by {SECOND} on 2026-03-03, not published yet")
    assert publish(made, DAYS[3]).outcome.changed
    assert status(made).waiting == ""
    assert verify(made.root).holds
    assert tables(made.published / "data") == tables(made.review / "data")
    latest = figures(made)[-len(MEASURES) :]
    assert {(line["approved_by"], line["rules"][0]) for line in latest} == {
        (SECOND, "counts 1 (1 to 4 hidden)")
    }
    found = pages(made)
    escaped = SECOND.replace("<", "&lt;").replace(">", "&gt;")
    for name in ("how-we-know/ledger.html", "how-we-know/methods/recorded-violence.html"):
        assert f"Approved by {escaped}" in text_of(found[name]), name
    files = [path for path in made.published.rglob("*") if path.is_file()]
    assert not [path for path in files if b"read with care" in path.read_bytes()]

    assert not publish(made, DAYS[4]).outcome.changed
    review(made, DAYS[5])
    assert not publish(made, DAYS[5]).outcome.changed
    approve(made, "C. Another", DAYS[6])
    assert not publish(made, DAYS[6]).outcome.changed

    # What was withdrawn comes back only when somebody approved a review made since.
    publish(made, DAYS[6], said=Said("violence_by_deprivation", "Another edition", withdraws=True))
    back = Said("violence_by_deprivation", "It was the right one")
    for who in ("C. Another", "D. Another"):
        with pytest.raises(
            Refused, match=f"violence_by_deprivation: it was withdrawn after the review that {who}"
        ):
            publish(made, DAYS[6], said=back)
        approve(made, "D. Another", DAYS[6])
    title = MEASURES["violence_by_deprivation"].title
    words = text_of(review(made, DAYS[6]).page.read_text(encoding="utf-8"))
    assert f"{title}: withdrawn on 7 March 2026. Another edition" in words
    approve(made, "C. Another", DAYS[6])
    assert publish(made, DAYS[6], said=back).outcome.changed

    configure(made, "\nthreshold = 5\n", "\nthreshold = 4\n")
    with pytest.raises(Refused, match=r"changed since C\. Another approved them on 2026-03-07; run"):
        publish(made, DAYS[7])
    configure(made, "\nthreshold = 4\n", "\nthreshold = 5\n")
    configure(made, f'maker = "{FIRST}"', f'maker = "{SECOND}"')
    with pytest.raises(Refused, match="the figures, policy or maker changed since"):
        publish(made, DAYS[8])
    with pytest.raises(Refused, match="nobody approves their own"):
        approve(made, SECOND, DAYS[8])
