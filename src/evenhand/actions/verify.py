"""Verify: does what is published match its ledger?"""

from __future__ import annotations

from pathlib import Path

from evenhand.errors import NotThere, NotVerified
from evenhand.ledger import verify as verifier
from evenhand.ledger.verify import Report

MARKS = (verifier.LEDGER, verifier.MANIFEST, "verify.py")
"""With any of these, a folder is or was a publication: one that lost its ledger is not verified."""


def verify(folder: Path, kept_head: str = "") -> Report:
    """The report on a publication that holds: a `published` folder, or a workspace that has one.

    `kept_head` is a head kept elsewhere, to be found in the ledger. Raises NotThere where nothing
    was published, and NotVerified, with the verifier's own line, at the first thing that does not hold.
    """
    place = _publication(folder)
    report = verifier.verify(place, kept_head)
    if not report.holds:
        raise NotVerified(report.line)
    return report


def _publication(folder: Path) -> Path:
    for place in (folder, folder / "published"):
        if any((place / name).is_symlink() or (place / name).exists() for name in MARKS):
            return place
    raise NotThere("nothing is published here", where=str(folder), next_step="run `evenhand publish` first")
