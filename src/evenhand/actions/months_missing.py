"""Months missing: those absent between the first and the last supplied, told from the catalogue alone."""

from __future__ import annotations

from datetime import date

from evenhand.engine import store
from evenhand.rules.police_force import police_forces
from evenhand.sources import SOURCES
from evenhand.tables.prepared import months_between

COUNTED = ("incident",)
"""Tables by month that some measure takes: a month absent from another leaves no figure open."""


def months_missing(catalogue: store.Catalogue) -> list[str]:
    """Of what figures are made of, a line for each source and force with months absent."""
    return [f"{whose}: {gaps} not supplied" for whose, gaps in _absent(catalogue, counted=True)]


def absent_elsewhere(catalogue: store.Catalogue) -> list[str]:
    """The months absent from files that no figure takes yet, in one line; none where there are none."""
    found = [f"{whose}: {gaps}" for whose, gaps in _absent(catalogue, counted=False)]
    return [f"Absent from files that no figure takes yet: {'; '.join(found)}."] if found else []


def _absent(catalogue: store.Catalogue, *, counted: bool) -> list[tuple[str, str]]:
    """Source and force, and the months absent between its first and its last.

    Some sources have a force by its short name alone (`northumbria`); it is said as it signs elsewhere.
    """
    names = {force.slug: force.reported_by for force in police_forces()}
    wanted = {name for name, source in SOURCES.items() if (source.table.name in COUNTED) is counted}
    supplies = [supply for supply in catalogue.supplies if supply.source in wanted]
    titles = {supply.supply: SOURCES[supply.source].title for supply in supplies}
    months: dict[tuple[str, str], set[date]] = {}
    for part in catalogue.parts:
        force, _space, month = part.part.rpartition(" ")
        if part.supply in titles and len(month) == 7 and month[4] == "-":
            found = months.setdefault((titles[part.supply], names.get(force, force)), set())
            found.add(date.fromisoformat(f"{month}-01"))
    return [
        (f"{title}, {force}", ", ".join(gaps))
        for (title, force), found in sorted(months.items())
        if (gaps := _gaps(found))
    ]


def _gaps(found: set[date]) -> list[str]:
    return [f"{month:%Y-%m}" for month in months_between(min(found), max(found)) if month not in found]
