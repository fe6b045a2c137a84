"""The entries and their tree, against the plainest reading of what they should be."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import date

import pytest

from evenhand.errors import NotVerified
from evenhand.ledger.entry import Correction, Input, Origin, Publication, Withdrawal, figure
from evenhand.ledger.heads import Head
from evenhand.ledger.log import (
    Log,
    append,
    before_last_certificate,
    history,
    is_origin,
    latest,
    parse,
    published,
    to_bytes,
    withdrawn,
)
from evenhand.ledger.merkle import NO_ROOT

ORIGIN = Origin(
    measure="recorded_violence",
    title="Recorded violence – counts",
    area_level="PFA",
    area_code="E23000007",
    police_forces=("Northumbria Police", "British Transport Police"),
    crime_types=(),
    period_from=date(2020, 5, 1),
    period_to=None,
    inputs=(Input("police_uk", "b.csv", "b" * 64), Input("area_link", "a.csv", "a" * 64)),
    rules=("open-data 1",),
    definition="violence 1 (3f2a91c04b7d)",
    code="0.1.0 (5d41402abc4b)",
    maker="A. Analyst",
    made_on=date(2026, 11, 23),
)
PUBLICATION = Publication("example.org/log", "", "d" * 64, "A. Analyst", date(2026, 11, 23))

# Written out by hand: what the first line must be, byte for byte.
FIRST = (
    '{"approved_by":"","area_code":"E23000007","area_level":"PFA","code":"0.1.0 (5d41402abc4b)",'
    '"crime_types":[],'
    '"definition":"violence 1 (3f2a91c04b7d)","entry":"figure",'
    '"inputs":[{"file":"a.csv","sha256":"' + "a" * 64 + '","source":"area_link"},'
    '{"file":"b.csv","sha256":"' + "b" * 64 + '","source":"police_uk"}],'
    '"json":"4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945",'
    '"made_on":"2026-11-23","maker":"A. Analyst","measure":"recorded_violence","number":1,'
    '"period_from":"2020-05-01","period_to":null,'
    '"police_forces":["British Transport Police","Northumbria Police"],'
    '"released":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",'
    '"rules":["open-data 1"],"title":"Recorded violence – counts"}'
)


def one_figure() -> Log:
    return append(Log(), figure(ORIGIN, csv=b"", json=b"[]"))


def node(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()


def test_first_line_is_canonical_json_and_a_leaf_of_rfc_6962():
    log = one_figure()
    assert f"{FIRST}\n" == to_bytes(log).decode()
    assert log.head == Head(1, node(b"\0", FIRST.encode()))
    assert log.hash_of(1) == node(b"\0", FIRST.encode()).hex()


def test_the_root_is_over_all_lines_in_order():
    log = append(append(one_figure(), publication_of(one_figure())), figure(ORIGIN, csv=b"2", json=b"[2]"))
    lines = to_bytes(log).splitlines()
    assert [json.loads(line)["number"] for line in lines] == [1, 2, 3]
    one, two, three = (node(b"\0", line) for line in lines)
    assert Head(3, node(b"\1", node(b"\1", one, two), three)) == log.head == log.shown_head


def publication_of(log: Log) -> Publication:
    return replace(PUBLICATION, head=str(log.shown_head))


def test_the_head_that_pages_show_is_not_moved_by_the_publication_that_seals_them():
    log = one_figure()
    assert log.shown_head == append(log, publication_of(log)).shown_head
    assert Head(0, NO_ROOT) == Log().shown_head


def test_a_publication_of_another_head_or_name_is_refused():
    log = append(one_figure(), publication_of(one_figure()))
    with pytest.raises(NotVerified, match="the head it sealed is another"):
        append(log, replace(PUBLICATION, head=str(log.head)))
    with pytest.raises(NotVerified, match=r"of another ledger: example\.org/other, not example\.org/log"):
        append(log, replace(publication_of(log), origin="example.org/other"))


def test_a_withdrawn_figure_is_withdrawn_until_it_is_released_again():
    log = one_figure()
    taken_back = Withdrawal("recorded_violence", "Recorded violence", 1, "Wrong.", "A", date(2026, 11, 24))
    gone = append(log, taken_back)
    assert list(withdrawn(gone)) == ["recorded_violence"]
    again = append(gone, figure(ORIGIN, csv=b"", json=b"[]"))
    assert (len(again.lines), withdrawn(again)) == (3, {})


def test_a_publication_has_the_latest_of_each_figure_that_is_not_withdrawn():
    """Entries: two figures, a publication, one of them withdrawn, one, released again, one."""
    log = append(one_figure(), figure(replace(ORIGIN, measure="coverage"), csv=b"", json=b""))
    log = append(log, publication_of(log))
    log = append(log, Withdrawal("coverage", "Coverage", 2, "Wrong.", "A", date(2026, 11, 24)))
    log = append(log, publication_of(log))
    log = append(log, figure(replace(ORIGIN, measure="coverage"), csv=b"", json=b""))
    log = append(log, publication_of(log))
    numbers = {time: [line["number"] for line in its] for time, its in published(log).items()}
    assert numbers == {3: [1, 2], 5: [1], 7: [1, 6]}


def test_what_came_before_the_last_certificate_is_before_every_publication_that_has_it():
    log, certificates = one_figure(), ("c" * 64, "a" * 64, "b" * 64, "b" * 64)
    assert before_last_certificate(log) == 0
    for each in certificates:
        log = append(log, replace(publication_of(log), certificate=each, manifest=f"{len(log.lines):064}"))
    assert [line["certificate"] for line in log.lines[1:]] == list(certificates)
    assert before_last_certificate(log) == 3


def test_a_line_is_of_an_origin_whoever_made_it_on_whatever_day():
    (line,) = one_figure().lines
    assert is_origin(replace(ORIGIN, made_on=date(2027, 1, 1), maker="B", approved_by="C"), line)
    assert not is_origin(replace(ORIGIN, definition="another"), line)
    assert not is_origin(ORIGIN, None)


@pytest.mark.parametrize(("was", "now"), [(1, 1), (2, 1), (0, 2), (1, 3), (1, 9), (3, 4)])
def test_a_correction_that_names_no_earlier_and_later_figure_of_its_measure_is_refused(was: int, now: int):
    log = append(one_figure(), figure(ORIGIN, csv=b"2", json=b"[2]"))
    log = append(append(log, publication_of(log)), figure(replace(ORIGIN, measure="coverage"), b"", b""))
    said = Correction("recorded_violence", "Recorded violence", 1, 2, "Slip.", "A", date(2026, 11, 24))
    assert append(log, said).lines[-1]["entry"] == "correction"
    with pytest.raises(NotVerified, match="it names no earlier and later figure of its measure"):
        append(log, replace(said, was=was, now=now))


def test_a_figure_says_who_approved_it_and_its_maker_never_did():
    log = append(Log(), figure(replace(ORIGIN, approved_by="C. Second"), csv=b"", json=b"[]"))
    assert log.lines[0]["approved_by"] == "C. Second"
    with pytest.raises(NotVerified, match="entry 1: who made it approved it"):
        append(Log(), figure(replace(ORIGIN, approved_by="a. analyst"), csv=b"", json=b"[]"))


@pytest.mark.parametrize("reason", ["", " "])
def test_nothing_is_withdrawn_without_a_reason(reason: str):
    with pytest.raises(NotVerified, match="its reason is not what that field holds"):
        append(one_figure(), Withdrawal("recorded_violence", "", 1, reason, "A", date(2026, 11, 24)))


@pytest.mark.parametrize(
    "change", [{"made_on": date(2027, 1, 1)}, {"maker": "B. Analyst"}, {"approved_by": "C. Second"}]
)
def test_another_day_maker_or_approver_alone_adds_no_line(change: dict[str, object]):
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
    assert (log.lines, log.head) == (parse(to_bytes(log)).lines, parse(to_bytes(log)).head)
    assert Log() == parse(b"")


def test_parse_names_the_line_that_does_not_hold():
    log = append(one_figure(), publication_of(one_figure()))
    with pytest.raises(NotVerified, match=r"ledger\.jsonl, entry 2: an entry before it was changed"):
        parse(to_bytes(log).replace(b"a.csv", b"b.csv"))


@pytest.mark.parametrize("measure", ["", "../x", "Recorded", "a b", "x" * 101, "a\n"])
def test_a_measure_whose_name_no_file_may_have_is_refused(measure: str):
    with pytest.raises(NotVerified, match="its measure is not what that field holds"):
        append(Log(), figure(replace(ORIGIN, measure=measure), csv=b"", json=b""))
