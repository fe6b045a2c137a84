"""The archive of data.police.uk as files on a server: which months it has, and single files out of it.

The publisher offers three ways (https://data.police.uk/about). The API gives crimes round a point and
leaves out columns that files have; the custom download is a web form that reaches back three years; the
archive is one zip file for each month of publication, with all forces and the 36 months up to it, at
https://data.police.uk/data/archive/YYYY-MM.zip. This is the archive: the published file itself, at a
stable address. It is about 1.7 GB, so only the files asked for are read out of it: the list of its
members is at its end, and the server gives parts of a file (HTTP Range). Where a server gives no
parts, the whole archive is fetched once. Licence: Open Government Licence v3.0.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import httpx

from evenhand.engine import remote_file
from evenhand.engine.download import Publisher, body, no_network, unexpected
from evenhand.errors import BadData

BASE_URL = "https://data.police.uk"
KINDS = ("street", "outcomes", "stop-and-search")
MEMBER = re.compile(r"(\d{4}-\d{2})/\1-([a-z0-9-]+?)-(street|outcomes|stop-and-search)\.csv")
DATES_LIMIT_BYTES = 4 * 1024**2
ARCHIVE_LIMIT_BYTES = 8 * 1024**3
FILE_LIMIT_BYTES = 512 * 1024**2
"""The largest month of the largest force is about a tenth of this, unpacked."""


@dataclass(frozen=True)
class Member:
    """One file of one archive. `name` is its path in the publisher's layout."""

    month: str
    force: str
    kind: str
    info: zipfile.ZipInfo

    @property
    def name(self) -> str:
        """`2024-01/2024-01-leicestershire-street.csv`, built of parts that were checked."""
        return f"{self.month}/{self.month}-{self.force}-{self.kind}.csv"


class Archive:
    """One edition of the archive, open for reading."""

    def __init__(self, edition: str, url: str, file: BinaryIO) -> None:
        self.edition, self.url, self._file = edition, url, file
        try:
            self._zip = zipfile.ZipFile(file)
        except (zipfile.BadZipFile, NotImplementedError, ValueError) as trouble:
            file.close()
            raise self._bad(f"not a whole zip archive ({trouble})") from trouble
        matches = ((MEMBER.fullmatch(info.filename), info) for info in self._zip.infolist())
        self.members = {
            (found[1], found[2], found[3]): Member(found[1], found[2], found[3], info)
            for found, info in matches
            if found
        }
        """By month, force and kind. Members with other names are left where they are."""

    def close(self) -> None:
        """Let go of the file."""
        self._zip.close()
        self._file.close()

    def unpack(self, member: Member, path: Path) -> None:
        """Write one file to `path`, which appears only when all of it has come and its checksum holds."""
        if member.info.file_size > FILE_LIMIT_BYTES:
            size = f"{member.info.file_size:,} bytes unpacked, more than the {FILE_LIMIT_BYTES:,} expected"
            raise self._bad(f"{member.name} claims {size}")
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f".{path.name}.part")
        try:
            # zipfile reads no more than the size claimed, and compares the checksum at the end.
            with self._zip.open(member.info) as source, part.open("wb") as out:
                shutil.copyfileobj(source, out)
                out.flush()
                os.fsync(out.fileno())
            part.replace(path)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as trouble:
            raise self._bad(f"{member.name} cannot be unpacked ({trouble})") from trouble
        finally:
            part.unlink(missing_ok=True)

    def _bad(self, what: str) -> BadData:
        return BadData(what, where=self.url, next_step="run again later, or tell the publisher")


def newest_month(publisher: Publisher, base_url: str) -> str:
    """The latest month published, as `YYYY-MM`. Raises NoNetwork where the answer is not as documented."""
    url = f"{base_url}/api/crimes-street-dates"

    def read(answer: httpx.Response) -> str:
        if answer.status_code != httpx.codes.OK:
            raise unexpected(answer)
        try:
            months = [entry["date"] for entry in json.loads(body(answer, DATES_LIMIT_BYTES))]
        except (ValueError, TypeError, KeyError) as trouble:
            raise unexpected(answer) from trouble
        known = [month for month in months if re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", str(month))]
        if not known:
            raise no_network("lists no month", url)
        return max(known)

    return publisher.take(url, read)


def is_there(publisher: Publisher, base_url: str, edition: str) -> bool:
    """Is there an archive published with month `edition`?"""
    return remote_file.find(publisher, _address(base_url, edition)) is not None


def open_edition(publisher: Publisher, base_url: str, edition: str, staging: Path) -> Archive | None:
    """The archive published with month `edition`; None where there is none."""
    remote = remote_file.find(publisher, _address(base_url, edition))
    if remote is None:
        return None
    file = remote_file.opened(publisher, remote, staging, ARCHIVE_LIMIT_BYTES)
    return Archive(edition, remote.url, file)


def _address(base_url: str, edition: str) -> str:
    return f"{base_url}/data/archive/{edition}.zip"
