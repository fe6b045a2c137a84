"""Singletons: what is hidden besides, so that a sum tells nobody behind its ones another count.

To check by hand: T is A, B and C, and counts below 5 are hidden. With 1, 3 and 20, whoever is the 1 takes it
and the 20 from the total.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random

import pytest

from evenhand.disclosure import cleaning, gate, suppression
from evenhand.disclosure.check import check
from evenhand.disclosure.gate import Judged
from evenhand.disclosure.partition import Partition
from evenhand.rules.policy import Policy, policy

NAME = "recorded_violence"
BELOW_5, BELOW_11 = policy("counts", threshold=5), policy("counts", threshold=11)
Counts = dict[str, int]
Quarter = Callable[..., Judged]


@pytest.fixture
def quarter(rows_of, judged_rows) -> Quarter:
    """Judges a table of May: a count by area, and T of all of them."""

    def judged(counts: Counts, chosen: Policy = BELOW_5) -> Judged:
        its = {**counts, "T": sum(counts.values())}
        rows = [
            next(iter(rows_of({area: (0, 0)}, "LAD" if area == "T" else "LSOA11", incidents=count)))
            for area, count in its.items()
        ]
        of_all = Partition(("area_code",), ("T",), tuple((area,) for area in counts))
        return judged_rows(NAME, rows, chosen, (of_all,))

    return judged


def hidden(judged: Judged) -> set[str]:
    table = judged.releases[NAME].table.select(["area_code", "incidents"]).to_pylist()
    return {row["area_code"] for row in table if row["incidents"] is None}


@pytest.fixture
def without_the_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (gate, suppression):
        monkeypatch.setattr(module, "close", lambda _draft: None)
    monkeypatch.setattr(cleaning, "needed", lambda _system, _hidden, _tried: [])


def test_a_sum_of_a_one_and_another_hidden_count_has_a_third(quarter, written, tmp_path):
    found = quarter({"A": 1, "B": 3, "C": 20})
    assert hidden(found) in ({"A", "B", "C"}, {"A", "B", "T"})
    assert check(written(tmp_path, found)).guarded == 3


@pytest.mark.usefixtures("without_the_rule")
def test_without_the_rule_it_has_none(quarter):
    assert hidden(quarter({"A": 1, "B": 3, "C": 20})) == {"A", "B"}


@pytest.mark.parametrize("ones", [2, 3])
def test_of_ones_alone_the_total_is_hidden_or_two_others(quarter, ones):
    names = list("ABC"[:ones])
    found = hidden(quarter(dict.fromkeys(names, 1) | {"X": 20, "Y": 30, "Z": 40}))
    assert found >= set(names)
    assert "T" in found or len(found - set(names)) >= 2


def test_a_sum_without_a_one_has_no_more_hidden(quarter):
    assert hidden(quarter({"A": 2, "B": 3, "C": 20})) == {"A", "B"}


def test_two_further_counts_that_can_hardly_be_larger_are_not_enough(quarter):
    """From 1 to 10 are hidden, and 5 apart is safe: of 2 and 2, which come to 4, each is 1, 2 or 3."""
    assert hidden(quarter({"A": 1, "B": 2, "C": 2, "D": 40}, BELOW_11)) > {"A", "B", "C"}


def test_who_is_the_only_one_of_a_total_learns_nothing_of_another(quarter):
    assert hidden(quarter({"A": 1, "B": 0, "C": 0})) == {"A", "T"}


def test_sums_in_which_nothing_is_left_to_hide_are_counted(rows_of, judged_rows, published):
    """All but A and B was shown before: with 1 and 3 they came to 4, and nobody knew which is which."""
    of_all = (Partition(("area_code",), ("T",), (("A",), ("B",), ("C",))),)

    def of(counts: Counts, chosen: Policy, *earlier: object) -> Judged:
        rows = [
            next(iter(rows_of({area: (0, 0)}, "LAD" if area == "T" else "LSOA11", incidents=count)))
            for area, count in counts.items()
        ]
        return judged_rows(NAME, rows, chosen, of_all, earlier)

    shown = of({"C": 20, "T": 24}, BELOW_5)
    assert hidden(shown) == set()
    now = of({"A": 1, "B": 3, "C": 20, "T": 24}, BELOW_5, published(shown, 1))
    assert (hidden(now), now.told_to_ones) == ({"A", "B"}, 1)


def test_where_enough_is_hidden_no_sum_is_counted(quarter):
    assert quarter({"A": 1, "B": 3, "C": 20}).told_to_ones == 0


def told(counts: Counts, unseen: set[str]) -> Iterator[str]:
    """The parts that somebody behind ones of the sum comes too near to, by trying every number."""
    ones = [area for area, count in counts.items() if count == 1 and area in unseen]
    for mine in ([one for one in ones if one != other] for other in (None, *ones)):
        free = [area for area in counts if area in unseen and area not in mine]
        if not mine or not free or "T" in unseen:
            continue
        rest = sum(counts[area] for area in free)
        for area in free:
            others = len(free) - 1
            fits = [n for n in range(1, rest + 1) if (rest - n >= others if others else n == rest)]
            if max(fits) - min(fits) < BELOW_5.protection:
                yield area


@pytest.mark.parametrize("number", range(40))
def test_no_random_sum_tells_its_ones_more(quarter, number):
    chance = Random(number)
    counts = {area: chance.choice([0, 1, 1, 2, 3, 4, 9, 25]) for area in "ABCDEF"} | {"G": 30, "H": 31}
    assert not list(told(counts, hidden(quarter(counts))))


@pytest.mark.usefixtures("without_the_rule")
def test_the_plain_twin_finds_what_the_rule_prevents(quarter):
    counts = {"A": 1, "B": 3, "C": 20}
    assert list(told(counts, hidden(quarter(counts)))) == ["B"]
