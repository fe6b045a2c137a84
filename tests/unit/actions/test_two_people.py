"""Two people: who may approve, what exactly is approved, and that nothing else is published."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from evenhand.actions.approval import (
    APPROVAL,
    DATA,
    REVIEW,
    Approval,
    Proposal,
    approve,
    approved_by,
    on_withdrawn,
    proposal,
)
from evenhand.actions.init import NewPartnership, init
from evenhand.actions.status import status
from evenhand.engine.published import published_log
from evenhand.engine.workspace import Workspace
from evenhand.errors import NotThere, Refused
from evenhand.ledger import log as ledger
from evenhand.ledger.entry import Entry, Figure, Origin, Withdrawal, figure
from evenhand.ledger.lines import CERTIFICATE, LEDGER
from evenhand.ledger.log import Log
from evenhand.rules.partnership import DEFAULT_NAME
from evenhand.rules.policy import policy

DAY, LATER = date(2026, 1, 31), date(2026, 2, 14)
MAKER = "Améline O’Hara"
COUNTS = policy("counts", threshold=5)
OPEN = policy("open-data", reason="its publisher made it safe")
FILES = {"violence_rate": (b"b,c\n", b"{}"), "recorded_violence": (b"a,b\n", b"[]")}
PROPOSED = proposal(FILES, b"certificate", COUNTS, MAKER)
HEAD = Log().head


@pytest.fixture
def made(tmp_path: Path) -> Workspace:
    """A workspace of a named partnership, with a review."""
    about = NewPartnership(name="Safer Exampleshire", area="E23000901")
    workspace = init(tmp_path / "area", about)
    (workspace.review / DATA).mkdir(parents=True)
    (workspace.review / REVIEW).write_bytes(PROPOSED.to_bytes(DAY, HEAD))
    for name, (csv, json_file) in FILES.items():
        (workspace.review / DATA / f"{name}.csv").write_bytes(csv)
        (workspace.review / DATA / f"{name}.json").write_bytes(json_file)
    (workspace.review / CERTIFICATE).write_bytes(b"certificate")
    return workspace


def refused(workspace: Workspace, by: str) -> str:
    """The line with which an approval is refused; nothing is written."""
    before = sorted(workspace.review.glob("*"))
    with pytest.raises(Refused) as caught:
        approve(workspace, by, LATER)
    assert caught.value.what
    assert caught.value.where
    assert caught.value.next_step
    assert "\n" not in str(caught.value)
    assert sorted(workspace.review.glob("*")) == before
    return str(caught.value)


def test_the_digest_is_of_every_byte_the_certificate_the_policy_and_the_maker():
    name = "recorded_violence"
    others = [
        proposal({**FILES, name: (b"a,B\n", b"[]")}, b"certificate", COUNTS, MAKER),
        proposal({**FILES, name: (b"a,b\n", b"[ ]")}, b"certificate", COUNTS, MAKER),
        proposal({**FILES, "coverage": (b"", b"")}, b"certificate", COUNTS, MAKER),
        proposal({name: FILES[name]}, b"certificate", COUNTS, MAKER),
        proposal(FILES, b"another", COUNTS, MAKER),
        proposal(FILES, None, COUNTS, MAKER),
        proposal(FILES, b"certificate", policy("counts", threshold=6), MAKER),
        proposal(FILES, b"certificate", COUNTS, "Somebody else"),
    ]
    assert len({PROPOSED.digest, *(each.digest for each in others)}) == len(others) + 1


def test_the_digest_does_not_hang_on_the_order_or_the_day():
    turned = dict(reversed(FILES.items()))
    assert proposal(turned, b"certificate", COUNTS, MAKER).digest == PROPOSED.digest
    told = [json.loads(PROPOSED.to_bytes(day, HEAD)) for day in (DAY, LATER)]
    assert {each["digest"] for each in told} == {PROPOSED.digest}
    assert [each["on"] for each in told] == ["2026-01-31", "2026-02-14"]
    assert told[0]["tables"][0][0] == "recorded_violence"


def test_an_approval_names_the_digest_the_person_the_day_and_the_note(made):
    given = approve(made, "  B.  Okafor ", LATER, "read\ntwice")
    assert given == Approval(PROPOSED.digest, "B. Okafor", "2026-02-14", "read twice", str(HEAD))
    assert json.loads((made.review / APPROVAL).read_bytes()) == vars(given)
    assert {path.name for path in made.review.iterdir()} == {REVIEW, APPROVAL, DATA}
    assert approved_by(made, PROPOSED, COUNTS, Log(), ()) == "B. Okafor"


def test_without_a_review_there_is_nothing_to_approve(made):
    (made.review / REVIEW).unlink()
    assert "there is no review to approve; run `evenhand review` first" in refused(made, "B. Okafor")


def test_outside_a_workspace_that_is_what_is_said(tmp_path):
    with pytest.raises(NotThere, match=r"no evenhand\.toml"):
        approve(Workspace(tmp_path), "B. Okafor", DAY)


@pytest.mark.parametrize(
    "name",
    [
        MAKER,
        "améline o’hara",
        "AMELINE OHARA",
        " Améline   O’Hara ",
        "Ame\u0301line O'Hara",
        "Améline-O.Hara",
    ],
    ids=ascii,
)
def test_the_maker_never_approves_however_the_name_is_written(made, name):
    assert "made these figures, and nobody approves their own; have somebody else run" in refused(made, name)


@pytest.mark.parametrize("name", ["O’Hara, Améline", "Ms Améline O’Hara", "Améline O’Hara (senior)"])
def test_the_maker_does_not_approve_with_the_name_in_another_order_or_with_more(made, name):
    assert "nobody approves their own" in refused(made, name)


@pytest.mark.parametrize("name", ["NAME", "Safer Exampleshire"])
def test_neither_a_placeholder_nor_the_partnership_approves(made, name):
    assert f"{name!r} names nobody" in refused(made, name)


@pytest.mark.parametrize("file", [f"{DATA}/recorded_violence.csv", f"{DATA}/violence_rate.json", CERTIFICATE])
def test_a_table_that_was_altered_or_taken_away_since_the_review_is_not_approved(made, file):
    path = made.review / file
    path.write_bytes(path.read_bytes() + b" ")
    assert f"{path}: was altered since the review" in refused(made, "B. Okafor")
    path.unlink()
    assert f"{path}: was altered since the review" in refused(made, "B. Okafor")


def test_the_maker_named_in_the_configuration_does_not_approve_either(made):
    text = made.config_file.read_text(encoding="utf-8")
    assert text.count('maker = "Safer Exampleshire"') == 1
    text = text.replace('maker = "Safer Exampleshire"', 'maker = "C. Kim"')
    made.config_file.write_text(text, encoding="utf-8")
    assert "nobody approves their own" in refused(made, "c kim")


@pytest.mark.parametrize(
    "name", ["", "  ", "—", DEFAULT_NAME, DEFAULT_NAME.upper(), "B.\x1b[2J", "B\udce9"], ids=ascii
)
def test_a_name_that_is_nobody_s_is_refused(made, name):
    assert "names nobody; give the name of whoever read the review" in refused(made, name)


ALTERED = {
    "another maker": {"maker": "Nobody In Particular"},
    "another policy": {"policy": "open-data 1"},
    "another certificate": {"certificate": ""},
    "another table": {"tables": [["coverage", "0" * 64, "0" * 64]]},
    "no table": {"tables": []},
    "a table in short": {"tables": [["coverage"]]},
    "tables of another kind": {"tables": [1]},
    "another digest": {"digest": "0" * 64},
    "no text": {"maker": "\udce9"},
}
OTHERWISE_WRITTEN = {
    "a field of another kind": {"maker": 1},
    "a field too many": {"more": ""},
    "no head": {"head": "12"},
}


def rewrite(file: Path, changes: dict[str, object]) -> None:
    """Put other values into a file of the review."""
    file.write_text(json.dumps({**json.loads(file.read_bytes()), **changes}))


@pytest.mark.parametrize("changes", ALTERED.values(), ids=ALTERED)
def test_a_review_that_was_altered_is_not_approved(made, changes):
    rewrite(made.review / REVIEW, changes)
    assert "was altered: it is not what its own digest says; run `evenhand review` again" in refused(
        made, "B. Okafor"
    )


@pytest.mark.parametrize("changes", OTHERWISE_WRITTEN.values(), ids=OTHERWISE_WRITTEN)
def test_a_review_that_is_written_otherwise_is_not_said_to_be_altered(made, changes):
    rewrite(made.review / REVIEW, changes)
    assert "is no review that can be read, or of another version of Evenhand; run" in refused(
        made, "B. Okafor"
    )


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"\xff", b'{"digest": '], ids=ascii)
def test_a_review_that_cannot_be_read_is_not_approved(made, content):
    (made.review / REVIEW).write_bytes(content)
    assert "is no review that can be read" in refused(made, "B. Okafor")


def not_published(workspace: Workspace, proposed: Proposal, log: Log | None = None) -> str:
    with pytest.raises(Refused) as caught:
        approved_by(workspace, proposed, COUNTS, log or Log(), ())
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_open_data_needs_nobody_and_small_counts_need_a_second_person(made):
    assert approved_by(made, PROPOSED, OPEN, Log(), ()) == ""
    assert not_published(made, PROPOSED) == (
        "policy counts 1 (1 to 4 hidden): these figures need the approval of a second person before they are "
        "published; run `evenhand review`, then have somebody else run `evenhand approve --by NAME`"
    )


@pytest.mark.parametrize(
    "changed",
    [
        replace(PROPOSED, policy="counts 1 (1 to 2 hidden)"),
        replace(PROPOSED, certificate=""),
        replace(PROPOSED, tables=()),
    ],
    ids=["policy", "certificate", "tables"],
)
def test_an_approval_of_other_figures_is_none_and_says_so(made, changed):
    approve(made, "B. Okafor", LATER)
    assert "changed since B. Okafor approved them on 2026-02-14; run `evenhand review` again, then have" in (
        not_published(made, changed)
    )


def test_an_approval_written_by_hand_in_the_maker_s_name_is_none(made):
    forged = {
        "digest": PROPOSED.digest,
        "by": MAKER.upper(),
        "on": "2026-02-14",
        "note": "",
        "head": str(HEAD),
    }
    (made.review / APPROVAL).write_text(json.dumps(forged))
    assert "nobody approves their own" in not_published(made, PROPOSED)
    (made.review / APPROVAL).write_text(json.dumps({**forged, "by": " "}))
    assert "names nobody" in not_published(made, PROPOSED)


@pytest.mark.parametrize("content", [b"", b"{}", b"[1]", b'{"digest": 1, "by": "", "on": "", "note": ""}'])
def test_an_approval_that_cannot_be_read_is_none(made, content):
    (made.review / APPROVAL).write_bytes(content)
    assert "is no approval that can be read; run `evenhand review`" in not_published(made, PROPOSED)


# With which ledger


def published(workspace: Workspace, *entries: Entry) -> Log:
    """The workspace's ledger, with those entries at its end."""
    log = published_log(workspace.root)
    for entry in entries:
        log = ledger.append(log, entry)
    workspace.published.mkdir(exist_ok=True)
    (workspace.published / LEDGER).write_bytes(ledger.to_bytes(log))
    return log


def released(measure: str, code: str = "0.1.0 (5d41402abc4b)") -> Figure:
    origin = Origin(
        measure, measure, "PFA", "E23000007", ("A",), (), None, None, (), (), "violence 1", code, MAKER, DAY
    )
    return figure(origin, csv=b"", json=b"[]")


def withdrawn(measure: str) -> Withdrawal:
    return Withdrawal(measure, measure, 1, "Another edition", MAKER, DAY)


def reviewed_with(workspace: Workspace, log: Log) -> None:
    (workspace.review / REVIEW).write_bytes(PROPOSED.to_bytes(DAY, log.head))


@pytest.fixture
def begun(made: Workspace) -> Workspace:
    """The workspace, its review made when one figure was published."""
    reviewed_with(made, published(made, released("violence_rate")))
    return made


def test_what_was_withdrawn_after_the_review_does_not_come_back_whenever_that_was_approved(begun):
    log = published(begun, withdrawn("violence_rate"))
    (said,) = on_withdrawn(begun, approve(begun, "B. Okafor", LATER))
    assert said.startswith("violence_rate was withdrawn after this review, and stays so: to bring it back,")
    assert not_published(begun, PROPOSED, log) == (
        "violence_rate: it was withdrawn after the review that B. Okafor approved on 2026-02-14; run "
        "`evenhand review` again, then have somebody else run `evenhand approve --by NAME`"
    )
    assert approved_by(begun, PROPOSED, COUNTS, log, {"violence_rate"}) == "B. Okafor"
    reviewed_with(begun, log)
    assert "violence_rate: it was withdrawn after" in not_published(begun, PROPOSED, log)
    (said,) = on_withdrawn(begun, approve(begun, "B. Okafor", LATER))
    assert said == "violence_rate stays withdrawn: `evenhand correct violence_rate` brings it back"
    assert approved_by(begun, PROPOSED, COUNTS, log, ()) == "B. Okafor"


def test_what_else_was_published_since_changes_no_approval(begun):
    approve(begun, "B. Okafor", LATER)
    log = published(begun, released("coverage"), released("coverage", "0.2.0 (000000000000)"))
    assert approved_by(begun, PROPOSED, COUNTS, log, ()) == "B. Okafor"


OTHER_LEDGER = "is not of this ledger: the figures were reviewed with another; run `evenhand review` again"


@pytest.mark.parametrize("entries", [(), ("coverage",), ("coverage", "violence_rate")], ids=len)
def test_with_a_ledger_begun_anew_nothing_is_approved_or_published(begun, entries):
    approve(begun, "B. Okafor", LATER)
    (begun.published / LEDGER).unlink()
    log = published(begun, *map(released, entries))
    assert f"{begun.review / APPROVAL}: {OTHER_LEDGER}" in not_published(begun, PROPOSED, log)
    assert f"{begun.review / REVIEW}: {OTHER_LEDGER}" in refused(begun, "B. Okafor")


@pytest.mark.parametrize(
    ("head", "said"),
    [
        (True, "is no approval that can be read"),
        (1, "is no approval that can be read"),
        ("", "is no approval that can be read"),
        (str(HEAD).replace("0 ", "-1 "), "is no approval that can be read"),
        (str(HEAD).replace("0 ", "True "), "is no approval that can be read"),
        (str(HEAD).replace("0 ", "2 "), OTHER_LEDGER),
    ],
)
def test_an_approval_with_a_head_that_the_ledger_never_had_is_none(begun, head, said):
    approve(begun, "B. Okafor", LATER)
    rewrite(begun.review / APPROVAL, {"head": head})
    assert said in not_published(begun, PROPOSED, published(begun))


# What status says of it


WAITS = "A review waits for approval: have somebody else run `evenhand approve --by NAME`."


def test_status_says_that_a_review_waits_for_approval_and_what_next(made, under):
    assert status(under(made)).waiting == WAITS


def test_status_says_that_what_was_approved_is_not_published(made, under):
    approve(under(made), "B. Okafor", LATER)
    said = "Approved by B. Okafor on 2026-02-14, not published yet: run `evenhand publish`."
    assert status(made).waiting == said


def test_status_says_that_a_review_after_the_approval_waits_again(made, under):
    approve(under(made), "B. Okafor", LATER)
    (made.review / REVIEW).write_bytes(replace(PROPOSED, certificate="c" * 64).to_bytes(LATER, HEAD))
    assert status(made).waiting == WAITS


def test_status_says_that_a_review_was_with_another_ledger(begun, under):
    approve(under(begun), "B. Okafor", LATER)
    (begun.published / LEDGER).unlink()
    published(begun, released("coverage"))
    assert status(begun).waiting.startswith(f"The review {OTHER_LEDGER.replace(';', ':')}, then have")


def test_status_says_that_a_review_was_altered_or_is_under_another_policy(made, under):
    under(made, 'policy = "counts"\nthreshold = 6')
    said = "The review is under counts 1 (1 to 4 hidden), not counts 1 (1 to 5 hidden): run `evenhand review`"
    assert status(made).waiting.startswith(said)
    (made.review / REVIEW).write_bytes(PROPOSED.to_bytes(DAY, HEAD).replace(b"counts 1", b"counts 2"))
    assert status(made).waiting.startswith("The review was altered: it is not what its own digest says: run")


def test_status_says_nothing_without_a_review_or_where_nobody_has_to_approve(made, under):
    assert status(made).waiting == ""
    (under(made).review / REVIEW).unlink()
    assert status(made).waiting == ""
