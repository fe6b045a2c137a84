"""One publication after the other, from the store to the public: what was ever published is reckoned with."""

from __future__ import annotations

import csv
import json
import re
import shutil
from datetime import date
from pathlib import Path

import pytest

from evenhand.actions import publish as publishing
from evenhand.actions.approval import approve
from evenhand.actions.ingest import ingest
from evenhand.actions.init import NewPartnership, init
from evenhand.actions.notices import NOTHING_SAID, Said
from evenhand.actions.publish import Published, publish
from evenhand.actions.review import review
from evenhand.actions.verify import verify
from evenhand.disclosure.check import check
from evenhand.disclosure.checker.policies import Unsafe
from evenhand.engine.workspace import Workspace
from evenhand.errors import Refused
from evenhand.needs import MEASURES
from evenhand.synthetic import county, partnership

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore:fetch_:DeprecationWarning")]
DAYS = [date(2026, 4, day) for day in range(1, 10)]
LATER = 3
"""Months that come after the first publication."""


def configure(workspace: Workspace, old: str, new: str) -> None:
    text = workspace.config_file.read_text(encoding="utf-8")
    assert old in text
    workspace.config_file.write_text(text.replace(old, new), encoding="utf-8")


def certificate(workspace: Workspace) -> dict[str, list[dict[str, object]]]:
    return json.loads((workspace.published / "data/certificate.json").read_text("utf-8"))


def entries(workspace: Workspace) -> list[dict[str, object]]:
    return [json.loads(line) for line in (workspace.published / "ledger.jsonl").read_bytes().splitlines()]


def shown(path: Path) -> dict[tuple[str, ...], str]:
    """The count of each area and period, as the file has it."""
    rows = csv.DictReader(path.read_text("utf-8").splitlines())
    return {(row["area_code"], row["period_from"], row["period_to"]): row["incidents"] for row in rows}


def test_a_quarter_more_a_withdrawal_and_a_laxer_policy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, under
):
    # That a second person approves is tested elsewhere.
    monkeypatch.setattr(publishing, "refuse_unapproved", lambda *_: None)
    monkeypatch.setattr(publishing, "approved_by", lambda *_: "B. Okafor")
    about = NewPartnership(area=county.FORCE_AREA[0], police_forces=(county.FORCE,), synthetic=True)
    workspace = init(tmp_path / "area", about)
    under(workspace)
    partnership.write(workspace.incoming, lsoas=6)
    months = sorted({path.name[:7] for path in workspace.incoming.rglob("*-street.csv")})
    aside = tmp_path / "aside"
    later = [path for month in months[-LATER:] for path in workspace.incoming.rglob(f"{month}-*.csv")]
    assert len(later) >= LATER
    for path in later:
        kept = aside / path.relative_to(workspace.incoming)
        kept.parent.mkdir(parents=True, exist_ok=True)
        path.rename(kept)
    ingest(workspace)
    assert publish(workspace, DAYS[0]).outcome.changed
    assert certificate(workspace)["earlier"] == []
    first = shown(workspace.published / "data/recorded_violence.csv")
    assert not publish(workspace, DAYS[1]).outcome.changed

    for path in later:
        (aside / path.relative_to(workspace.incoming)).rename(path)
    ingest(workspace)
    assert publish(workspace, DAYS[2]).outcome.changed
    assert verify(workspace.root).holds
    earlier = {each["measure"] for each in certificate(workspace)["earlier"]}
    assert earlier == set(MEASURES)
    second = shown(workspace.published / "data/recorded_violence.csv")
    both = first.keys() & second.keys()
    assert {key for key in both if first[key] == "[c]"} == {key for key in both if second[key] == "[c]"}
    found = check(workspace.published / "data")
    assert found.earlier == len(MEASURES)
    assert f"; for readers who have {len(MEASURES)} earlier tables too" in found.line
    trusted = {re.sub(r" [\d(].*", "", words) for words in found.trusted}
    assert trusted == {
        "which areas make up which",
        "which months",
        "that",  # and how many columns come from no count
        "from which counts",
        "that small areas tell no more than their pieces do, where no table has them",
        "that what parts in no table are made up of says nothing",
    }

    withdrawn = Said("violence_rate", "One month held another force’s file", withdraws=True)
    publish(workspace, DAYS[3], said=withdrawn)
    assert not (workspace.published / "data/violence_rate.csv").exists()
    # Its table is still known: it lies in data/earlier, and is reckoned with.
    again = check(workspace.published / "data")
    assert again.guarded == found.guarded
    assert set(again.trusted) == {*found.trusted, "what is counted in violence_rate"}
    assert verify(workspace.root).holds

    configure(workspace, "\nthreshold = 5\n", "\nthreshold = 9\n")
    with pytest.raises(Refused, match=r"shown before, or nearly so: entry [0-9]+ of the ledger"):
        publish(workspace, DAYS[4])


def test_a_month_revised_after_a_table_was_withdrawn_and_came_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, under, of_three_months
):
    """What came back is of the same time as all that stayed: so nothing in it is put to other figures."""
    monkeypatch.setattr(publishing, "refuse_unapproved", lambda *_: None)
    monkeypatch.setattr(publishing, "approved_by", lambda *_: "B. Okafor")
    about = NewPartnership(area=county.FORCE_AREA[0], police_forces=(county.FORCE,), synthetic=True)
    workspace = init(tmp_path / "area", about)
    under(workspace)
    of_three_months(workspace, lsoas=12)
    ingest(workspace)
    publish(workspace, DAYS[0])
    publish(workspace, DAYS[1], said=Said("violence_by_deprivation", "Another edition", withdraws=True))
    publish(workspace, DAYS[2], said=Said("violence_by_deprivation", "It was the right one"))
    first = certificate(workspace)
    assert first["earlier"] == []
    assert not publish(workspace, DAYS[3]).outcome.changed
    # This stays withdrawn, so that what it was made from last is the file before the revision.
    publish(workspace, DAYS[3], said=Said("change_on_year", "To be looked at", withdraws=True))

    one_less(workspace)
    assert publish(workspace, DAYS[4]).outcome.changed
    revised = certificate(workspace)
    publications = [line["number"] for line in entries(workspace) if line["entry"] == "publication"]
    deprivation = next(each for each in revised["earlier"] if each["measure"] == "violence_by_deprivation")
    coverage = next(each for each in revised["earlier"] if each["measure"] == "coverage")
    # Withdrawn with the second, and back with the third.
    assert deprivation["published"] == [publications[0], *publications[2:4]]
    assert coverage["published"] == publications[:4]

    assert not publish(workspace, DAYS[5]).outcome.changed
    assert certificate(workspace) == revised
    assert check(workspace.published / "data").earlier == len(revised["earlier"])
    certified = workspace.published / "data/certificate.json"
    # Without the indices today's table is empty, and what the earlier ones have by tenth is reckoned with.
    shutil.rmtree(workspace.store)
    for path in workspace.incoming.rglob("deprivation*/*"):
        path.unlink()
    ingest(workspace)
    assert publish(workspace, DAYS[6]).outcome.changed
    assert not (workspace.published / "data/violence_by_deprivation.csv").read_text("utf-8").splitlines()[1:]
    said = json.dumps(publications[:4], separators=(",", ":"))
    told = certified.read_text("utf-8").replace(f'"published":{said}', '"published":[1]')
    certified.write_text(told, encoding="utf-8")
    with pytest.raises(Unsafe, match=r"entry \d+ of the ledger was in other publications than is said"):
        check(workspace.published / "data")


def test_a_figure_is_withdrawn_though_its_data_changed_and_comes_back_as_it_is_then(
    tmp_path: Path, under, of_three_months
):
    """Nobody ever saw what a withdrawn figure would be now, so that no proof can speak of it."""
    about = NewPartnership(area=county.FORCE_AREA[0], police_forces=(county.FORCE,), synthetic=True)
    workspace = init(tmp_path / "area", about)
    # Quicker than hiding, and proved as well.
    under(workspace, 'policy = "counts"\nthreshold = 0\nrounding = 5')
    configure(workspace, 'maker = "Our violence reduction partnership"', 'maker = "A. Analyst"')
    of_three_months(workspace, lsoas=6)
    name = "violence_rate"

    def reviewed(day: date, said: Said = NOTHING_SAID) -> Published:
        review(workspace, day, said=said)
        approve(workspace, "B. Okafor", day)
        return publish(workspace, day, said=said)

    ingest(workspace)
    assert name in reviewed(DAYS[0]).releases
    # There were so many there that they are shown.
    one_less(workspace, ",E01900002,Evenhaven 001B,Violence")
    assert name not in reviewed(DAYS[1], Said(name, "Wrong populations", withdraws=True)).releases
    assert not publish(workspace, DAYS[2]).outcome.changed
    assert verify(workspace.root).holds
    with pytest.raises(Refused, match="review with --correct or --withdraw MEASURE"):
        publish(workspace, DAYS[2], said=Said(name, "The right ones"))
    assert name in reviewed(DAYS[3], Said(name, "The right ones")).releases
    assert verify(workspace.root).holds


def one_less(workspace: Workspace, of: str = ",Violence and sexual offences,") -> None:
    """Revise the last month: the last record of that kind is taken out."""
    street = sorted(workspace.incoming.rglob("*-exampleshire-street.csv"))[-1]
    lines = street.read_text("utf-8").splitlines(keepends=True)
    lines.remove(next(line for line in reversed(lines) if of in line))
    street.write_text("".join(lines), encoding="utf-8")
    ingest(workspace)
