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

from evenhand.errors import BadData

CHUNK = 1 << 20
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

    @property
    def supply(self) -> str:
        """The supply's identity."""
        return self.sha256[:16]

    @property
    def name(self) -> str:
        """The file's own name, of a member its name in the archive."""
        return PurePosixPath(self.label.split("!")[-1].removesuffix(".gz")).name


def files(incoming: Path) -> list[Path]:
    """Every regular file below `incoming`, in order of path. Hidden files and links are left out."""
    found: list[Path] = []
    for folder, folders, names in os.walk(incoming):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(folder) / name
            if not name.startswith(".") and path.is_file() and not path.is_symlink():
                found.append(path)
    return sorted(found)


def deliveries(path: Path, label: str, scratch: Path) -> Iterator[Delivered | BadData]:
    """What a file in incoming/ holds: itself, or each member of the archive it is.

    A member that cannot be had is given as the error that says why, and the rest go on.
    """
    start = _start(path)
    if start.startswith((b"PK\x03\x04", b"PK\x05\x06")) and not _is_workbook(path, label):
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


def _is_workbook(path: Path, label: str) -> bool:
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
        for number, member in enumerate(sorted(archive.infolist(), key=lambda info: info.filename)):
            if member.is_dir():
                continue
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
    with path.open("wb") as file:
        while chunk := packed.read(CHUNK):
            digest.add(chunk)
            file.write(chunk)
            bomb = digest.size > SWELL_FROM and digest.size > SWELL * packed_size
            if bomb or digest.size > LARGEST_FILE:
                file.close()
                path.unlink()
                raise BadData(
                    f"swells beyond {digest.size // packed_size} times its packed size",
                    where=label,
                    next_step="do not trust this archive",
                )
    return digest.delivered(label, path)


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

    def add(self, chunk: bytes) -> None:
        """Take the next bytes."""
        self._hash.update(chunk)
        self.size += len(chunk)
        if self._is_text:
            try:
                self._decoder.decode(chunk)
                self._is_text = b"\0" not in chunk
            except UnicodeDecodeError:
                self._is_text = False

    def delivered(self, label: str, path: Path) -> Delivered:
        """What has been seen, as a delivery."""
        if self._is_text:
            try:
                self._decoder.decode(b"", final=True)
            except UnicodeDecodeError:
                self._is_text = False
        return Delivered(label, path, self.size, self._hash.hexdigest(), self._is_text)
