"""Fetch months of police forces from data.police.uk into a workspace's incoming folder.

`engine/police_uk_archive.py` says what the publisher offers and why the archive is used. The latest
archive that holds a month is used, because outcomes are revised. Each archive's files land in a folder
of their own, `police-uk-YYYY-MM/`, in the publisher's layout below it: what was fetched earlier is never
changed, and a file that is there already, byte for byte, is not fetched again. So an interrupted run
goes on where it stopped.
"""

from __future__ import annotations

import difflib
import re
import shutil
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

from evenhand.engine.download import Manners, Publisher
from evenhand.engine.police_uk_archive import (
    BASE_URL,
    KINDS,
    Archive,
    Member,
    is_there,
    newest_month,
    open_edition,
)
from evenhand.errors import EvenhandError, NoNetwork, NotThere

WINDOW = 36
"""Months an archive holds: the one it is named for and those before it."""
LATE = 3
"""The archive of the newest month may come later than the month itself."""

Progress = Callable[[str, int, int], None]
"""Told a file's name, its place among the files to fetch, and how many there are."""
Key = tuple[str, str, str]
"""Month, force, kind."""


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
        plan = _Plan(publisher, base_url, staging, stack)
        plan.cover(months)
        plan.refuse_unknown(names)
        report = _fetch(plan, destination, names, months, progress)
    shutil.rmtree(staging, ignore_errors=True)
    return report


class _Plan:
    """Which archive each month is read from."""

    def __init__(self, publisher: Publisher, base_url: str, staging: Path, stack: ExitStack) -> None:
        self._publisher, self._base_url, self._staging, self._stack = publisher, base_url, staging, stack
        self._opened: dict[str, Archive | None] = {}
        self.archive_of: dict[str, Archive] = {}

    @property
    def archives(self) -> list[Archive]:
        """The archives in use."""
        return list({archive.edition: archive for archive in self.archive_of.values()}.values())

    def cover(self, months: Sequence[str]) -> None:
        """Find the latest archive of every month that has been published."""
        newest = _number(newest_month(self._publisher, self._base_url))
        waiting = [month for month in months if _number(month) <= newest]
        if waiting:
            self._refuse_blocked(newest)
        while waiting:
            archive = self._latest_with(waiting[0], newest)
            held = {month for month, _, _ in archive.members} if archive else set()
            self.archive_of.update({month: archive for month in waiting if archive and month in held})
            # The first month is done with in any case: an archive that should hold it may not.
            waiting = [month for month in waiting[1:] if month not in held]

    def _refuse_blocked(self, newest: int) -> None:
        """Raise NoNetwork where not even the latest archives are there: that is no gap in the data."""
        latest = [_text(newest - back) for back in range(LATE)]
        if not any(is_there(self._publisher, self._base_url, edition) for edition in latest):
            raise NoNetwork(
                f"no archive of {latest[-1]} to {latest[0]} can be had, though those months are published",
                where=self._base_url,
                next_step="check that a firewall does not block it, and run again",
            )

    def _latest_with(self, month: str, newest: int) -> Archive | None:
        first = _number(month)
        for number in range(min(newest, first + WINDOW - 1), first - 1, -1):
            edition = _text(number)
            if edition not in self._opened:
                found = open_edition(self._publisher, self._base_url, edition, self._staging)
                self._opened[edition] = self._stack.enter_context(closing(found)) if found else None
            if (archive := self._opened[edition]) is not None:
                return archive
        return None

    def member(self, key: Key) -> Member | None:
        """The file of one month, force and kind; None where the publisher has none."""
        archive = self.archive_of.get(key[0])
        return archive.members.get(key) if archive else None

    def refuse_unknown(self, forces: Sequence[str]) -> None:
        """Raise NotThere for a force that no archive in use names: a slip of the pen, most often."""
        known = sorted({force for archive in self.archives for _, force, _ in archive.members})
        for force in forces:
            if known and force not in known:
                near = difflib.get_close_matches(force, known, n=3, cutoff=0.5) or known
                raise NotThere(
                    f"the archive of those months has no force '{force}'",
                    where=self.archives[0].url,
                    next_step=f"it has {', '.join(near)}",
                )


def _fetch(
    plan: _Plan, destination: Path, forces: Sequence[str], months: Sequence[str], progress: Progress | None
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
    first, last = _number(month_from), _number(month_to)
    if last < first:
        raise EvenhandError(f"{month_to} comes before {month_from}", next_step="give the earlier month first")
    return [_text(number) for number in range(first, last + 1)]


def _number(month: str) -> int:
    if not re.fullmatch(r"20\d\d-(0[1-9]|1[0-2])", month):
        raise EvenhandError(f"'{month}' is no month", next_step="write it as YYYY-MM, as 2024-01")
    return int(month[:4]) * 12 + int(month[5:]) - 1


def _text(number: int) -> str:
    return f"{number // 12}-{number % 12 + 1:02d}"
