"""Review: measure and gate as `publish` does, and write down for a second person what would be published.

Into the workspace's `review/`: a page, the tables, the certificate, and a digest of them all. Nothing of it
is published. The digest is written last: without it nothing can be approved.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from shlex import quote

from evenhand.actions import approval
from evenhand.actions.approval import DATA, REVIEW, Proposal
from evenhand.actions.notices import NOTHING_SAID, Said, withdrawn_after
from evenhand.actions.prepare import Prepared, prepare
from evenhand.actions.publishable import refuse_closed, refuse_unbuilt, refuse_unfilled, refuse_unversioned
from evenhand.actions.releases import Progress, certificate_of, judged, proved
from evenhand.disclosure.gate import Judged
from evenhand.engine.publication import CHECK
from evenhand.engine.published import published_log, remove
from evenhand.engine.released import released
from evenhand.engine.standalone import checker_file
from evenhand.engine.workspace import Workspace, write_atomically
from evenhand.ledger import log as ledger
from evenhand.ledger.lines import CERTIFICATE
from evenhand.reports.about import PolicyNote
from evenhand.reports.data import data_files
from evenhand.reports.pages.review import review_page
from evenhand.reports.review import PRIVATE, ReviewNote, WithdrawnNote
from evenhand.reports.tally import Tally, tally
from evenhand.reports.write import private_html
from evenhand.rules.partnership import partnership

PAGE = "index.html"


@dataclass(frozen=True)
class Reviewed:
    """What a review found, and its page."""

    note: ReviewNote
    page: Path


def review(
    workspace: Workspace,
    on: date,
    progress: Progress = lambda _words: None,
    said: Said = NOTHING_SAID,
) -> Reviewed:
    """Measure everything and pass it through the gate, and write `review/`. Publishes nothing.

    With `said`, what would be published where that is said. An approval that was given stays, and holds where
    the digest is the same and nothing that was withdrawn since comes back. Raises as `publish` does.
    """
    refuse_unfilled(partnership(workspace.config()))
    refuse_unbuilt()
    with workspace.writing() as scratch:
        progress("reading the store")
        prepared = prepare(workspace, scratch)
        refuse_closed(prepared)
        approval.refuse_no_person(prepared.partnership)
        log = published_log(workspace.root)
        refuse_unversioned(log, prepared.partnership.definition)
        judgement = judged(prepared, workspace.root, progress, withdrawn_after(log, said))
        progress("writing the review")
        tables = data_files(proved(judgement))
        certificate = certificate_of(judgement, tables)
        mine = prepared.partnership
        proposed = approval.proposal(tables, certificate, mine.policy, mine.site.maker)
        note = _note(prepared, judgement, proposed, on, log)
        content = {
            f"{DATA}/{name}.{kind}": each
            for name, both in tables.items()
            for kind, each in zip(("csv", "json"), both, strict=True)
        }
        if certificate:
            content |= {CERTIFICATE: certificate, CHECK: checker_file(), **_earlier(workspace, certificate)}
        content[PAGE] = _page(note, workspace)
        _write(workspace.review, content, proposed.to_bytes(on, log.head))
    return Reviewed(note, workspace.review / PAGE)


def _note(prepared: Prepared, judgement: Judged, proposed: Proposal, on: date, log: ledger.Log) -> ReviewNote:
    mine, proof = prepared.partnership, judgement.proof
    return ReviewNote(
        partnership=mine.name,
        area_name=prepared.area_name,
        synthetic=mine.synthetic,
        maker=proposed.maker,
        reviewed_on=on,
        digest=proposed.digest,
        certificate=proposed.certificate,
        policy=PolicyNote(mine.policy.label, f"{mine.policy.effect} {mine.policy.reason}".strip()),
        needs_approval=mine.policy.needs_approval,
        protection=mine.policy.protection,
        tallies=_tallies(prepared, judgement),
        reader=proof.fields["reader"] if proof else "",
        # The first world, and another after each step from it.
        worlds=len(proof.fields["steps"]) + 1 if proof else 0,
        guarded=proof.guarded if proof else 0,
        told_to_ones=judgement.told_to_ones,
        withdrawn=_withdrawn(judgement, log),
    )


def _withdrawn(judgement: Judged, log: ledger.Log) -> tuple[WithdrawnNote, ...]:
    """What is withdrawn, of the tables that were reviewed."""
    return tuple(
        WithdrawnNote(line["title"], date.fromisoformat(line["made_on"]), line["reason"])
        for name, line in ledger.withdrawn(log).items()
        if name in judgement.releases
    )


def _tallies(prepared: Prepared, judgement: Judged) -> tuple[Tally, ...]:
    whole = (prepared.area_level, prepared.area_code)
    return tuple(
        tally(
            made,
            {column: flags for (measure, column), flags in judgement.small.items() if measure == name},
            prepared.lsoa_level,
            whole,
        )
        for name, made in proved(judgement).items()
    )


def _page(note: ReviewNote, workspace: Workspace) -> bytes:
    notices = (PRIVATE,) + (("Synthetic data: a fictional area.",) if note.synthetic else ())
    command = f'evenhand approve --workspace {quote(str(workspace.root))} --by "NAME"'
    return private_html(review_page(note, command), note.partnership, notices)


def _earlier(workspace: Workspace, certificate: bytes) -> dict[str, bytes]:
    """The earlier tables that the certificate reckons with, so that it can be checked as it will be."""
    return {
        f"{DATA}/{each['file']}": released(workspace.root, each["entry"], each["measure"], each["sha256"])
        for each in json.loads(certificate)["earlier"]
    }


def _write(folder: Path, content: dict[str, bytes], last: bytes) -> None:
    """Write all of it; the review's own record last, and gone before anything of it changes."""
    folder.mkdir(exist_ok=True)
    (folder / REVIEW).unlink(missing_ok=True)
    remove(folder / DATA)
    (folder / DATA).mkdir()
    for relative, each in content.items():
        (folder / relative).parent.mkdir(exist_ok=True)
        write_atomically(folder / relative, each)
    write_atomically(folder / REVIEW, last)
