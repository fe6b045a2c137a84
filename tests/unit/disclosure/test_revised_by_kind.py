"""Revised counts of which tables show the outcomes, and others all of them: one sum leads to the next.

T is A, B and C together, and each of them its outcomes.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from evenhand.disclosure import gate
from evenhand.disclosure.check import CERTIFICATE, Unsafe, check, read
from evenhand.disclosure.checker.book import Book, Cell
from evenhand.disclosure.checker.revised import Past, Was
from evenhand.disclosure.gate import Judged
from evenhand.disclosure.partition import Partition
from evenhand.needs import MEASURES
from evenhand.reports.data import csv_bytes
from evenhand.rules.policy import Policy, policy

ALL, OUTCOMES = "recorded_violence", "outcomes_recorded"
MEASURED = {name: MEASURES[name] for name in (ALL, OUTCOMES)}
PARTITIONS = (Partition(("area_code",), ("T",), (("A",), ("B",), ("C",))),)
MAY = "2022-05-01/2022-05-31"
LET_GO = "sums of earlier figures hold no more in what they hide"
BELOW_5, BELOW_6 = policy("counts", threshold=5), policy("counts", threshold=6)
HIDES_0 = policy("counts", threshold=5, hide_zeros=True)
BY_3 = policy("counts", threshold=0, rounding=3, controlled=True)
BY_5 = policy("counts", threshold=0, rounding=5)

Tables = dict[str, dict[tuple[str, str], int]]
"""Counts by area and outcome for each measure; no outcome where a table has all of them."""


@pytest.fixture
def publications(rows_of, table_of, published, written, tmp_path) -> Callable[..., tuple[Judged, Path]]:
    """Judges and publishes tables of May, each time those of one publication; the last, and its folder."""

    def made(*these: tuple[Tables, Policy]) -> tuple[Judged, Path]:
        before, judged = [], None
        for number, (tables, chosen) in enumerate(these, 1):
            made = {name: table_of(name, [*_rows(rows_of, its)]) for name, its in tables.items()}
            judged = gate.judge(
                made, MEASURED, chosen, PARTITIONS, "d", [earlier for earlier, _content in before]
            )
            if number < len(these):
                before += [
                    (published(judged, number, name), csv_bytes(release))
                    for name, release in judged.releases.items()
                ]
        assert judged is not None
        return judged, written(tmp_path / f"data {len([*tmp_path.iterdir()])}", judged, before)

    return made


def _rows(rows_of: Callable[..., Iterable], counts: dict[tuple[str, str], int]) -> Iterable:
    for (area, outcome), count in counts.items():
        level = "LAD" if area == "T" else "LSOA11"
        yield next(iter(rows_of({area: (0, 0)}, level, incidents=count, outcome=outcome, percent=50.0)))


def hidden_in(judged: Judged) -> set[tuple[str, str]]:
    """The areas and outcomes whose counts are hidden."""
    return {
        (row["area_code"], row.get("outcome", ""))
        for release in judged.releases.values()
        for row in release.table.to_pylist()
        if row["incidents"] is None
    }


def known(folder: Path, area: str) -> tuple[int, int]:
    """From what to what the count of an area lies for the checker."""
    certificate = json.loads((folder / CERTIFICATE).read_text("utf-8"))
    book = read(folder, certificate)
    place: dict[str, str] = {"counted": "incidents", "area_code": area, "period": MAY}
    return book.known(tuple(place.get(name) for name in book.dimensions))


def of(**counts: int) -> dict[tuple[str, str], int]:
    """Counts by area of all outcomes."""
    return {(area, ""): count for area, count in counts.items()}


def by_outcome(**areas: dict[str, int]) -> dict[tuple[str, str], int]:
    """Counts by area and outcome."""
    return {(area, outcome): count for area, its in areas.items() for outcome, count in its.items()}


def charged(**counts: int) -> dict[tuple[str, str], int]:
    """Counts by area of one outcome."""
    return {(area, "charged"): count for area, count in counts.items()}


def proved(judged: Judged, folder: Path) -> int:
    """How many counts are proved safe: as many as the gate guards, no sum as it was being let go."""
    found = check(folder)
    assert LET_GO not in "".join(found.trusted)
    assert judged.proof is not None
    assert found.guarded == judged.proof.guarded
    return found.guarded


def test_what_is_hidden_may_have_been_another_with_what_is_told_of_it_in_another_sum(publications):
    """C was 10 and is 12: 8 charged and 4 others, both hidden, so that both may have been others too.

    So may all who were charged have been, in no table, and with them the 9 of A; and its 2, which are 11 with
    those. Whoever has it that only C was another would find more hidden than that, and the checker does not
    know of what A was.
    """
    now = {
        OUTCOMES: by_outcome(A={"charged": 9, "other": 2}, C={"charged": 8, "other": 4}),
        ALL: of(A=11, B=10, C=12, T=33),
    }
    judged, folder = publications(({ALL: of(C=10)}, BELOW_6), (now, BELOW_6))
    assert hidden_in(judged) == {(area, outcome) for area in "AC" for outcome in ("charged", "other")}
    assert proved(judged, folder) == 4


def test_what_is_rounded_with_others_may_have_been_anything_before_it_was_revised(publications):
    """10 in all were told, and A, B and C are 7, 5 and 4 now, which are shown as 6, 6 and 3.

    That is 4, 4 and 1 at least: had they been so of 10 too, but one were known. But what they are shown as is
    not settled before all sums are there, so that they are taken to have been anything.
    """
    now = {OUTCOMES: charged(A=7, B=5, C=4, T=16)}
    judged, folder = publications(({ALL: of(T=10)}, HIDES_0), (now, BY_3))
    assert proved(judged, folder) == 1
    assert hidden_in(judged) == set()


def test_what_is_rounded_with_others_is_not_told_by_how_it_may_have_looked_before(publications):
    by_5 = policy("counts", threshold=0, rounding=5, controlled=True, leeway=2)
    _judged, folder = publications(
        ({OUTCOMES: charged(A=6, C=0)}, HIDES_0),
        ({ALL: of(B=0, C=0)}, by_5),
        ({ALL: of(A=7, B=0, C=0, T=7)}, by_5),
    )
    # The four of today, and what was hidden first; a sum of what they may have been has no more to guard.
    assert check(folder).guarded == 5


def test_what_was_hidden_then_and_is_told_by_its_sum_today_may_have_been_another(publications):
    """A, B and C were 4, 2 and 4, hidden all, of 10 that were told; today all that were charged are 16.

    The three that were hidden are guarded as they were, beside today's.
    """
    now = {OUTCOMES: charged(A=7, B=5, C=4, T=16)}
    judged, folder = publications(({ALL: of(A=4, B=2, C=4, T=10)}, HIDES_0), (now, BY_3))
    assert proved(judged, folder) == 10


def test_what_was_rounded_and_not_guarded_may_have_been_another(publications):
    """T was shown as 10, which is 8 to 12, and is 12 now. A was shown as 0 and has 2 still."""
    then = {ALL: of(A=2, B=2, T=10)}
    now = {OUTCOMES: charged(A=2, T=12), ALL: of(A=2, C=6, T=12)}
    judged, folder = publications((then, BY_5), (now, BY_5))
    assert proved(judged, folder) == 6


def test_what_is_0_today_may_have_been_rounded_to_it(publications):
    """A was shown as 0, which is 0 to 2, of 28 to 32. It is 0 of 15 now: the 30 were with what A was then."""
    judged, folder = publications(({ALL: of(A=0, T=30)}, BY_5), ({ALL: of(A=0, B=12, C=3, T=15)}, BELOW_5))
    assert hidden_in(judged) == {("B", ""), ("C", "")}
    assert proved(judged, folder) == 3


def test_what_is_hidden_while_sums_are_made_again_stays_hidden(publications, monkeypatch):
    """C had 9 others, and has 12: with the 3 charged, and A's 3 and 1, which are hidden all, 15 of 19.

    The more is hidden today, the more may have been another then, so that sums are made again for it: until
    nothing is hidden that they take for exact. What was hidden for them before is hidden still.
    """
    passes, hide = [np.zeros(0, dtype=np.int64)], gate._hidden  # pyright: ignore[reportPrivateUsage]

    def noted(problem: Any, *more: Any) -> Any:
        found = hide(problem, *more)
        if problem.before.earlier:
            # What counts were comes last, so that today's have the same positions each time.
            assert found[0][passes[-1]].all()
            passes.append(np.flatnonzero(found[0]))
        return found

    monkeypatch.setattr(gate, "_hidden", noted)
    then = {OUTCOMES: by_outcome(C={"charged": 3, "other": 9})}
    kinds = {"A": {"charged": 3, "other": 1}, "C": {"charged": 3, "other": 12}}
    now = {OUTCOMES: by_outcome(**kinds, T={"charged": 6, "other": 13}), ALL: of(A=4, C=15, T=19)}
    judged, folder = publications((then, HIDES_0), (now, HIDES_0))
    assert [len(each) for each in passes] == [0, 7, 8, 8]
    assert len(hidden_in(judged)) == 8
    assert proved(judged, folder) == 9


# Rounded with all others: what a revised figure leaves


@pytest.mark.parametrize(
    ("then", "under", "now", "expected"),
    [
        # Shown as 6, which is 4 to 8, and as 3 now, which is 1 to 5: it is less than 4.
        (6, BY_3, 3, (1, 3)),
        # Shown as 3 and as 6 now: it is more than 5.
        (3, BY_3, 6, (6, 8)),
        # Shown as it was, 8, and as 9 now, which is 7 to 11: it is more than 8.
        (8, BELOW_5, 9, (9, 11)),
        # Shown as 10, and as 9 now: it is less than 10.
        (10, BELOW_5, 9, (7, 9)),
        # 9 and shown as 9 again, which it is no more: it is more than 9.
        (9, BELOW_5, 10, (10, 11)),
        # Still what it was.
        (8, BELOW_5, 8, (8, 8)),
    ],
)
def test_what_is_revised_lies_beyond_what_it_was(publications, then, under, now, expected):
    judged, folder = publications(({ALL: of(A=then)}, under), ({ALL: of(A=now)}, BY_3))
    assert known(folder, "A") == expected
    proved(judged, folder)


@pytest.mark.parametrize("chosen", [BY_5, policy("counts", threshold=0, rounding=5, controlled=True)])
def test_what_an_earlier_table_told_to_be_0_need_not_be_protected(publications, chosen):
    """A was shown with 10 charged and nothing else: its other outcomes, shown as 0 now, are not 1 or 2."""
    then = by_outcome(A={"charged": 10}, B={"charged": 70, "other": 60})
    now = by_outcome(A={"charged": 10, "other": 0})
    judged, folder = publications(({OUTCOMES: then}, chosen), ({OUTCOMES: now}, chosen))
    assert hidden_in(judged) == set()
    assert proved(judged, folder) == 0


# What the checker takes a count for that it was


PLACE: Cell = ("incidents", "A", MAY)


@pytest.fixture
def before() -> Past:
    """What counts were before, for a publication under a policy that hides 1 to 4."""
    return Past(Book(["counted", "area_code", "period"], {"name": "p", "hide_from": 1, "hide_to": 4}))


def was(low: int, high: int, latest: int, under: str = "p") -> Was:
    return Was((low, high), True, {"name": under}, latest, "in")


@pytest.mark.parametrize(
    ("time", "by", "since"), [(5, 30, 30), (4, 30, 30), (3, 29, 30), (2, 29, 29), (1, 28, 28), (0, 28, 28)]
)
def test_the_checker_takes_a_count_for_what_was_shown_last_or_what_came_next(before, time, by, since):
    """30 in the two latest publications, nothing in the one before, 29 before that, and 28 in the first."""
    before.lines[False][PLACE] = [
        (each, was(count, count, each)) for each, count in ((5, 30), (4, 30), (2, 29), (1, 28))
    ]
    assert [before.at(PLACE, time, way).ends[0] for way in ("by", "from")] == [by, since]


def test_what_came_after_for_the_checker_is_what_is_known_today_unless_no_figure_holds(before):
    last = was(29, 29, 1)
    before.lines[False][PLACE] = [(1, last)]
    assert before.at(PLACE, 3, "from") is None
    before.book.lost.add(PLACE)
    assert before.at(PLACE, 3, "from") is last


def test_a_count_that_was_hidden_is_guarded_as_it_was_where_enough_is_open(before):
    """2 have to be open, half of what is hidden: 1 to 3 leaves that."""
    before.guarded[PLACE] = was(1, 3, 1, "another")
    before.guard([[PLACE]])
    assert before.book.kept == {PLACE: {"name": "another"}}


def test_a_count_of_which_another_policy_left_too_little_open_may_be_in_no_sum(before):
    """1 to 2 is less than 2 apart. The same policy saw to it that it was not told by more than that."""
    before.guarded[PLACE] = was(1, 2, 1)
    before.guard([[PLACE]])
    assert not before.book.kept
    before.guarded[PLACE] = was(1, 2, 1, "another")
    with pytest.raises(Unsafe, match="another policy left of incidents A"):
        before.guard([[PLACE]])
