"""Read any part of a large file on a publisher's server, as if it were here.

So a few members of an archive do not cost the whole of it. Where the server gives no parts, the whole
file is fetched once and read here.
"""

from __future__ import annotations

import io
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, cast

import httpx

from evenhand.engine.download import Publisher, TryAgain, body, chunks, no_network, unexpected

PART_BYTES = 512 * 1024
"""Read ahead this much at a time: large enough for few requests, small enough to waste little."""
CONTENT_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+)")


@dataclass(frozen=True)
class Remote:
    """A file on the server: where it is (after redirects), its size, and its edition."""

    url: str
    size: int
    edition: str
    """The server's ETag or date of it: another edition under the same address has another."""
    gives_parts: bool


def find(publisher: Publisher, url: str) -> Remote | None:
    """What there is at `url`; None where there is nothing. Raises NoNetwork for a web page in its place."""

    def read(answer: httpx.Response) -> Remote | None:
        if answer.status_code in (httpx.codes.NOT_FOUND, httpx.codes.FORBIDDEN):
            # The store behind the address answers 403 for a file that it does not hold.
            return None
        if "html" in answer.headers.get("content-type", ""):
            raise unexpected(answer)
        if answer.status_code == httpx.codes.PARTIAL_CONTENT:
            return Remote(str(answer.url), _range(answer)[1], _edition(answer), gives_parts=True)
        if answer.status_code == httpx.codes.OK and answer.headers.get("content-length", "").isdecimal():
            size = int(answer.headers["content-length"])
            return Remote(str(answer.url), size, _edition(answer), gives_parts=False)
        raise unexpected(answer)

    return publisher.take(url, read, part="0-0")


def opened(publisher: Publisher, remote: Remote, folder: Path, limit_bytes: int) -> BinaryIO:
    """The file, to read and seek in. One that must come whole is kept in `folder` for the next run."""
    if remote.gives_parts:
        return cast(BinaryIO, io.BufferedReader(RemoteFile(publisher, remote), PART_BYTES))
    # Named for its edition and size, so that another edition is not taken for it.
    edition = re.sub(r"[^0-9A-Za-z]", "", remote.edition)
    path = folder / f"{edition}-{remote.size}.zip"
    if not path.exists():
        _fetch_whole(publisher, remote, path, limit_bytes)
    return path.open("rb")


def _fetch_whole(publisher: Publisher, remote: Remote, path: Path, limit_bytes: int) -> None:
    """Write the whole file to `path`, which appears only when all has come; after a break, from the start."""
    if remote.size > limit_bytes:
        raise no_network(f"{remote.size:,} bytes, more than the {limit_bytes:,} expected", remote.url)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")

    def read(answer: httpx.Response) -> None:
        if answer.status_code != httpx.codes.OK:
            raise unexpected(answer)
        with part.open("wb") as out:
            for chunk in chunks(answer, remote.size):
                out.write(chunk)
            out.flush()
            os.fsync(out.fileno())
        if part.stat().st_size != remote.size:
            raise TryAgain(f"it broke off after {part.stat().st_size:,} of {remote.size:,} bytes")
        part.replace(path)

    try:
        publisher.take(remote.url, read)
    finally:
        part.unlink(missing_ok=True)


class RemoteFile(io.RawIOBase):
    """A file on a server that gives parts of it, read as if it were here."""

    def __init__(self, publisher: Publisher, remote: Remote) -> None:
        super().__init__()
        self._publisher, self._remote, self._position = publisher, remote, 0

    def readable(self) -> bool:
        """Yes."""
        return True

    def seekable(self) -> bool:
        """Yes."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a position; nothing is fetched until it is read."""
        origin = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._remote.size}[whence]
        self._position = max(0, origin + offset)
        return self._position

    def tell(self) -> int:
        """The position."""
        return self._position

    def readinto(self, buffer: Any) -> int:
        """Fill `buffer` from the position on; returns how many bytes, 0 at the end."""
        size = min(len(buffer), self._remote.size - self._position)
        if size <= 0:
            return 0
        buffer[:size] = self._part(self._position, size)
        self._position += size
        return size

    def _part(self, start: int, size: int) -> bytes:
        def read(answer: httpx.Response) -> bytes:
            if answer.status_code != httpx.codes.PARTIAL_CONTENT:
                raise unexpected(answer)
            if _edition(answer) != self._remote.edition or _range(answer) != (start, self._remote.size):
                raise no_network("the file was replaced while it was being read", self._remote.url)
            found = body(answer, size)
            if len(found) != size:
                raise TryAgain(f"it gave {len(found)} of {size} bytes")
            return found

        return self._publisher.take(self._remote.url, read, part=f"{start}-{start + size - 1}")


def _range(answer: httpx.Response) -> tuple[int, int]:
    """Where a part begins, and the size of the whole file."""
    found = CONTENT_RANGE.fullmatch(answer.headers.get("content-range", ""))
    if found is None:
        raise unexpected(answer)
    return int(found[1]), int(found[3])


def _edition(answer: httpx.Response) -> str:
    return answer.headers.get("etag") or answer.headers.get("last-modified", "")
