"""Figures that were revised: what was not revised with them follows from the old sum, if nothing is done.

To check by hand: 60 in all, of which 20 and 29 were shown, and 8 is shown now. That 29 has become 30 says
nothing of the 60, and 60 - 20 - 29 - 8 = 3 must not be there to be worked out.
"""

from __future__ import annotations

import json

import numpy as np
import pytest

from evenhand.disclosure import vintages
from evenhand.disclosure.check import CERTIFICATE, check
from evenhand.disclosure.gate import Judged
from evenhand.disclosure.release import Cell
from evenhand.disclosure.revised import Timeline, Was
from evenhand.errors import Refused
from evenhand.rules.policy import policy

NAME = "recorded_violence"
BELOW_5 = policy("counts", threshold=5)
MAY = "2022-05-01/2022-05-31"


LET_GO = "sums of earlier figures hold no more in what they hide"
OLD = {"T": 60, "C": 20, "D": 29}
NOW = {"A": 3, "B": 8, "C": 20, "D": 30}


def hidden_in(judged: Judged) -> set[str]:
    """The areas whose counts are hidden."""
    release = judged.releases[NAME]
    states = zip(release.table["area_code"].to_pylist(), release.cells["incidents"].to_pylist(), strict=True)
    return {area for area, state in states if state == Cell.HIDDEN.value}


@pytest.fixture
def hidden(series):
    """Which areas the last of some releases hides, the certificate having been checked."""

    def of(*releases: dict[str, int]) -> set[str]:
        judged, folder = series(*((counts, BELOW_5) for counts in releases))
        check(folder)
        return hidden_in(judged)

    return of


def test_one_visible_revision_does_not_let_the_old_total_tell_a_count(hidden):
    assert hidden(OLD, NOW) == {"A", "B"}
    assert hidden({"C": 20, "D": 29}, NOW) == {"A"}


def test_a_total_of_between_is_put_to_what_was_before_and_to_what_came_after(hidden):
    """D was 29, the total is told, D is 30: whether 60 was with the 29 or with the 30 is not told."""
    assert hidden({"C": 20, "D": 29}, {"T": 60}, NOW) == {"A", "B"}
    assert hidden({"C": 20, "D": 29}, {"T": 61}, NOW) == {"A", "B"}
    assert hidden({"C": 20, "D": 29}, {"T": 90}, NOW) == {"A"}


def test_what_was_hidden_then_and_is_another_now_is_not_told_as_it_was(series):
    """A was 3, hidden with B, and is 4. The 60 with 20, 29 and the 8 that B is today would tell the 3.

    Under another policy B need not stay hidden as it was.
    """
    then = {"A": 3, "B": 8, "C": 20, "D": 29, "T": 60}
    now = {"A": 4, "B": 8, "C": 20, "D": 30}
    judged, folder = series((then, BELOW_5), (now, policy("counts", threshold=6)))
    # That A is still 3 does not come out.
    assert f"that 1 {LET_GO}" in check(folder).trusted
    assert hidden_in(judged) == {"A", "B"}


def test_a_sum_with_something_revised_that_nothing_shows_is_let_go_and_said(series):
    """The 60 were 61 when they were published: something in them is less now, and it is none that is told."""
    judged, folder = series((OLD | {"T": 61}, BELOW_5), (NOW, BELOW_5))
    # With the D of today it comes out, with that of then it does not.
    assert hidden_in(judged) == {"A", "B"}
    assert LET_GO not in "".join(check(folder).trusted)
    judged, folder = series((OLD | {"T": 62}, BELOW_5), (NOW, BELOW_5))
    assert hidden_in(judged) == {"A"}
    assert f"that 1 {LET_GO}" in check(folder).trusted


def test_the_checker_says_what_a_gate_that_forgets_what_was_revised_leaves_out(series, monkeypatch):
    monkeypatch.setattr(
        vintages,
        "as_they_were",
        lambda _cells, among, bound, before, _hidden: (among, before, np.zeros_like(bound.small)),
    )
    judged, folder = series((OLD, BELOW_5), (NOW, BELOW_5))
    assert hidden_in(judged) == {"A"}
    # As A was hidden today, as it may have been another then, and as it looked the same.
    assert f"that 3 {LET_GO}" in check(folder).trusted


def test_to_call_a_total_revised_does_not_go_unsaid(series):
    """As if any total were possible, so that A could be anything: of B, C, D and the old total it is 3."""
    _judged, folder = series((OLD, BELOW_5), (NOW | {"D": 29}, BELOW_5))
    assert LET_GO not in "".join(check(folder).trusted)
    path = folder / CERTIFICATE
    fields = json.loads(path.read_text("utf-8"))
    cells = [["incidents", area, MAY] for area in "ABT"]
    fields |= {
        "revised": [[cells[2], [], None]],
        "cells": cells,
        "first": [3, 8, 60],
        "steps": [[[0, 2], [4, 4]], [[1, 2], [4, 4]]],
    }
    path.write_text(json.dumps(fields), "utf-8")
    assert f"that 3 {LET_GO}" in check(folder).trusted


@pytest.mark.parametrize(
    ("time", "by", "since"), [(5, 30, 30), (4, 30, 30), (3, 29, 30), (2, 29, 29), (1, 28, 28), (0, 28, 28)]
)
def test_what_a_count_was_at_a_time_is_what_was_shown_last_or_what_came_next(time, by, since):
    """30 in the two latest publications, nothing in the one before, 29 before that, and 28 in the first."""
    shown = [
        (each, Was(was, was, guarded=False, table=each, latest=each))
        for each, was in ((5, 30), (4, 30), (2, 29), (1, 28))
    ]
    line = Timeline(today=True, shown=[*shown])
    assert [was.low for way in ("by", "from") if (was := line.at(time, way))] == [by, since]


def test_what_came_after_all_that_was_shown_is_what_is_known_today():
    was = Was(29, 29, guarded=False, table=0, latest=1)
    assert Timeline(today=True, shown=[(1, was)]).at(3, "from") is None
    assert Timeline(today=False, shown=[(1, was)]).at(3, "from") is was


BEFORE_IT_FELL = {"C": 20, "D": 29}, {"T": 71}, {"D": 40, "T": 90}


@pytest.mark.parametrize(
    ("published_in", "expected"),
    [(((4,), (5,), (6,)), {"A", "B"}), (((4,), (4,), (5,)), {"A"}), (((4, 5), (5,), (6,)), {"A"})],
    ids=["one after the other", "of one publication", "published again with it"],
)
def test_tables_of_one_publication_are_of_one_time(series, published_in, expected):
    """D was 29, then 40, and is 30; of 71 in all, 40 and the 20 of C leave A and B the 11 that they are now.

    With 29 they leave 22, which A and B are no more: so it was where both were in one publication.
    """
    then = [(each, BELOW_5) for each in BEFORE_IT_FELL]
    judged, folder = series(*then, (NOW, BELOW_5), published_in=published_in)
    check(folder)
    assert hidden_in(judged) == expected


def test_what_is_shown_rounded_now_may_have_looked_the_same_before_it_was_revised(series):
    """A, B and C were 2, 2 and 0, shown as 3, 3 and 0: two of 2 at least. Today all are 3, and B is 1.

    Whoever takes the 3 of today, which is at most 4, for what all looked like then knows each of them.
    """
    by_3 = policy("counts", threshold=0, rounding=3)
    revised = "figures of 2022-05 are others now than were published before; leave the files out"
    with pytest.raises(Refused, match=f"area_code T is the sum of 3 parts, as it was; .*{revised}"):
        series(({"A": 2, "B": 2, "C": 0}, by_3), ({"T": 3, "B": 1}, by_3))


ONE, OTHER = {"D": 29, "E": 10}, {"T": 70, "C": 20}


@pytest.mark.parametrize("of_c", [22, 25, 40])
@pytest.mark.parametrize(
    ("then", "published_in"),
    [
        ((ONE | OTHER,), ((3,), (6,))),
        ((ONE, OTHER), ((3, 6), (3,), (6,))),
        ((ONE, OTHER), ((2, 9), (5,), (9,))),
    ],
    ids=["one table", "a table in both publications", "not shown in the one between"],
)
def test_a_publication_is_a_time_though_a_later_one_showed_the_same(series, then, published_in, of_c):
    """C was another in between, and is 20 again. 70 less 20, 29 and 10 of then, and B's 8, leave 3 for A.

    D and E were 29 and 10 in the publication after as well, and are others only now.
    """
    between = {"C": of_c} if len(then) > 1 else {"C": of_c, **ONE}
    releases = (*then, between, {"A": 3, "B": 8, "C": 20, "D": 30, "E": 9})
    judged, folder = series(*((each, BELOW_5) for each in releases), published_in=published_in)
    check(folder)
    assert hidden_in(judged) == {"A", "B"}
