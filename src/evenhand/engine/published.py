"""What is published, on disk: read it, swap a new one in whole, and mend what a killed run left.

`published` becomes `published.old`, `published.new` becomes `published`, and the old one goes.
Whatever moment a run is killed at, `recover` leaves the publication as it was or as it should be.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from evenhand.errors import BadData, Busy, NotVerified
from evenhand.ledger import log as ledger
from evenhand.ledger import verify as verifier
from evenhand.ledger.lines import LEDGER
from evenhand.ledger.verify import Report

PUBLISHED, NEW, OLD = "published", "published.new", "published.old"
RESTORE = "restore published/ from a copy (an offline pack is one), or move it away to start a new ledger"


def published_log(root: Path) -> ledger.Log:
    """The ledger of what is published, empty where nothing is. Raises NotVerified if it does not hold."""
    published = root / PUBLISHED
    path = published / LEDGER
    if path.is_symlink() or not path.is_file():
        if published.exists() and any(published.iterdir()):
            raise NotVerified("published/ has files and no ledger", where=LEDGER, next_step=RESTORE)
        return ledger.Log()
    return ledger.parse(path.read_bytes())


def undamaged(root: Path) -> Report | None:
    """What the verifier says of what is published, None where nothing is.

    Raises NotVerified, naming the file, where it does not hold: nothing is published over a damaged
    publication, since that would hide what was done to it.
    """
    published = root / PUBLISHED
    if not published.exists() or not any(published.iterdir()):
        return None
    published_log(root)
    report = verifier.verify(published)
    if not report.holds:
        raise NotVerified(
            f"what is published was altered, so nothing was published over it: {report.line}",
            where=PUBLISHED,
            next_step=RESTORE,
        )
    return report


def recover(root: Path) -> None:
    """Leave `published/` as it was or as it should be, and nothing beside it."""
    published, new, old = root / PUBLISHED, root / NEW, root / OLD
    for place in (published, new, old):
        if place.is_symlink() or (place.exists() and not place.is_dir()):
            raise BadData(
                "is a link or a file where a folder belongs", where=place.name, next_step="move it away"
            )
    if old.exists() and not published.exists():
        # Killed between the two renames: the new folder was whole and on the disk by then.
        (new if verifier.verify(new).holds else old).rename(published)
    remove(new)
    remove(old)


def swap_in(root: Path) -> None:
    """Put `published.new` in the place of `published`. Raises Busy where that is in use."""
    published, old = root / PUBLISHED, root / OLD
    _flush(root / NEW)
    try:
        if published.exists():
            published.rename(old)
        (root / NEW).rename(published)
    except PermissionError as error:
        if old.exists() and not published.exists():
            old.rename(published)
        step = "close what has it open and publish again"
        raise Busy("the published folder is in use", where=PUBLISHED, next_step=step) from error
    _sync_folder(root)
    remove(old)


def remove(folder: Path) -> None:
    """Remove a folder, if it is there."""
    if folder.exists():
        shutil.rmtree(folder)


def _flush(folder: Path) -> None:
    """Wait until every file and folder below is on the disk."""
    for place, _, names in os.walk(folder):
        for name in names:
            _sync(Path(place) / name, os.O_RDWR)
        _sync_folder(Path(place))


def _sync_folder(folder: Path) -> None:
    if os.name != "nt":  # Windows opens no folder, and writes its names through.
        _sync(folder, os.O_RDONLY)


def _sync(path: Path, how: int) -> None:
    opened = os.open(path, how)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
