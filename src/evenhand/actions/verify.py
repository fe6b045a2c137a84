"""Verify: does what is published match its ledger, and what was kept of it elsewhere?"""

from __future__ import annotations

from pathlib import Path

from evenhand.errors import NotThere, NotVerified
from evenhand.ledger import verify as verifier
from evenhand.ledger.lines import LEDGER
from evenhand.ledger.verify import Asked as Asked
from evenhand.ledger.verify import Report
from evenhand.ledger.verify import as_text as as_text

MARKS = (LEDGER, verifier.CHECKPOINT, verifier.MANIFEST, "verify.py")
"""With any of these, a folder is or was a publication: one that lost its ledger is not verified."""


def verify(folder: Path, asked: Asked = Asked()) -> Report:  # noqa: B008  it is frozen
    """The report on a publication that holds: a `published` folder, or a workspace that has one.

    `asked` is what to prove besides. Raises NotThere where nothing was published, and NotVerified, with
    the verifier's own line, at the first thing that does not hold.
    """
    place = _publication(folder)
    report = verifier.verify(place, asked)
    if not report.holds:
        raise NotVerified(report.line)
    return report


def _publication(folder: Path) -> Path:
    for place in (folder, folder / "published"):
        if any((place / name).is_symlink() or (place / name).exists() for name in MARKS):
            return place
    raise NotThere("nothing is published here", where=str(folder), next_step="run `evenhand publish` first")
