"""What lies in `incoming/`: every file, unpacked within bounds, with its hash.

Archives and gzip files come from outside, so nothing in them is believed: names are labels and
never paths, sizes are counted while unpacking, and a member that swells beyond reason is refused.
"""

from __future__ import annotations

import codecs
import gzip
import hashlib
import os
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from evenhand.engine.kinds import kind_not_read
from evenhand.errors import BadData

CHUNK = 1 << 20
LARGEST_ARCHIVE = 128 << 30
"""All of data.police.uk's archive is smaller. No member unpacks to more than it says."""
LARGEST_FILE = 16 << 30
"""No published file of the formats read here is near it; it bounds the disk a hostile one can take."""
SWELL = 250
"""Text packs to a tenth or so; only a bomb unpacks to 250 times its packed size."""
SWELL_FROM = 16 << 20
"""Below this size a high ratio does no harm (a file of blanks), so it is let be."""
MOST_MEMBERS = 50_000


@dataclass(frozen=True)
class Delivered:
    """One file to read: as supplied, or unpacked into the scratch folder."""

    label: str
    """Path below incoming/, with an archive's member after '!'."""
    path: Path
    size: int
    sha256: str
    is_text: bool
    """Valid UTF-8 without NUL bytes: the fast reader may have it."""
    lines: int
    """Lines in it: what the fast reader must account for, row by row."""

    @property
    def supply(self) -> str:
        """The supply's identity."""
        return self.sha256[:16]

    @property
    def name(self) -> str:
        """The file's own name, of a member its name in the archive."""
        return PurePosixPath(self.label.split("!")[-1].removesuffix(".gz")).name


def files(incoming: Path) -> list[Path]:
    """Every regular file below `incoming`, in order of path. Hidden files and folders are left out."""
    return [path for path in _everything(incoming) if path.is_file() and not path.is_symlink()]


def not_files(incoming: Path) -> Iterator[BadData]:
    """What lies in `incoming` and is never read, links and pipes, each with the reason."""
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
        raise BadData(
            f"cannot be read ({trouble.strerror or trouble})", where=label, next_step="check who may read it"
        ) from None


def _contents(path: Path, label: str, scratch: Path) -> Iterator[Delivered | BadData]:
    if readable(label) != label:
        raise BadData("has a name that is not UTF-8", where=readable(label), next_step="rename it")
    start = _start(path)
    if start.startswith((b"PK\x03\x04", b"PK\x05\x06")) and not _is_one_file(path, label):
        yield from _members(path, label, scratch)
        return
    if start.startswith(b"\x1f\x8b"):
        yield _gunzipped(path, label, scratch)
        return
    digest = _Digest()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.add(chunk)
    yield digest.delivered(label, path)


def _start(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(8)


def _is_one_file(path: Path, label: str) -> bool:
    """Is the zip one file to its owner, a workbook or a document, and no archive of files?"""
    return is_workbook(path, label) or kind_not_read(path) is not None


def is_workbook(path: Path, label: str) -> bool:
    """Is the zip a workbook (XLSX)? Raises BadData when it cannot be opened."""
    with _archive(path, label) as archive:
        return "xl/workbook.xml" in archive.namelist()


def _archive(path: Path, label: str) -> zipfile.ZipFile:
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError) as trouble:
        raise BadData(
            f"is a zip that cannot be opened ({trouble}): cut short or damaged",
            where=label,
            next_step="download it again",
        ) from None
    if len(archive.infolist()) > MOST_MEMBERS:
        archive.close()
        raise BadData(
            f"is a zip of more than {MOST_MEMBERS} files", where=label, next_step="unpack what you need"
        )
    return archive


def _members(path: Path, label: str, scratch: Path) -> Iterator[Delivered | BadData]:
    with _archive(path, label) as archive:
        members = [member for member in archive.infolist() if not member.is_dir()]
        if not members:
            raise BadData(
                "is an archive without a file", where=label, next_step="ask the sender for it again"
            )
        if sum(member.file_size for member in members) > LARGEST_ARCHIVE:
            raise BadData(
                f"unpacks to more than {LARGEST_ARCHIVE >> 30} GB",
                where=label,
                next_step="unpack what you need",
            )
        for number, member in enumerate(sorted(members, key=lambda info: info.filename)):
            try:
                yield _unpacked(archive, member, label, scratch / f"member-{number}")
            except BadData as refusal:
                yield refusal


def _unpacked(archive: zipfile.ZipFile, member: zipfile.ZipInfo, label: str, target: Path) -> Delivered:
    inside = f"{label}!{member.filename}"
    parts = PurePosixPath(member.filename.replace("\\", "/"))
    if parts.is_absolute() or ".." in parts.parts or ":" in parts.parts[0]:
        raise BadData(
            "is a member whose name leads out of the archive",
            where=inside,
            next_step="do not trust this archive",
        )
    if member.flag_bits & 1:
        raise BadData("is encrypted", where=inside, next_step="unpack it with its password first")
    try:
        with archive.open(member) as packed:
            return _poured(packed, max(member.compress_size, 1), inside, target)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as trouble:
        raise BadData(
            f"cannot be unpacked ({trouble})", where=inside, next_step="download the archive again"
        ) from None


def _gunzipped(path: Path, label: str, scratch: Path) -> Delivered | BadData:
    try:
        with gzip.open(path) as packed:
            return _poured(packed, path.stat().st_size, label, scratch / "gunzipped")
    except BadData as refusal:
        return refusal
    except (gzip.BadGzipFile, zlib.error, EOFError, OSError) as trouble:
        return BadData(f"cannot be unpacked ({trouble})", where=label, next_step="download it again")


def _poured(packed: IO[bytes] | gzip.GzipFile, packed_size: int, label: str, target: Path) -> Delivered:
    """Unpack into a file of the scratch folder, counting; stop at what only a bomb would reach."""
    digest = _Digest()
    path = _unused(target)
    try:
        with path.open("wb") as file:
            while chunk := packed.read(CHUNK):
                digest.add(chunk)
                file.write(chunk)
                if swollen(digest.size, packed_size) or digest.size > LARGEST_FILE:
                    raise BadData(
                        f"swells beyond {digest.size // packed_size} times its packed size",
                        where=label,
                        next_step="do not trust this archive",
                    )
    except BaseException:
        path.unlink()
        raise
    return digest.delivered(label, path)


def swollen(size: int, packed_size: int) -> bool:
    """Has something packed unpacked to what only a bomb would?"""
    return size > SWELL_FROM and size > SWELL * max(packed_size, 1)


def _unused(target: Path) -> Path:
    path, number = target, 0
    while path.exists():
        number += 1
        path = target.with_name(f"{target.name}-{number}")
    return path


class _Digest:
    """Hash, size and textness of bytes seen in passing."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256()
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self.size = 0
        self._is_text = True
        self._line_ends = 0
        self._last = b""

    def add(self, chunk: bytes) -> None:
        """Take the next bytes."""
        self._hash.update(chunk)
        self.size += len(chunk)
        self._line_ends += chunk.count(b"\n")
        self._last = chunk[-1:]
        # Nearly all of a published file is ASCII, which is told ten times as fast as it is decoded.
        if self._is_text and not (chunk.isascii() and not self._decoder.getstate()[0]):
            try:
                self._decoder.decode(chunk)
            except UnicodeDecodeError:
                self._is_text = False
        self._is_text = self._is_text and b"\0" not in chunk

    def delivered(self, label: str, path: Path) -> Delivered:
        """What has been seen, as a delivery."""
        if self._is_text:
            try:
                self._decoder.decode(b"", final=True)
            except UnicodeDecodeError:
                self._is_text = False
        lines = self._line_ends + (self._last not in (b"", b"\n"))
        return Delivered(label, path, self.size, self._hash.hexdigest(), self._is_text, lines)
