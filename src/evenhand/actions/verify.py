"""Verify: does what is published match its ledger, what was kept of it elsewhere, and its certificate?"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from evenhand.disclosure import check
from evenhand.errors import NotThere, NotVerified
from evenhand.ledger import log as ledger
from evenhand.ledger import verify as verifier
from evenhand.ledger.limits import cannot_know
from evenhand.ledger.lines import CERTIFICATE, LEDGER, Kind
from evenhand.ledger.verify import Asked as Asked
from evenhand.ledger.verify import Report
from evenhand.rules.policy_label import policy_among

MARKS = (LEDGER, verifier.CHECKPOINT, verifier.MANIFEST, "verify.py")
"""With any of these, a folder is or was a publication: one that lost its ledger is not verified."""

NEXT = "do not rely on it: ask who published it, or take a copy that verifies"
GIVEN = "look again at what you gave: this says nothing against the publication"
COPIED = f"see that the head was copied without a slip and is of this ledger; if so, {NEXT}"
NEXT_BY_KIND = {Kind.KEPT: GIVEN, **dict.fromkeys((Kind.OTHER, Kind.CUT, Kind.REWRITTEN), COPIED)}
"""What to do where it is not the publication itself that does not hold, by the kind of thing."""


def verify(folder: Path, asked: Asked = Asked()) -> Report:  # noqa: B008  it is frozen
    """The report on a publication that holds: a `published` folder, or a workspace that has one.

    `asked` is what to prove besides. Where counts are hidden or rounded, the last remarks are what the
    checker of the certificate says. Raises NotThere where nothing was published, and NotVerified, with the
    verifier's or the checker's own line, at the first thing that does not hold.
    """
    place = _publication(folder)
    report = verifier.verify(place, asked)
    if not report.holds:
        next_step = NEXT if report.kind is None else NEXT_BY_KIND.get(report.kind, NEXT)
        raise NotVerified(report.line, next_step=next_step)
    return replace(report, remarks=(*report.remarks, *_hidden(place)))


def as_text(report: Report) -> str:
    """The report in words, with what holds of hidden counts and what it cannot know."""
    first, *rest = verifier.as_text(report).split("\n")
    hidden = [remark for remark in report.remarks if remark not in report.line]
    return "\n".join([first, *hidden, *rest, "", cannot_know(compared=bool(report.kept))])


def _hidden(place: Path) -> tuple[str, ...]:
    """What the checker of the certificate says; nothing where nothing is hidden. Raises NotVerified."""
    if not (place / CERTIFICATE).exists():
        log = ledger.parse((place / LEDGER).read_bytes())
        current = (ledger.latest(log, path.stem) for path in sorted((place / "data").glob("*.csv")))
        for line in filter(None, current):
            if not policy_among(line["rules"]).changes_nothing:
                what = f"is not there, though entry {line['number']} hides or rounds counts"
                raise NotVerified(what, where=CERTIFICATE, next_step=NEXT)
        return ()
    try:
        return check.check(place / "data").lines
    except check.Unsafe as trouble:
        what = f"hidden counts are not proved safe: {trouble}"
        raise NotVerified(what, where=CERTIFICATE, next_step=NEXT) from None


def _publication(folder: Path) -> Path:
    for place in (folder, folder / "published"):
        if any((place / name).is_symlink() or (place / name).exists() for name in MARKS):
            return place
    raise NotThere("nothing is published here", where=str(folder), next_step="run `evenhand publish` first")
