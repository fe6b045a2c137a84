"""Publish: the one path from the store to the public.

Prepare, measure, gate, release, write, seal: this file is the whole of it. Nothing is shown that did
not pass the gate, nothing passes the gate without an entry, and a run that fails leaves the
publication as it was.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow.compute as pc

from evenhand.actions.account import account_of
from evenhand.actions.inputs import inputs_of
from evenhand.actions.notices import NOTHING_SAID, Said, say, withdrawn_after
from evenhand.actions.prepare import Prepared, prepare
from evenhand.actions.releases import Progress, releases_of
from evenhand.disclosure.release import Cell, Release
from evenhand.engine import keys, publication, session
from evenhand.engine.code_identity import code_identity
from evenhand.engine.publication import Draft, Outcome
from evenhand.engine.shapes import shapes
from evenhand.engine.signing import Signing
from evenhand.engine.workspace import Workspace
from evenhand.errors import BadConfig, Refused
from evenhand.ledger import log as ledger
from evenhand.ledger.entry import Origin
from evenhand.needs import MEASURES
from evenhand.reports.about import About
from evenhand.reports.data import csv_bytes, json_bytes
from evenhand.reports.site import last_page, pages
from evenhand.reports.what_changed import short_lines
from evenhand.rules import police_force
from evenhand.rules.definition import Definition
from evenhand.rules.partnership import DEFAULT_NAME, Partnership, partnership
from evenhand.sources.source import OPEN_GATEWAY


@dataclass(frozen=True)
class Published:
    """What was published."""

    releases: dict[str, Release]
    outcome: Outcome
    prepared: Prepared
    what_changed: tuple[str, ...]
    """What the publication changed, a sentence or two a line; empty where it changed no figure."""


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
    where that is lost. Publishing the same twice changes nothing. Raises Refused where the gate does,
    NotThere where a file that is needed was never ingested or a key is gone, BadConfig where
    `evenhand.toml` names nobody yet, Busy when another process is writing.
    """
    _refuse_unfilled(partnership(workspace.config()))
    with workspace.writing() as scratch:
        progress("reading the store")
        prepared = prepare(workspace, scratch)
        _fits(prepared)
        maker = prepared.partnership.site.maker
        with publication.begin(workspace.root, _signing(workspace, prepared, key_lost)) as draft:
            draft.announce_key(made_on, maker)
            before, gone = draft.log, withdrawn_after(draft.log, said)
            _refuse_unversioned(draft.log, prepared.partnership.definition)
            releases = releases_of(prepared, MEASURES, progress)
            progress("writing the data files")
            for origin, made in _origins(prepared, releases, made_on):
                if origin.measure not in gone:
                    draft.release(origin, csv_bytes(made), json_bytes(made))
            say(draft, before, said, made_on, maker)
            draft.keep_earlier()
            progress("drawing the site")
            about = account_of(prepared, draft, releases, made_on)
            for path, content in pages(releases, _outlines(prepared), about).items():
                draft.write(f"site/{path}", content)
            path, content = last_page(releases, about, draft.packed)
            draft.write(f"site/{path}", content)
            progress("sealing")
            outcome = draft.seal(made_on, maker)
    releases = {name: made for name, made in releases.items() if name not in gone}
    return Published(releases, outcome, prepared, _what_changed(draft, about) if outcome.changed else ())


def _what_changed(draft: Draft, about: About) -> tuple[str, ...]:
    """What the publication said of earlier figures, and which it changed."""
    since = draft.entries_before
    said = tuple(
        f"{'Withdrawn' if notice.withdraws else 'Corrected'}: {notice.title}. {notice.reason}"
        for notice in reversed(about.notices)
        if notice.number > since
    )
    new = any(line["number"] > since for line in ledger.figures(draft.log))
    return said + (short_lines(about.changes[0]) if new else ())


def _signing(workspace: Workspace, prepared: Prepared, key_lost: str) -> Signing:
    """With which keys; without any, the ledger is called after the area."""
    return Signing(f"evenhand/{prepared.area_code}", keys.held(workspace.root), key_lost)


def _refuse_unfilled(mine: Partnership) -> None:
    """Refuse names nobody filled in: the ledger would hold them for good. Raises BadConfig."""
    if mine.unfilled and not mine.synthetic:
        *first, last = mine.unfilled
        keys = f"{', '.join(first)} and {last}" if first else last
        raise BadConfig(
            f"{keys} still {'say' if first else 'says'} {DEFAULT_NAME!r}",
            where="evenhand.toml",
            next_step="fill in who you are, and publish again: the ledger keeps what was published for good",
        )


def _fits(prepared: Prepared) -> None:
    """Refuse what a policy cannot yet keep safe over a whole publication. Raises Refused.

    The same counts stand in many tables (by area, by tenth, in files' row counts), and the gate judges
    one table at a time: under a policy that hides or rounds, one table could give away another's cells.
    """
    policy = prepared.partnership.policy
    if not policy.changes_nothing:
        raise Refused(
            f"the policy {policy.label} hides or rounds counts, and tables that share counts are not "
            "protected together yet",
            where="publish",
            next_step="publish figures of open data under open-data; `evenhand show` gives a table where "
            "nothing in it gives a hidden count away",
        )
    closed = [supply.file for supply in prepared.catalogue.supplies if supply.gateway != OPEN_GATEWAY]
    if closed:
        raise Refused(
            f"the policy {policy.label} is for open data, and {closed[0]} is not",
            where="publish",
            next_step="choose another policy, or publish without that file",
        )


def _refuse_unversioned(log: ledger.Log, definition: Definition) -> None:
    """Refuse a definition that changed and kept its version: nobody could tell the two apart."""
    for line in ledger.figures(log):
        before = line["definition"]
        if before != definition.identity and before.startswith(f"{definition.name} {definition.version} ("):
            raise BadConfig(
                f"the definition changed since entry {line['number']} and is still version "
                f"{definition.version!r}",
                where="evenhand.toml [definition]",
                next_step="give it a new version, and words that say what it counts now",
            )


def _outlines(prepared: Prepared) -> dict[str, dict[str, Any]]:
    """Outlines of the areas that are drawn: LSOAs and local authorities."""
    drawn = session.as_table(
        prepared.places.filter(pc.field("area_level").isin([prepared.lsoa_level, "LAD"]))
    )
    return shapes(prepared.engine, prepared.tables["boundary"], drawn)


def _origins(
    prepared: Prepared, releases: dict[str, Release], made_on: date
) -> Iterator[tuple[Origin, Release]]:
    """Each release with where it comes from, as its line of the ledger says."""
    last = next(row["month"] for row in reversed(prepared.months) if row["supplied"])
    inputs, code = inputs_of(prepared, releases), code_identity()
    for made in releases.values():
        origin = Origin(
            measure=made.measure,
            title=made.title,
            area_level=prepared.area_level,
            area_code=prepared.area_code,
            police_forces=prepared.police_forces,
            period_from=prepared.months[0]["month"],
            period_to=session.last_day(last),
            inputs=inputs[made.measure],
            rules=(made.policy, police_force.RULE),
            definition=made.definition,
            code=code,
            maker=prepared.partnership.site.maker,
            made_on=made_on,
        )
        yield origin, made
