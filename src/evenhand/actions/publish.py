"""Publish: the one path from the store to the public.

Prepare, measure, gate, approve, release, write, seal: this file is the whole of it. Nothing is shown that did
not pass the gate, nothing passes the gate without an entry, and a run that fails leaves the
publication as it was.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow.compute as pc

from evenhand.actions.account import account_of
from evenhand.actions.approval import approved_by, proposal, refuse_unapproved
from evenhand.actions.notices import NOTHING_SAID, Said, say, standing, withdrawn_after
from evenhand.actions.origins import origins
from evenhand.actions.prepare import Prepared, prepare
from evenhand.actions.publishable import (
    refuse_closed,
    refuse_unbuilt,
    refuse_unfilled,
    refuse_unproved,
    refuse_unversioned,
)
from evenhand.actions.releases import Progress, certificate_of, judged, proved
from evenhand.disclosure.release import Cell, Release
from evenhand.engine import keys, publication, session
from evenhand.engine.publication import Draft, Outcome
from evenhand.engine.shapes import shapes
from evenhand.engine.signing import Signing
from evenhand.engine.workspace import Workspace
from evenhand.ledger import log as ledger
from evenhand.ledger.lines import CERTIFICATE
from evenhand.reports.about import About
from evenhand.reports.data import data_files
from evenhand.reports.site import last_page, pages
from evenhand.reports.what_changed import short_lines
from evenhand.rules.partnership import partnership


@dataclass(frozen=True)
class Published:
    """What was published."""

    releases: dict[str, Release]
    outcome: Outcome
    prepared: Prepared
    what_changed: tuple[str, ...]
    """What the publication changed, a sentence or two a line; empty where it changed no figure."""
    withdrawn: tuple[str, ...]
    """Figures that are not in it since they were withdrawn before, a sentence each."""


@dataclass(frozen=True)
class Line:
    """One measure of a publication, in numbers."""

    title: str
    rows: int
    hidden: int
    not_known: int
    policy: str


def summary(published: Published) -> list[Line]:
    """What was published, a line a measure."""
    return [
        Line(
            made.title, made.table.num_rows, made.count(Cell.HIDDEN), made.count(Cell.NOT_KNOWN), made.policy
        )
        for made in published.releases.values()
    ]


def publish(
    workspace: Workspace,
    made_on: date,
    progress: Progress = lambda _words: None,
    said: Said = NOTHING_SAID,
    key_lost: str = "",
) -> Published:
    """Measure everything, pass it through the gate, and publish it with its ledger.

    `said` is what it says of a figure corrected or withdrawn, `key_lost` what became of the ledger's key
    where that is lost. Publishing the same twice changes nothing. Raises Refused where the gate does and
    where a second person has to approve and did not; NotThere where a file that is needed was never
    ingested or a key is gone, BadConfig where `evenhand.toml` names nobody yet, Busy when another process
    is writing.
    """
    refuse_unfilled(partnership(workspace.config()))
    refuse_unbuilt()
    with workspace.writing() as scratch:
        progress("reading the store")
        prepared = prepare(workspace, scratch)
        refuse_closed(prepared)
        policy, maker = prepared.partnership.policy, prepared.partnership.site.maker
        with publication.begin(workspace.root, _signing(workspace, prepared, key_lost)) as draft:
            draft.announce_key(made_on, maker)
            before, gone = draft.log, withdrawn_after(draft.log, said)
            refuse_unversioned(draft.log, prepared.partnership.definition)
            refuse_unapproved(workspace, prepared.partnership, before)
            judgement = judged(prepared, workspace.root, progress, gone)
            releases = judgement.releases
            progress("writing the data files")
            files = data_files(proved(judgement))
            certificate = certificate_of(judgement, files)
            proposed = proposal(files, certificate, policy, maker)
            by = approved_by(workspace, proposed, policy, before, gone)
            tables = {name: made.table for name, made in releases.items()}
            for origin in origins(prepared, tables, made_on, by):
                if origin.measure not in gone:
                    draft.release(origin, *files[origin.measure])
            if certificate is not None:
                draft.certify(certificate)
            say(draft, before, said, made_on, maker)
            draft.keep_earlier()
            progress("drawing the site")
            about = account_of(prepared, draft, releases, made_on)
            for path, content in pages(releases, _outlines(prepared), about).items():
                draft.write(f"site/{path}", content)
            path, content = last_page(releases, about, draft.packed)
            draft.write(f"site/{path}", content)
            progress("sealing")
            outcome = draft.seal(made_on, maker, partial(_check, progress))
    releases = {name: made for name, made in releases.items() if name not in gone}
    changed = _what_changed(draft, about) if outcome.changed else ()
    withdrawn = tuple(each for each in standing(draft.log) if each in standing(before))
    return Published(releases, outcome, prepared, changed, withdrawn)


def _check(progress: Progress, folder: Path) -> None:
    """Refuse a publication whose certificate, if it has one, does not hold with its ledger beside it."""
    if (folder / CERTIFICATE).exists():
        progress("checking the certificate as a stranger would")
        refuse_unproved(folder / "data")


def _what_changed(draft: Draft, about: About) -> tuple[str, ...]:
    """What the publication said of earlier figures, and which it changed."""
    since = draft.entries_before
    said = tuple(
        f"{notice.what}: {notice.title}. {notice.reason}"
        for notice in reversed(about.notices)
        if notice.number > since
    )
    new = any(line["number"] > since for line in ledger.figures(draft.log))
    return said + (short_lines(about.changes[0]) if new else ())


def _signing(workspace: Workspace, prepared: Prepared, key_lost: str) -> Signing:
    """With which keys; without any, the ledger is called after the area."""
    return Signing(f"evenhand/{prepared.area_code}", keys.held(workspace.root), key_lost)


def _outlines(prepared: Prepared) -> dict[str, dict[str, Any]]:
    """Outlines of the areas that are drawn: LSOAs and local authorities."""
    drawn = session.as_table(
        prepared.places.filter(pc.field("area_level").isin([prepared.lsoa_level, "LAD"]))
    )
    return shapes(prepared.engine, prepared.tables["boundary"], drawn)
