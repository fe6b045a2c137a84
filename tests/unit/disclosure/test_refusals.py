"""What a refusal says of figures that were revised."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from evenhand.disclosure.cells import ALL, Axis, Cells
from evenhand.disclosure.partition import Partition
from evenhand.disclosure.refusals import revised_since
from evenhand.errors import Refused
from evenhand.rules.policy import policy

MAY, YEAR = (date(2022, 5, 1), date(2022, 5, 31)), (date(2022, 1, 1), date(2022, 12, 31))
MONTHS = [
    (date(2022, month, 1), date(2022, month, last)) for month, last in enumerate((31, 28, 31, 30, 31), 1)
]
BY_3 = policy("counts", threshold=0, rounding=3)
PARTS = Partition(("area_code",), ("T",), (("A",), ("B",), ("C",)))


@pytest.mark.parametrize(
    ("periods", "said"),
    [
        ([MAY], "2022-05"),
        ([YEAR, MAY], "2022-05"),
        ([YEAR], "2022-01-01 to 2022-12-31"),
        ([(*YEAR, 11, 12), ALL], "2022-01-01 to 2022-12-31"),
        ([(date(2022, 5, 1), date(2022, 5, 15))], "2022-05-01 to 2022-05-15"),
        (MONTHS[:4], "2022-01, 2022-02, 2022-03 and 1 other period"),
        (MONTHS, "2022-01, 2022-02, 2022-03 and 2 other periods"),
    ],
)
def test_the_shortest_periods_that_were_revised_are_named(periods, said):
    axis = Axis()
    codes = [axis.number(each) for each in periods]
    cells = Cells({"period": axis}, {"period": 1}, np.array(codes), np.zeros(len(codes), dtype=int), {})
    assert revised_since(cells, np.arange(0)) == ""
    revised = np.arange(len(codes))
    assert revised_since(cells, revised) == f"; figures of {said} are others now than were published before"


def test_only_what_hangs_together_with_what_is_refused_is_named(rows_of, judged_rows, published):
    """A, B and C were 2, 2 and 0 in May, and T is 3 since, of which B is 1. June is revised as well."""

    def judged(counts, *earlier):
        return judged_rows("recorded_violence", [*rows_of(counts, "LSOA11")], BY_3, (PARTS,), earlier)

    first = judged({"A": (2, 20), "B": (2, 20), "C": (0, 20)})
    with pytest.raises(Refused, match="; figures of 2022-05 are others now") as refused:
        judged({"T": (3, 90), "B": (1, 50)}, published(first, 1))
    assert refused.value.next_step.startswith("leave the files out that revised them")
