"""What lies in `incoming/`: every file, and of an archive every member, each with its hash."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from evenhand.engine import unpacking
from evenhand.engine.delivered import Delivered, hashed, unreadable
from evenhand.engine.kinds import kind_not_read
from evenhand.errors import BadData


def files(incoming: Path) -> list[Path]:
    """Every regular file below `incoming`, in order of path. Hidden files and folders are left out."""
    return [path for path in _everything(incoming) if path.is_file() and not path.is_symlink()]


def not_files(incoming: Path) -> Iterator[BadData]:
    """What lies in `incoming` and is never read: links, pipes, closed folders, each with the reason."""
    closed: list[OSError] = []
    list(os.walk(incoming, onerror=closed.append))
    for trouble in closed:
        where = readable(str(Path(str(trouble.filename)).relative_to(incoming)))
        yield unreadable(trouble, where)
    for path in _everything(incoming):
        where = readable(str(path.relative_to(incoming)))
        if path.is_symlink():
            yield BadData(
                "is a link, and links are not followed", where=where, next_step="copy the file itself"
            )
        elif not path.is_file() and not path.is_dir():
            yield BadData("is no file but a pipe, socket or device", where=where, next_step="remove it")


def _everything(incoming: Path) -> list[Path]:
    """Files, and links to folders, in order of path; what is hidden is left out."""
    found: list[Path] = []
    for at, folders, names in os.walk(incoming):
        folders[:] = [name for name in folders if not name.startswith(".")]
        links = [name for name in folders if (Path(at) / name).is_symlink()]
        found += [Path(at) / name for name in (*names, *links) if not name.startswith(".")]
    return sorted(found)


def readable(name: str) -> str:
    """A file's name as text: bytes in it that are no text are marked."""
    return os.fsencode(name).decode("utf-8", "replace")


def deliveries(path: Path, label: str, scratch: Path) -> Iterator[Delivered | BadData]:
    """What a file in incoming/ holds: itself, or each member of the archive it is.

    A member that cannot be had is given as the error that says why, and the rest go on. Raises
    BadData for a file that cannot be had at all.
    """
    try:
        yield from _contents(path, label, scratch)
    except OSError as trouble:
        raise unreadable(trouble, label) from None


def _contents(path: Path, label: str, scratch: Path) -> Iterator[Delivered | BadData]:
    if readable(label) != label:
        raise BadData("has a name that is not UTF-8", where=readable(label), next_step="rename it")
    start = _start(path)
    if start.startswith((b"PK\x03\x04", b"PK\x05\x06")) and not _is_one_file(path, label):
        yield from unpacking.members(path, label, scratch)
        return
    if start.startswith(b"\x1f\x8b"):
        yield unpacking.gunzipped(path, label, scratch)
        return
    yield hashed(path, label)


def _start(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(8)


def _is_one_file(path: Path, label: str) -> bool:
    """Is the zip one file to its owner, a workbook or a document, and no archive of files?"""
    return unpacking.is_workbook(path, label) or kind_not_read(path) is not None
