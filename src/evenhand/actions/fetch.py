"""Fetch months of police forces from data.police.uk into a workspace's incoming folder.

`engine/police_uk_archive.py` says what the publisher offers and why the archive is used. The latest
archive that holds a month is used, because outcomes are revised. Each archive's files land in a folder
of their own, `police-uk-YYYY-MM/`, in the publisher's layout below it: what was fetched earlier is never
changed, and a file that is there already, byte for byte, is not fetched again. So an interrupted run
goes on where it stopped.
"""

from __future__ import annotations

import re
import shutil
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

from evenhand.engine.download import Manners, Publisher
from evenhand.engine.police_uk_archive import BASE_URL, KINDS, Member
from evenhand.engine.police_uk_plan import Plan, month_number, month_text
from evenhand.errors import EvenhandError

Progress = Callable[[str, int, int], None]
"""Told a file's name, its place among the files to fetch, and how many there are."""


@dataclass(frozen=True)
class NotAvailable:
    """A file the publisher does not have: missing, never the same as no crime."""

    month: str
    force: str
    kind: str


@dataclass(frozen=True)
class FetchReport:
    """What was asked for, file by file: fetched now, here already, or not to be had.

    Names are below the destination.
    """

    archives: tuple[str, ...]
    """The archives used, by the month they are named for."""
    fetched: tuple[str, ...]
    here_already: tuple[str, ...]
    not_available: tuple[NotAvailable, ...]
    bytes_fetched: int
    """Size of the files fetched, unpacked."""


def fetch_police_uk(
    destination: Path,
    forces: Sequence[str],
    month_from: str,
    month_to: str,
    *,
    base_url: str = BASE_URL,
    manners: Manners | None = None,
    progress: Progress | None = None,
) -> FetchReport:
    """Fetch street, outcomes and stop-and-search files of `forces` for the months from and to (`YYYY-MM`).

    `forces` are the publisher's short names ("northumbria"). Files land in `destination`, a workspace's
    `incoming/`. Raises NoNetwork where the server cannot be reached or does not answer as documented,
    NotThere for a force the archives do not know, BadData for an archive that cannot be unpacked. Files
    that had come by then are whole and stay.
    """
    months = _months(month_from, month_to)
    names = _checked(forces)
    staging = destination / ".fetch-police-uk"
    with ExitStack() as stack:
        publisher = stack.enter_context(closing(Publisher(manners or Manners())))
        plan = Plan(publisher, base_url, staging, stack)
        plan.cover(months)
        plan.refuse_unknown(names)
        report = _fetch(plan, destination, names, months, progress)
    shutil.rmtree(staging, ignore_errors=True)
    return report


def _fetch(
    plan: Plan, destination: Path, forces: Sequence[str], months: Sequence[str], progress: Progress | None
) -> FetchReport:
    keys = [(month, force, kind) for force in forces for month in months for kind in KINDS]
    members = {key: plan.member(key) for key in keys}
    files = {key: member for key, member in members.items() if member is not None}
    already = dict(_here_already(destination, files.values()))
    wanted = [files[key] for key in files if files[key].name not in already]
    # In the order of the archive, so that what is read ahead is used.
    wanted.sort(key=lambda member: (plan.archive_of[member.month].edition, member.info.header_offset))
    fetched: list[str] = []
    for place, member in enumerate(wanted, 1):
        archive = plan.archive_of[member.month]
        name = f"police-uk-{archive.edition}/{member.name}"
        if progress is not None:
            progress(name, place, len(wanted))
        archive.unpack(member, destination / name)
        fetched.append(name)
    return FetchReport(
        archives=tuple(sorted(archive.edition for archive in plan.archives)),
        fetched=tuple(sorted(fetched)),
        here_already=tuple(sorted(already.values())),
        not_available=tuple(NotAvailable(*key) for key, member in members.items() if member is None),
        bytes_fetched=sum(member.info.file_size for member in wanted),
    )


def _here_already(destination: Path, members: Iterable[Member]) -> Iterator[tuple[str, str]]:
    """Name in the layout and name below `destination`, of each member that is there byte for byte."""
    here: dict[str, list[Path]] = defaultdict(list)
    for path in sorted(destination.rglob("*.csv")):
        here[path.name].append(path)
    for member in members:
        for path in here[Path(member.name).name]:
            if path.stat().st_size == member.info.file_size and _checksum(path) == member.info.CRC:
                yield member.name, path.relative_to(destination).as_posix()
                break


def _checksum(path: Path) -> int:
    checksum = 0
    with path.open("rb") as file:
        while chunk := file.read(1024**2):
            checksum = zlib.crc32(chunk, checksum)
    return checksum


def _checked(forces: Sequence[str]) -> list[str]:
    names = list(dict.fromkeys(force.strip().lower() for force in forces))
    for name in names:
        if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name):
            raise EvenhandError(f"'{name}' is no force", next_step="write its short name, as 'west-midlands'")
    if not names:
        raise EvenhandError("no force was named", next_step="name one, as 'northumbria'")
    return names


def _months(month_from: str, month_to: str) -> list[str]:
    first, last = month_number(month_from), month_number(month_to)
    if last < first:
        raise EvenhandError(f"{month_to} comes before {month_from}", next_step="give the earlier month first")
    return [month_text(number) for number in range(first, last + 1)]
