"""Which sums have to be reckoned with, where others follow from them.

A force area is the sum of its districts, of its wards, and of its LSOAs: once districts are the sum of
wards, and wards of LSOAs, that the force area is the sum of LSOAs says nothing new. Looking for other
tables is many times faster without such sums. What is found is put to all of them before it counts.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from evenhand.disclosure.cells import Flags, Integers
from evenhand.disclosure.sums import Sums


def independent(among: Sums, count: int) -> Flags:
    """For each sum over these `count` cells: False where it follows from the True ones.

    Each whole is written as its coarsest sum. Cells that are no wholes are given a random number, wholes
    what their parts come to: a sum that holds for such numbers follows, but for a chance of 1 in 2**63.
    """
    sums = len(among.why)
    parts = among.sign > 0
    whole = np.full(sums, -1)
    whole[among.number[~parts]] = among.cell[~parts]
    order = np.lexsort((np.bincount(among.number, minlength=sums), whole))
    meaning = np.zeros(sums, dtype=bool)
    meaning[order[np.diff(whole[order], prepend=-1) != 0]] = True
    meaning &= whole >= 0
    value = np.random.default_rng(0).integers(0, 2**63, count, dtype=np.uint64)
    settled = np.ones(count, dtype=bool)
    settled[whole[meaning]] = False
    number, cell = among.number[parts], among.cell[parts]
    while True:
        waits = np.bincount(number, ~settled[cell], minlength=sums) > 0
        ready = np.flatnonzero(meaning & ~waits & ~settled[whole])
        if not len(ready):
            break
        value[whole[ready]] = _added_up(number, cell, value, sums)[ready]
        settled[whole[ready]] = True
    follows = _added_up(number, cell, value, sums) == value[whole]
    return meaning | (whole < 0) | ~follows


def _added_up(number: Integers, cell: Integers, value: NDArray[np.uint64], sums: int) -> NDArray[np.uint64]:
    """What the parts of each sum come to, modulo 2**64."""
    total = np.zeros(sums, dtype=np.uint64)
    np.add.at(total, number, value[cell])
    return total
