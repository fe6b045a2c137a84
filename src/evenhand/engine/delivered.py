"""A file delivered: one to read, with its hash and what else is learnt of its bytes in passing."""

from __future__ import annotations

import codecs
import errno
import hashlib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import numpy as np

from evenhand.errors import BadData

_LF, _CR, _COMMA = b"\n\r,"
CHUNK = 1 << 20
"""Bytes read at a time."""


@dataclass(frozen=True)
class Delivered:
    """One file to read: as supplied, or unpacked into the scratch folder."""

    label: str
    """Path below incoming/, with an archive's member after '!'."""
    path: Path
    size: int
    sha256: str
    is_text: bool
    """Valid UTF-8 without NUL bytes."""
    is_bare: bool
    """Text without quotes, all its lines ended alike: by LF, or by CR and LF."""
    lines: int
    """Lines in it: what the fast reader must account for, row by row."""
    commas: int
    """Commas in it, which of bare text part fields and are nothing else."""

    stamp: tuple[int, int]
    """Size and time of change (ns) before it was hashed: other bytes, if these are others later."""

    @property
    def is_as_hashed(self) -> bool:
        """Is the file still the one whose hash was taken?"""
        return self.path.exists() and stamp(self.path) == self.stamp

    def is_grid(self, width: int) -> bool:
        """Must a reader that gives a row for every line below the header have read each as it stands?

        A reader of bare text that passes over blank lines and rows of too few fields starts each row on a
        line of its own. As many rows as lines are then one a line with `width` fields or more, and
        as many commas as `width` fields need leave none of them more.
        """
        return self.is_bare and self.commas == self.lines * (width - 1)

    @property
    def supply(self) -> str:
        """The supply's identity."""
        return self.sha256[:16]

    @property
    def name(self) -> str:
        """The file's own name, of a member its name in the archive."""
        return PurePosixPath(self.label.split("!")[-1].removesuffix(".gz")).name


def stamp(path: Path) -> tuple[int, int]:
    """Size and time of change of a file, in ns."""
    stat = path.stat()
    return stat.st_size, stat.st_mtime_ns


def unreadable(trouble: OSError, label: str) -> BadData:
    """Why the system does not give a file, in a person's words."""
    if trouble.errno == errno.ENOSPC:
        return BadData("finds no room on the disk", where=label, next_step="make room and run it again")
    why = trouble.strerror or str(trouble)
    return BadData(f"cannot be read ({why})", where=label, next_step="check who may read it")


def hashed(path: Path, label: str) -> Delivered:
    """A file as it lies, read once for its hash."""
    before, digest = stamp(path), Digest()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.add(chunk)
    return digest.delivered(label, path, before)


class Digest:
    """Hash, size and form of bytes seen in passing."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256()
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self.size = 0
        self._is_text = True
        self._has_quote = False
        self._line_ends = self._returns = self._returns_before_ends = self._commas = 0
        self._last = b""

    def add(self, chunk: bytes) -> None:
        """Take the next bytes."""
        self._hash.update(chunk)
        self.size += len(chunk)
        self._count(chunk)
        # Nearly all of a published file is ASCII, which is told ten times as fast as it is decoded.
        if self._is_text and not (chunk.isascii() and not self._decoder.getstate()[0]):
            try:
                self._decoder.decode(chunk)
            except UnicodeDecodeError:
                self._is_text = False
        self._is_text = self._is_text and b"\0" not in chunk

    def _count(self, chunk: bytes) -> None:
        """Count what tells rows and fields apart; a pair of CR and LF may lie across two chunks."""
        octets = np.frombuffer(chunk, np.uint8)
        line_feeds = octets == _LF
        self._line_ends += int(np.count_nonzero(line_feeds))
        self._commas += int(np.count_nonzero(octets == _COMMA))
        self._has_quote = self._has_quote or b'"' in chunk
        if b"\r" in chunk:
            returns = octets == _CR
            self._returns += int(np.count_nonzero(returns))
            self._returns_before_ends += int(np.count_nonzero(returns[:-1] & line_feeds[1:]))
        self._returns_before_ends += self._last == b"\r" and chunk.startswith(b"\n")
        self._last = chunk[-1:] or self._last

    def delivered(self, label: str, path: Path, before: tuple[int, int]) -> Delivered:
        """What has been seen of a file with that stamp, as a delivery."""
        if self._is_text:
            try:
                self._decoder.decode(b"", final=True)
            except UnicodeDecodeError:
                self._is_text = False
        lines = self._line_ends + (self._last not in (b"", b"\n"))
        return Delivered(
            label,
            path,
            self.size,
            self._hash.hexdigest(),
            is_text=self._is_text,
            is_bare=self._is_text and not self._has_quote and self._ends_alike,
            lines=lines,
            commas=self._commas,
            stamp=before,
        )

    @property
    def _ends_alike(self) -> bool:
        """Is each carriage return before a line feed, and before every one or none?"""
        return self._returns == self._returns_before_ends and self._returns in (0, self._line_ends)
