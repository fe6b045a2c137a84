"""What a refusal says of figures that were revised."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from evenhand.disclosure.before import nothing_before
from evenhand.disclosure.cells import ALL, Axis, Cells
from evenhand.disclosure.refusals import revised_since

MAY, YEAR = (date(2022, 5, 1), date(2022, 5, 31)), (date(2022, 1, 1), date(2022, 12, 31))
MONTHS = [(date(2022, month, 1), date(2022, month, 28)) for month in range(1, 6)]


@pytest.mark.parametrize(
    ("periods", "said"),
    [
        ([MAY], "2022-05"),
        ([YEAR, MAY], "2022-05"),
        ([YEAR], "2022-01-01 to 2022-12-31"),
        ([(*YEAR, 11, 12), ALL], "2022-01-01 to 2022-12-31"),
        (MONTHS, "2022-01, 2022-02, 2022-03 and 2 other periods"),
    ],
)
def test_the_shortest_periods_that_were_revised_are_named(periods, said):
    axis = Axis()
    codes = [axis.number(each) for each in periods]
    cells = Cells({"period": axis}, {"period": 1}, np.array(codes), np.zeros(len(codes), dtype=int), {})
    before = nothing_before(cells)
    assert revised_since(cells, before) == ""
    revised = replace(before, differs=np.ones(len(codes), dtype=bool))
    assert revised_since(cells, revised) == f"; figures of {said} are others now than were published before"
