"""Supplied again: which months and editions a publication has from a later file than the one before it."""

from __future__ import annotations

from collections.abc import Collection

from evenhand.engine.store import Catalogue, Part


def supplied_again(catalogue: Catalogue, before: Collection[str], now: Collection[str]) -> tuple[str, ...]:
    """A sentence for each part of a file that is new, and that an earlier file had; by SHA-256 of files."""
    new = _parts(catalogue, [sha256 for sha256 in now if sha256 not in before])
    old = _parts(catalogue, before)
    return tuple(
        f"{part} was supplied again: {new[source, part].rows:,} rows, {old[source, part].rows:,} before."
        for source, part in sorted(new)
        if (source, part) in old
    )


def _parts(catalogue: Catalogue, files: Collection[str]) -> dict[tuple[str, str], Part]:
    """The parts of those files that held when the last of them arrived, by source and name."""
    numbers = {supply.supply: supply.number for supply in catalogue.supplies}
    sources = {supply.supply: supply.source for supply in catalogue.supplies if supply.sha256 in set(files)}
    mine = sorted((part for part in catalogue.parts if part.supply in sources), key=lambda part: part.number)
    return {
        (sources[part.supply], part.part): part
        for part in mine
        # A stray part lost against an earlier supply, and never held.
        if part.replaced_by is None or numbers[part.replaced_by] > part.number
    }
