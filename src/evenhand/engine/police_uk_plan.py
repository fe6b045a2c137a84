"""Which edition of data.police.uk's archive each month is read from: the latest that holds it."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from contextlib import ExitStack, closing
from pathlib import Path

from evenhand.engine.download import Publisher
from evenhand.engine.police_uk_archive import Archive, Member, is_there, newest_month, open_edition
from evenhand.errors import EvenhandError, NoNetwork, NotThere

WINDOW = 36
"""Months an archive holds: the one it is named for and those before it."""
LATE = 3
"""The archive of the newest month may come later than the month itself."""
Key = tuple[str, str, str]
"""Month, force, kind."""


class Plan:
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
        newest = month_number(newest_month(self._publisher, self._base_url))
        waiting = [month for month in months if month_number(month) <= newest]
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
        latest = [month_text(newest - back) for back in range(LATE)]
        if not any(is_there(self._publisher, self._base_url, edition) for edition in latest):
            raise NoNetwork(
                f"no archive of {latest[-1]} to {latest[0]} can be had, though those months are published",
                where=self._base_url,
                next_step="check that a firewall does not block it, and run again",
            )

    def _latest_with(self, month: str, newest: int) -> Archive | None:
        first = month_number(month)
        for number in range(min(newest, first + WINDOW - 1), first - 1, -1):
            edition = month_text(number)
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


def month_number(month: str) -> int:
    """Months since year 0 of a `YYYY-MM`. Raises EvenhandError for what is no month."""
    if not re.fullmatch(r"20\d\d-(0[1-9]|1[0-2])", month):
        raise EvenhandError(f"'{month}' is no month", next_step="write it as YYYY-MM, as 2024-01")
    return int(month[:4]) * 12 + int(month[5:]) - 1


def month_text(number: int) -> str:
    """The `YYYY-MM` of a number of months."""
    return f"{number // 12}-{number % 12 + 1:02d}"
