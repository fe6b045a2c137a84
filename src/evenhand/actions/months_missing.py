"""Months missing: those absent between the first and the last supplied, told from the catalogue alone."""

from __future__ import annotations

from datetime import date

from evenhand.engine import store
from evenhand.sources import SOURCES
from evenhand.tables.prepared import months_between


def months_missing(catalogue: store.Catalogue) -> list[str]:
    """A line for each source and force with months absent between its first and its last."""
    titles = {supply.supply: SOURCES[supply.source].title for supply in catalogue.supplies}
    months: dict[tuple[str, str], set[date]] = {}
    for part in catalogue.parts:
        force, _space, month = part.part.rpartition(" ")
        if len(month) == 7 and month[4] == "-":
            found = months.setdefault((titles[part.supply], force), set())
            found.add(date.fromisoformat(f"{month}-01"))
    return [
        f"{title}, {force}: {', '.join(gaps)} not supplied"
        for (title, force), found in sorted(months.items())
        if (gaps := _gaps(found))
    ]


def _gaps(found: set[date]) -> list[str]:
    return [f"{month:%Y-%m}" for month in months_between(min(found), max(found)) if month not in found]
