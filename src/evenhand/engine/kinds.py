"""Kinds of file that hold no table Evenhand reads, told by their first bytes, and what to do about each."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from evenhand.errors import BadData

_READ = (".csv", ".tsv", ".txt", ".zip", ".gz", ".xlsx", ".geojson", ".json")
"""Names that promise a table, a map or an archive."""
_TABLE = "ask the sender for the table as CSV or XLSX"


@dataclass(frozen=True)
class Kind:
    """A kind of file that is not read: its name with its article, and what to do."""

    name: str
    next_step: str = _TABLE


_STARTS = {
    b"%PDF": Kind("a PDF"),
    b"\xff\xd8\xff": Kind("a JPEG picture"),
    b"\x89PNG": Kind("a PNG picture"),
    b"GIF8": Kind("a GIF picture"),
    b"{\\rtf": Kind("an RTF document"),
    b"\xd0\xcf\x11\xe0": Kind("an old Office file (XLS, DOC or PPT)", "save its table as XLSX or CSV"),
    b"PAR1": Kind("a Parquet file", "write its table as CSV"),
    b"7z\xbc\xaf\x27\x1c": Kind("a 7z archive", "unpack it first"),
    b"Rar!": Kind("a RAR archive", "unpack it first"),
}
_PAGE = Kind("a web page", "download the file itself: the page may have asked for a login")
_MEMBERS = {
    "word/document.xml": Kind("a Word document"),
    "ppt/presentation.xml": Kind("a PowerPoint presentation"),
    "xl/workbook.bin": Kind("a binary Excel workbook (XLSB)", "save it as XLSX or CSV"),
}
_OPEN_DOCUMENT = b"application/vnd.oasis.opendocument."
_SPREADSHEET = Kind("an OpenDocument spreadsheet (ODS)", "save it as XLSX or CSV")
_DOCUMENT = Kind("an OpenDocument text or presentation")


def kind_not_read(path: Path) -> Kind | None:
    """The kind of a file that holds no table, or None where it may hold one."""
    with path.open("rb") as file:
        start = file.read(256)
    if start.startswith(b"PK\x03\x04"):
        return _of_zip(path)
    if start.removeprefix(b"\xef\xbb\xbf").lstrip().lower().startswith((b"<!doctype html", b"<html")):
        return _PAGE
    return next((kind for first, kind in _STARTS.items() if start.startswith(first)), None)


def refuse_pretence(path: Path, name: str, label: str) -> None:
    """Raises BadData for such a file under a name that promises a table."""
    kind = kind_not_read(path) if PurePosixPath(name.lower()).suffix in _READ else None
    if kind:
        raise BadData(f"is {kind.name}, not a table", where=label, next_step=kind.next_step)


def _of_zip(path: Path) -> Kind | None:
    """Documents are zips inside: told by what they hold. None for an archive, or a zip that is damaged."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            if "mimetype" in names:
                with archive.open("mimetype") as packed:
                    return _of_mimetype(packed.read(100))
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError):
        return None
    return next((kind for member, kind in _MEMBERS.items() if member in names), None)


def _of_mimetype(text: bytes) -> Kind | None:
    if not text.startswith(_OPEN_DOCUMENT):
        return None
    return _SPREADSHEET if text.startswith(_OPEN_DOCUMENT + b"spreadsheet") else _DOCUMENT
