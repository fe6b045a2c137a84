"""The chain of entries, against the plainest reading of what it should be."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import date

import pytest

from evenhand.errors import NotVerified
from evenhand.ledger.entry import Input, Origin, Publication, figure
from evenhand.ledger.log import Log, append, head_of_figures, history, latest, parse, to_bytes

ORIGIN = Origin(
    measure="recorded_violence",
    title="Recorded violence – counts",
    area_level="PFA",
    area_code="E23000007",
    police_forces=("Northumbria Police", "British Transport Police"),
    period_from=date(2020, 5, 1),
    period_to=None,
    inputs=(Input("police_uk", "b.csv", "b" * 64), Input("area_link", "a.csv", "a" * 64)),
    rules=("open-data 1",),
    definition="violence 1 (3f2a91c04b7d)",
    code="0.1.0 (5d41402abc4b)",
    maker="A. Analyst",
    made_on=date(2026, 11, 23),
)
PUBLICATION = Publication("c" * 64, "d" * 64, "A. Analyst", date(2026, 11, 23))

# Written out by hand: what the first line must be, byte for byte, but for its hash.
UNSEALED = (
    '{"area_code":"E23000007","area_level":"PFA","code":"0.1.0 (5d41402abc4b)",'
    '"definition":"violence 1 (3f2a91c04b7d)","entry":"figure",'
    '"inputs":[{"file":"a.csv","sha256":"' + "a" * 64 + '","source":"area_link"},'
    '{"file":"b.csv","sha256":"' + "b" * 64 + '","source":"police_uk"}],'
    '"json":"4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945",'
    '"made_on":"2026-11-23","maker":"A. Analyst","measure":"recorded_violence","number":1,'
    '"period_from":"2020-05-01","period_to":null,'
    '"police_forces":["British Transport Police","Northumbria Police"],"previous":"' + "0" * 64 + '",'
    '"released":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",'
    '"rules":["open-data 1"],"title":"Recorded violence – counts"}'
)


def one_figure() -> Log:
    return append(Log(), figure(ORIGIN, csv=b"", json=b"[]"))


def test_first_line_is_canonical_json_sealed_with_its_own_hash():
    sealed = hashlib.sha256(UNSEALED.encode()).hexdigest()
    expected = UNSEALED.replace('"inputs"', f'"hash":"{sealed}","inputs"') + "\n"
    assert expected == to_bytes(one_figure()).decode()


def test_each_line_holds_the_hash_of_the_line_before():
    log = append(append(one_figure(), publication_of(one_figure())), figure(ORIGIN, csv=b"2", json=b"[2]"))
    lines = [json.loads(line) for line in to_bytes(log).splitlines()]
    assert [line["number"] for line in lines] == [1, 2, 3]
    assert ["0" * 64, lines[0]["hash"], lines[1]["hash"]] == [line["previous"] for line in lines]
    assert lines[2]["hash"] == log.head == head_of_figures(log)


def publication_of(log: Log) -> Publication:
    return replace(PUBLICATION, head_of_figures=head_of_figures(log))


def test_head_of_figures_is_not_moved_by_a_publication():
    log = one_figure()
    assert head_of_figures(log) == head_of_figures(append(log, publication_of(log)))
    assert head_of_figures(Log()) == "0" * 64


@pytest.mark.parametrize("change", [{"made_on": date(2027, 1, 1)}, {"maker": "B. Analyst"}])
def test_another_day_or_maker_alone_adds_no_line(change: dict[str, object]):
    log = one_figure()
    assert log is append(log, figure(replace(ORIGIN, **change), csv=b"", json=b"[]"))


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Other"},
        {"period_from": None},
        {"period_to": date(2023, 2, 28)},
        {"inputs": ()},
        {"area_code": "E23000008"},
        {"police_forces": ("Durham Constabulary",)},
        {"rules": ("open-data 2",)},
        {"definition": "violence 2 (000000000000)"},
        {"code": "0.2.0 (5d41402abc4b)"},
    ],
)
def test_whatever_else_differs_adds_a_line(change: dict[str, object]):
    log = append(one_figure(), figure(replace(ORIGIN, **change), csv=b"", json=b"[]"))
    assert len(history(log, "recorded_violence")) == 2


def test_a_figure_that_returns_to_an_earlier_value_is_a_new_line():
    first, second = figure(ORIGIN, csv=b"1", json=b"1"), figure(ORIGIN, csv=b"2", json=b"2")
    log = append(append(append(Log(), first), second), first)
    assert [first.released, second.released, first.released] == [line["released"] for line in log.lines]


def test_measures_are_compared_with_their_own_latest_line():
    log = append(one_figure(), figure(replace(ORIGIN, measure="coverage"), csv=b"", json=b"[]"))
    assert log is append(log, figure(ORIGIN, csv=b"", json=b"[]"))
    found = latest(log, "recorded_violence")
    assert found is not None
    assert found["number"] == 1
    assert latest(log, "violence_rate") is None


def test_parse_gives_back_what_was_written():
    log = append(one_figure(), publication_of(one_figure()))
    assert log == parse(to_bytes(log))
    assert Log() == parse(b"")


def test_parse_names_the_line_that_does_not_hold():
    log = append(one_figure(), publication_of(one_figure()))
    with pytest.raises(NotVerified, match=r"ledger\.jsonl, entry 2: its hash is not the hash"):
        parse(to_bytes(log).replace(b"d" * 64, b"e" * 64))


@pytest.mark.parametrize("measure", ["", "../x", "Recorded", "a b", "x" * 101, "a\n"])
def test_a_measure_whose_name_no_file_may_have_is_refused(measure: str):
    with pytest.raises(NotVerified, match="its measure is not what that field holds"):
        append(Log(), figure(replace(ORIGIN, measure=measure), csv=b"", json=b""))
