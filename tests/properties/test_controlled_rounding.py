"""Controlled rounding of random linked tables: they add up, hardly move, and tell no reader a small count."""

from __future__ import annotations

from dataclasses import replace

import pytest

from evenhand.disclosure.gate import judge
from evenhand.rules.policy import policy

SEED = 7
BLOCKS, BLOCK = 2, 10
REFUSED = 2
"""Of a block, those in which a kind that a table leaves out tells that a shown 0 is one."""
SERIES, SMALLER = 2, 60
PLANTED = 3
"""A series of releases that tell a small count together where each is rounded by itself."""


def _chosen(number, leeway=1):
    return policy("counts", threshold=0, rounding=(3, 5)[number % 2], controlled=True, leeway=leeway)


def _adds_up(bench, published, releases, number):
    """Every sum that the readers know of holds between shown counts, each by less than the base moved."""
    readers = bench.attack_readers
    seen = bench.attack_views.view(published, releases)
    shown = {}
    for table in published.tables:
        for spot, value, _state in bench.attack_views.counts(table, releases[table.name]):
            shown[spot] = value
    base = published.policy.rounding_base
    for spot, truth, known in zip(seen.spots, seen.truth, seen.known, strict=True):
        value = shown.get(spot)
        if value is not None and known:
            assert value % base == 0
            assert abs(value - truth) < base, number
    values = [0 if spot in published.left_out else shown.get(spot) for spot in seen.spots]
    for each in readers.sums(seen):
        if all(values[part] is not None for part in each):
            assert sum(times * values[part] for part, times in each.items()) == 0, number


@pytest.mark.parametrize("block", range(BLOCKS))
def test_what_is_shown_adds_up_and_no_reader_comes_near_a_small_count(bench, block):
    refused = []
    for number in range(block * BLOCK, (block + 1) * BLOCK):
        published = replace(bench.attack_releases.publication((SEED, number)), policy=_chosen(number))
        outcome = bench.attack.attack(published, number, released := [])
        assert (outcome.failed, outcome.leaks, outcome.undecided) == ("", [], 0), outcome.words
        if outcome.refused:
            refused.append(outcome.words)
        else:
            _adds_up(bench, published, released[0][1], number)
    assert len(refused) <= REFUSED, refused


@pytest.mark.parametrize("leeway", [1, 2])
@pytest.mark.parametrize("number", range(SERIES))
def test_no_reader_of_several_releases_comes_near_a_small_count(bench, number, leeway):
    before, refused = [], []
    for published in bench.attack_releases.sequence((SEED, number), 2 + number % 4, SMALLER):
        outcome = bench.attack.attack(replace(published, policy=_chosen(number, leeway)), number, before)
        assert (outcome.failed, outcome.leaks, outcome.undecided) == ("", [], 0), outcome.words
        refused += [outcome.words] if outcome.refused else []
    assert len(refused) <= 1, refused


def test_the_order_of_rows_does_not_matter(bench):
    published = bench.attack_releases.publication((SEED, 3))
    turned = {
        name: table.take(list(range(table.num_rows))[::-1]) for name, table in published.results.items()
    }
    both = [
        judge(results, published.measures, _chosen(1), published.partitions, "d")
        for results in (published.results, turned)
    ]
    for name in published.results:
        assert both[0].releases[name].table == both[1].releases[name].table
    assert both[0].proof.to_bytes() == both[1].proof.to_bytes()


def test_a_gate_that_keeps_nothing_of_earlier_releases_is_caught(bench):
    """Rounded anew each time without regard, several releases together tell small counts."""
    before, caught = [], False
    for published in bench.attack_releases.sequence((SEED, PLANTED), 3, SMALLER):
        one = replace(published, policy=_chosen(PLANTED))
        caught |= bool(bench.attack.attack(one, PLANTED, before, blind=True).leaks)
    assert caught
