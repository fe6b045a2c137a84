"""Certified: what a certificate says of the earlier releases that were reckoned with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from evenhand.disclosure.before import Before
from evenhand.disclosure.cells import Cells, Flags, Integers
from evenhand.disclosure.earlier import Earlier
from evenhand.disclosure.layout import layout
from evenhand.disclosure.proof import effect, places
from evenhand.disclosure.sums import Sums
from evenhand.disclosure.system import UNBOUNDED, System, bounds
from evenhand.measure import Measure


def certified(
    of: tuple[Cells, Sums, System, Before],
    hidden: Flags,
    earlier: Sequence[Earlier],
    measures: Mapping[str, Measure],
) -> dict[str, Any]:
    """The earlier tables, the latest first; those that count something else; and figures that were revised.

    A revised figure is given by its cell and the entries that showed it, no entry meaning all; and of one
    that is hidden now, whether it is above or below what it was. Where what is published shows by itself that
    a figure is another now, it is not given.
    """
    _cells, among, _system, before = of
    reckoned = {each.number for each in before.earlier}
    others = [each for each in earlier if each.number not in reckoned]
    return {
        "earlier": [_table(each, measures[each.reads_as]) for each in before.earlier],
        "counts_something_else": [
            {"entry": each.number, "file": each.file, "definition": each.definition} for each in others
        ],
        "earlier_kinds": among.earlier_kinds,
        "in_pieces": among.in_pieces,
        "revised": _revised(of, hidden),
    }


def _table(earlier: Earlier, measure: Measure) -> dict[str, Any]:
    scope = {"scope_of": earlier.scope_of} if earlier.scope_of else {}
    return scope | {
        "entry": earlier.number,
        "published": list(earlier.times),
        "file": earlier.file,
        "sha256": earlier.sha256,
        "policy": effect(earlier.policy),
        **layout(earlier.measure, measure),
    }


def _could_hold(system: System, revised: Integers, hidden: Flags) -> Flags:
    """Which revised figures agree with what is shown now, so that nobody would see that they are revised."""
    cell, table, was_low, was_high = revised.T
    low, high = bounds(system.shown, system.policy)
    low, high = np.where(hidden, system.policy.hide_from or 0, low), np.where(hidden, UNBOUNDED, high)
    return (table < 0) | ((was_low <= high[cell]) & (low[cell] <= was_high))


def _revised(of: tuple[Cells, Sums, System, Before], hidden: Flags) -> list[list[Any]]:
    cells, _among, system, before = of
    found: dict[int, list[int]] = {}
    for cell, table, _low, _high in sorted(
        before.revised[_could_hold(system, before.revised, hidden)].tolist()
    ):
        entries = found.setdefault(cell, [])
        if table >= 0:
            entries.append(before.earlier[table].number)
    where = places(cells, cells.code[np.array(list(found), dtype=np.int64)])
    below = system.hidden_high < before.gone[0]
    sides = [("below" if below[cell] else "above") if hidden[cell] else None for cell in found]
    return [
        [place, sorted(entries), side]
        for place, entries, side in zip(where, found.values(), sides, strict=True)
    ]
