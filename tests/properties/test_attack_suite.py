"""Readers attack what the gate releases: `bench/attack.py` on a few of its ten thousand publications.

The readers share no code with the gate. They are shown to find what there is: against a reader who tries
every world, and on a gate that hides small counts and nothing else.
"""

from __future__ import annotations

from itertools import product
from types import SimpleNamespace

import numpy as np
import pytest

from evenhand.disclosure import at_once, gate, suppression, vintages, worlds
from evenhand.disclosure.proposal import proposal
from evenhand.disclosure.sums import Sums

SEED = 1
BLOCKS, BLOCK = 6, 15
REFUSED = 3
"""Publications of a block that the gate may refuse: each is a failure of ours to find what to hide."""
SERIES, SMALLER = 5, 120
"""Series of releases, and counts of each, about, at most."""
MIXED_SEED, MIXED, FEW = 3, 6, 40
"""The seed and number of series in which policies, definitions and counts change, and counts of each."""
REVISED = 40
"""One of these that gives hidden counts away where what was revised is forgotten."""
PLANTED = 6
"""A series of releases that give hidden counts away together, and none alone."""
WEAK = 60
LEAKY = 15
"""Of those, the ones that leak where only small counts are hidden, at least."""
TRIED = 40
MUCH = 20
"""Times as many counts are told to those behind ones where nothing is hidden for it."""


@pytest.fixture
def weak(monkeypatch) -> None:
    """A gate that hides small counts, nothing with them, and proves nothing."""
    monkeypatch.setattr(gate, "secondary", lambda system, _windows, _seed: proposal(system))
    monkeypatch.setattr(gate, "go_on", lambda *_, **_how: None)
    monkeypatch.setattr(gate, "hide_more", lambda *_: None)
    monkeypatch.setattr(gate, "_refuse", lambda *_: None)
    monkeypatch.setattr(gate, "proof", lambda *_: SimpleNamespace(after=lambda _: None))


@pytest.mark.parametrize("block", range(BLOCKS))
def test_no_reader_comes_near_what_is_hidden(bench, block):
    outcomes = [bench.attack.attacked(SEED, block * BLOCK + number) for number in range(BLOCK)]
    assert [outcome.words for outcome in outcomes if outcome.failed or outcome.leaks] == []
    assert sum(outcome.undecided for outcome in outcomes) == 0
    assert sum(outcome.attacked for outcome in outcomes) > 0
    refused = [outcome.words for outcome in outcomes if outcome.refused]
    assert len(refused) <= REFUSED, refused


def test_no_reader_comes_near_what_is_hidden_where_pieces_stand_for_small_areas(bench, monkeypatch):
    """The readers reckon with the small areas all the same."""
    monkeypatch.setattr(Sums, "too_many", property(lambda among: not among.in_pieces))
    outcomes = [bench.attack.attacked(SEED, number, SMALLER) for number in range(BLOCK)]
    assert [outcome.words for outcome in outcomes if outcome.failed or outcome.leaks] == []
    refused = [outcome.words for outcome in outcomes if outcome.refused]
    assert len(refused) <= REFUSED, refused


def test_no_reader_comes_near_what_is_hidden_where_many_are_moved_at_once(bench, monkeypatch):
    """As among very many small counts, totals being spared."""
    monkeypatch.setattr(suppression, "MANY", 0)
    monkeypatch.setattr(worlds, "MANY", 0)
    monkeypatch.setattr(at_once, "SPARED", 50)
    outcomes = [bench.attack.attacked(SEED, number, SMALLER) for number in range(BLOCK)]
    assert [outcome.words for outcome in outcomes if outcome.failed or outcome.leaks] == []
    assert sum(outcome.secondary for outcome in outcomes) > 0
    refused = [outcome.words for outcome in outcomes if outcome.refused]
    assert len(refused) <= REFUSED, refused


@pytest.mark.parametrize("number", range(SERIES))
def test_no_reader_of_two_to_five_releases_comes_near_what_is_hidden(bench, number):
    outcomes = bench.attack.attacked_in_turn(SEED, number, SMALLER)
    assert 2 <= len(outcomes) <= 5
    assert [outcome.words for outcome in outcomes if outcome.failed or outcome.leaks] == []
    assert sum(outcome.undecided for outcome in outcomes) == 0
    refused = [outcome.words for outcome in outcomes if outcome.refused]
    assert len(refused) < len(outcomes), refused


def test_a_gate_that_is_not_told_of_earlier_releases_is_caught(bench):
    """Each release is safe by itself, and the readers of all work out what they hide."""
    blind = bench.attack.attacked_in_turn(SEED, PLANTED, blind=True)
    assert [bool(outcome.leaks) for outcome in blind] == [False, False, True, True]
    assert all(bench.attack.EXACT in {leak.reader for leak in outcome.leaks} for outcome in blind[2:])
    seeing = bench.attack.attacked_in_turn(SEED, PLANTED)
    assert [outcome.words for outcome in seeing if outcome.failed or outcome.refused or outcome.leaks] == []


@pytest.mark.parametrize("number", range(MIXED))
def test_no_reader_comes_near_where_policies_definitions_and_counts_change_in_between(bench, number):
    outcomes = bench.attack.attacked_in_turn(MIXED_SEED, number, FEW, mixed=True)
    assert [outcome.words for outcome in outcomes if outcome.failed or outcome.leaks] == []
    assert sum(outcome.undecided for outcome in outcomes) == 0
    refused = [outcome.words for outcome in outcomes if outcome.refused]
    assert len(refused) < len(outcomes), refused


def test_a_gate_that_forgets_what_was_revised_is_caught(bench, monkeypatch):
    seeing = bench.attack.attacked_in_turn(MIXED_SEED, REVISED, FEW, mixed=True)
    assert [outcome.words for outcome in seeing if outcome.failed or outcome.refused or outcome.leaks] == []
    monkeypatch.setattr(
        vintages,
        "as_they_were",
        lambda _cells, among, bound, before, _hidden: (among, before, np.zeros_like(bound.small)),
    )
    monkeypatch.setattr(bench.attack, "_check", lambda *_: None)
    blind = bench.attack.attacked_in_turn(MIXED_SEED, REVISED, FEW, mixed=True)
    assert bench.attack.EXACT in {leak.reader for outcome in blind for leak in outcome.leaks}


@pytest.mark.usefixtures("weak")
def test_every_reader_finds_leaks_where_only_small_counts_are_hidden(bench):
    outcomes = [bench.attack.attacked(SEED, number) for number in range(WEAK)]
    assert [outcome.words for outcome in outcomes if outcome.failed or outcome.refused] == []
    assert sum(bool(outcome.leaks) for outcome in outcomes) >= LEAKY
    leaks = [(outcome.number, leak) for outcome in outcomes for leak in outcome.leaks]
    assert {leak.reader for _, leak in leaks} == {*bench.attack.SIMPLE, bench.attack.EXACT}
    exact = {(number, leak.spot): leak for number, leak in leaks if leak.reader == bench.attack.EXACT}
    for number, leak in leaks:
        # The exact reader finds whatever the others do, and as near or nearer.
        best = exact[(number, leak.spot)]
        assert leak.low <= best.low <= best.high <= leak.high, (number, leak.words)


def test_a_sum_tells_those_behind_its_ones_hardly_anything_and_without_the_rule_much(bench, monkeypatch):
    """Hardly: several sums together, with what they know of themselves, are not reckoned with."""

    def told() -> int:
        return sum(bench.attack.attacked(SEED, number, SMALLER).told_to_ones for number in range(2 * BLOCK))

    with_it = told()
    for module in (gate, suppression):
        monkeypatch.setattr(module, "close", lambda _draft: None)
    assert with_it * MUCH < told()


def _tried(seen, most: int) -> list[int]:
    """The guarded counts that all worlds with atoms up to `most` have within too narrow a range."""
    masks = np.array([seen.world.atoms(spot) for spot in seen.spots])
    masks = masks[:, masks.any(axis=0)].astype(np.int64)
    worlds = np.array(list(product(range(most + 1), repeat=masks.shape[1]))) @ masks.T
    worlds = worlds[((worlds >= seen.low) & (worlds <= seen.high)).all(axis=1)]
    spread = worlds.max(axis=0) - worlds.min(axis=0)
    return [each for each in np.flatnonzero(seen.guarded) if spread[each] < seen.policy.protection]


@pytest.mark.usefixtures("weak")
def test_the_exact_reader_finds_just_what_trying_every_world_does(bench):
    tried = broken = 0
    for number in range(1_000):
        published = bench.attack_releases.publication((SEED, number), largest=12)
        if published.policy.controlled:
            # A weak gate rounds together all the same.
            continue
        most = int(published.world.counts.max()) + 2 * published.policy.protection
        if (most + 1) ** published.world.counts.size > 40_000:
            continue
        judged = gate.judge(
            published.results, published.measures, published.policy, published.partitions, "attack 1"
        )
        seen = bench.attack_views.view(published, judged.releases)
        if not any(seen.guarded):
            continue
        expected = _tried(seen, most)
        assert sorted(bench.attack_readers.exactly(seen).broken) == expected, number
        tried, broken = tried + 1, broken + bool(expected)
        if tried == TRIED:
            break
    assert tried == TRIED
    assert TRIED / 10 <= broken <= TRIED * 9 / 10


def test_a_publication_comes_from_its_seed_alone(bench):
    one, other = (bench.attack_releases.publication((SEED, 3)) for _ in range(2))
    assert one.results == other.results
    assert one.partitions == other.partitions


def test_a_sequence_shows_more_of_one_world(bench):
    found = list(bench.attack_releases.sequence((SEED, 11), 4))
    assert len(found) >= 2
    months = [len(each.world.months) for each in found]
    assert months == sorted(months)
    first, last = found[0].world, found[-1].world
    assert np.array_equal(first.counts, last.counts[:, : len(first.months)])
