"""Unpacking zip and gzip within bounds.

They come from outside, so nothing in them is believed: names are labels and never paths, sizes are counted
while unpacking, and a member that swells beyond reason is refused.
"""

from __future__ import annotations

import gzip
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import IO

from evenhand.engine.delivered import CHUNK, Delivered, Digest, stamp, unreadable
from evenhand.errors import BadData

LARGEST_ARCHIVE = 128 << 30
"""All of data.police.uk's archive is smaller. No member unpacks to more than it says."""
LARGEST_FILE = 16 << 30
"""No published file of the formats read here is near it; it bounds the disk a hostile one can take."""
SWELL = 250
"""Text packs to a tenth or so; only a bomb unpacks to 250 times its packed size."""
SWELL_FROM = 16 << 20
"""Below this size a high ratio does no harm (a file of blanks), so it is let be."""
MOST_MEMBERS = 50_000


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


def members(path: Path, label: str, scratch: Path) -> Iterator[Delivered | BadData]:
    """Each file of an archive, in order of name, or why it cannot be had; raises BadData for the whole."""
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
        raise _damaged(trouble, inside, "download the archive again") from None


def _damaged(trouble: Exception, label: str, next_step: str) -> BadData:
    """Why it cannot be unpacked: the system will not have it, or it is no whole archive."""
    if isinstance(trouble, OSError) and trouble.errno:
        return unreadable(trouble, label)
    return BadData(f"cannot be unpacked ({trouble})", where=label, next_step=next_step)


def gunzipped(path: Path, label: str, scratch: Path) -> Delivered | BadData:
    """The file in a gzip file, or why it cannot be had."""
    try:
        with gzip.open(path) as packed:
            return _poured(packed, path.stat().st_size, label, scratch / "gunzipped")
    except BadData as refusal:
        return refusal
    except (gzip.BadGzipFile, zlib.error, EOFError, OSError) as trouble:
        return _damaged(trouble, label, "download it again")


def _poured(packed: IO[bytes] | gzip.GzipFile, packed_size: int, label: str, target: Path) -> Delivered:
    """Unpack into a file of the scratch folder, counting; stop at what only a bomb would reach."""
    digest = Digest()
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
    return digest.delivered(label, path, stamp(path))


def swollen(size: int, packed_size: int) -> bool:
    """Has something packed unpacked to what only a bomb would?"""
    return size > SWELL_FROM and size > SWELL * max(packed_size, 1)


def _unused(target: Path) -> Path:
    path, number = target, 0
    while path.exists():
        number += 1
        path = target.with_name(f"{target.name}-{number}")
    return path
