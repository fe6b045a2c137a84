"""Two definitions of the same data, to check by hand: T is A, B and C, and counts below 5 are hidden.

Where one counts violence and robbery, and the other violence alone, their difference is the robberies.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from itertools import product
from random import Random

import pytest

from evenhand.disclosure.check import check
from evenhand.disclosure.earlier import Earlier, Scope
from evenhand.disclosure.gate import Judged
from evenhand.disclosure.partition import Partition
from evenhand.disclosure.scopes import between, in_scope, of_data, scope
from evenhand.errors import Refused
from evenhand.needs import MEASURES
from evenhand.reports.data import csv_bytes
from evenhand.rules.policy import policy

NAME = "recorded_violence"
BELOW_5 = policy("counts", threshold=5)
ALL_THREE = (Partition(("area_code",), ("T",), (("A",), ("B",), ("C",))),)
FORCE = ("Northumbria Police",)
BOTH, VIOLENCE, ROBBERY = (
    scope(types, FORCE) for types in (("Violence", "Robbery"), ("Violence",), ("Robbery",))
)
Counts = dict[str, int | None]
Quarter = Callable[..., Judged]


@pytest.fixture
def quarter(rows_of, judged_rows) -> Quarter:
    """Judges a table of May under a definition of that scope: a count by area, and T of all of them."""

    def judged(counts: Counts, of: Scope, *earlier: Earlier, chosen=BELOW_5, definition: str = "") -> Judged:
        rows = [
            next(iter(rows_of({area: (0, 0)}, "LAD" if area == "T" else "LSOA11", incidents=count)))
            for area, count in counts.items()
        ]
        return judged_rows(NAME, rows, chosen, ALL_THREE, earlier, definition or _name(of), {NAME: of})

    return judged


def _name(of: Scope) -> str:
    return "+".join(sorted(each for each, _force in of))


@pytest.fixture
def before(published) -> Callable[..., Earlier]:
    """Takes what was judged for published, as the entry of that number."""
    return lambda judged, number, of: replace(published(judged, number), scope=of)


def seen(judged: Judged) -> Counts:
    table = judged.releases[NAME].table
    return dict(zip(table["area_code"].to_pylist(), table["incidents"].to_pylist(), strict=True))


def summed(counts: dict[str, int]) -> Counts:
    return {**counts, "T": sum(counts.values())}


# What is reckoned with


def test_a_difference_of_two_definitions_that_is_small_is_guarded(quarter, before):
    first = quarter(summed({"A": 9, "B": 20, "C": 30}), BOTH)
    assert None not in seen(first).values()
    violence = summed({"A": 7, "B": 12, "C": 22})
    assert None not in seen(quarter(violence, VIOLENCE)).values()
    second = seen(quarter(violence, VIOLENCE, before(first, 1, BOTH)))
    # A has 9 of both: with 7 shown, its robberies would be 2. With A alone hidden the total tells it.
    assert second["A"] is None
    assert [second[area] for area in "BCT"].count(None) >= 1


def test_a_difference_the_other_way_round_is_guarded_too(quarter, before):
    first = quarter(summed({"A": 7, "B": 12, "C": 22}), VIOLENCE)
    second = quarter(summed({"A": 9, "B": 20, "C": 30}), BOTH, before(first, 1, VIOLENCE))
    assert seen(second)["A"] is None


def test_a_difference_that_is_large_or_none_hides_nothing(quarter, before):
    first = quarter(summed({"A": 19, "B": 20, "C": 30}), BOTH)
    second = quarter(summed({"A": 7, "B": 12, "C": 30}), VIOLENCE, before(first, 1, BOTH))
    assert None not in seen(second).values()


def test_of_the_same_crime_types_a_new_version_is_the_same_data(quarter, before):
    first = before(quarter(summed({"A": 3, "B": 8, "C": 20}), BOTH), 1, BOTH)
    rows: Counts = {"A": 3, "B": 8, "C": 20}
    again = quarter(rows, BOTH, first, definition="both 2")
    assert seen(again) == {"A": None, "B": None, "C": 20}
    assert again.proof is not None
    assert [each["entry"] for each in again.proof.fields["earlier"]] == [1]
    laxer = before(quarter(rows, BOTH, chosen=policy("counts", threshold=3)), 1, BOTH)
    with pytest.raises(Refused, match=r"entry 1 of the ledger .* showed this one as 3"):
        quarter(rows, BOTH, laxer, definition="both 2")


def test_other_crime_types_or_the_records_of_others_are_other_data(quarter, before):
    elsewhere = scope(("Violence",), ("Durham Constabulary",))
    for of in (ROBBERY, elsewhere):
        first = before(quarter(summed({"A": 9, "B": 20, "C": 30}), of), 1, of)
        second = quarter(summed({"A": 7, "B": 12, "C": 22}), VIOLENCE, first)
        assert None not in seen(second).values()
        assert second.proof is not None
        assert [each["definition"] for each in second.proof.fields["counts_something_else"]] == [_name(of)]


def test_without_a_scope_the_definition_tells_what_is_the_same(quarter, before):
    first = quarter(summed({"A": 9, "B": 20, "C": 30}), BOTH)
    nobody_knows = before(first, 1, frozenset())
    assert of_data([nobody_knows], _name(BOTH), {NAME: VIOLENCE}) == (nobody_knows,)
    assert of_data([nobody_knows], _name(VIOLENCE), {NAME: VIOLENCE}) == ()


def test_what_two_definitions_share_nothing_of_follows_from_a_third_that_has_both(quarter, before):
    """Of 11 in all 3 are robberies, hidden: 8 of violence must not be there to be taken away."""
    every = quarter(summed({"A": 11, "B": 20, "C": 30}), BOTH)
    robberies = quarter(summed({"A": 3, "B": 8, "C": 8}), ROBBERY, before(every, 1, BOTH))
    assert seen(every)["A"] == 11
    assert seen(robberies)["A"] is None
    earlier = before(every, 1, BOTH), before(robberies, 2, ROBBERY)
    assert [each.number for each in of_data(earlier, "violence", {NAME: VIOLENCE})] == [2, 1]
    assert seen(quarter(summed({"A": 8, "B": 12, "C": 22}), VIOLENCE, *earlier))["A"] is None


def test_a_row_of_other_crime_types_is_read_though_it_says_the_same(quarter, before, written, tmp_path):
    violence = quarter({"A": 9, "B": 20}, VIOLENCE)
    robberies = quarter({"B": 20}, ROBBERY)
    earlier = before(violence, 1, VIOLENCE), before(robberies, 2, ROBBERY)
    today = quarter({"A": 12, "B": 40}, BOTH, *earlier)
    content = (csv_bytes(each.releases[NAME]) for each in (violence, robberies))
    folder = written(tmp_path / "data", today, zip(earlier, content, strict=True))
    assert check(folder).earlier == 2


# What scopes are made up of


def test_scopes_are_made_up_of_what_they_have_in_common_and_alone(quarter, before):
    third = scope(("Robbery", "Weapons"), FORCE)
    one = before(quarter(summed({"A": 9, "B": 20, "C": 30}), VIOLENCE), 1, VIOLENCE)
    two = before(quarter(summed({"A": 9, "B": 20, "C": 30}), third), 2, third)
    found = of_data([one, two], "both", {NAME: BOTH})
    assert [(each.number, each.scope_of) for each in found] == [(2, 2), (1, 1)]
    sums, parts = between(MEASURES, {NAME: BOTH}, found)
    violence = in_scope("incidents", 1)
    robbery, weapons = (f"incidents of {each} of {FORCE[0]}" for each in ("Robbery", "Weapons"))
    assert {each.whole[0]: {part for (part,) in each.parts} for each in sums} == {
        "incidents": {violence, robbery},
        in_scope("incidents", 2): {robbery, weapons},
    }
    assert parts == {robbery: ROBBERY, weapons: scope(("Weapons",), FORCE)}


def test_scopes_that_hold_each_other_name_no_part_twice():
    every = scope(("Robbery", "Violence", "Weapons"), FORCE)
    earlier = [_table(1, VIOLENCE), _table(2, every)]
    sums, parts = between(MEASURES, {NAME: BOTH}, of_data(earlier, "both", {NAME: BOTH}))
    one, two = in_scope("incidents", 1), in_scope("incidents", 2)
    robbery, weapons = (f"incidents of {each} of {FORCE[0]}" for each in ("Robbery", "Weapons"))
    assert {each.whole[0]: {part for (part,) in each.parts} for each in sums} == {
        "incidents": {one, robbery},
        two: {one, robbery, weapons},
    }
    assert set(parts) == {robbery, weapons}


def _table(number: int, of: Scope) -> Earlier:
    return Earlier(number, NAME, "2026-01-01", str(number), BELOW_5, "", "", None, scope=of)  # pyright: ignore[reportArgumentType]


# That it is enough: every world that looks the same is tried


AREAS = ("A", "B", "C")
TOTAL = 7
"""No area has more of violence and robbery; in the worlds that are written down, as much as both may have."""


def _worlds(total: int) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
    """Violence and robbery by area, A and B of two kinds each."""
    few = [each for each in product(range(total), repeat=2) if sum(each) <= total]
    return [((a[0], b[0]), (a[1], b[1])) for a, b in product(few, repeat=2)]


def _looks(counts: Counts, shown: Counts) -> bool:
    return all(
        count >= 1 if shown[area] is None else count == shown[area]
        for area, count in counts.items()
        if count is not None
    )


def _truths() -> list[int]:
    return Random(3).sample(range(len(_worlds(TOTAL))), 25)


@pytest.mark.parametrize("number", _truths())
@pytest.mark.parametrize("order", [(BOTH, VIOLENCE), (VIOLENCE, BOTH)], ids=["less", "more"])
def test_no_world_is_ruled_out_that_protection_needs(number, order, rows_of, judged_rows, before):
    """A reader of both tables tries every world of A and B, whose total T is published too."""
    partition = (Partition(("area_code",), ("T",), (("A",), ("B",))),)
    truth = _worlds(TOTAL)[number]

    def counts(world, of: Scope) -> Counts:
        violence, robbery = world
        areas = [v + (r if of == BOTH else 0) for v, r in zip(violence, robbery, strict=True)]
        return {"A": areas[0], "B": areas[1], "T": sum(areas)}

    def judged(of: Scope, *earlier: Earlier) -> Judged:
        its = counts(truth, of)
        rows = [
            next(iter(rows_of({area: (0, 0)}, "LAD" if area == "T" else "LSOA11", incidents=count)))
            for area, count in its.items()
        ]
        return judged_rows(NAME, rows, BELOW_5, partition, earlier, _name(of), {NAME: of})

    first = judged(order[0])
    try:
        second = judged(order[1], before(first, 1, order[0]))
    except Refused:
        return
    both = {order[0]: seen(first), order[1]: seen(second)}
    possible: dict[tuple[str, str], set[int]] = defaultdict(set)
    cut_off: set[str] = set()
    """Worlds with more are not written down: what comes up to it may be larger."""
    for world in _worlds(2 * TOTAL):
        if all(_looks(counts(world, of), shown) for of, shown in both.items()):
            cut_off |= {area for area, count in counts(world, BOTH).items() if count == 2 * TOTAL}
            for of in both:
                for area, count in counts(world, of).items():
                    possible[_name(of), area].add(int(count or 0))
            for area, robbery in zip("AB", world[1], strict=True):
                possible["Robbery", area].add(robbery)
    assert possible
    for (of, area), values in possible.items():
        hidden = of != "Robbery" and both[BOTH if "+" in of else VIOLENCE][area] is None
        told = of == "Robbery" and max(values) > 0 and min(values) < 5
        if (hidden or told) and not cut_off & {area, *("AB" if area == "T" else "")}:
            assert max(values) - min(values) >= BELOW_5.protection, (of, area, values, both)


# What the checker says


def test_a_publication_after_another_definition_is_accepted(quarter, before, written, tmp_path):
    first = quarter(summed({"A": 9, "B": 20, "C": 30}), BOTH)
    earlier = before(first, 1, BOTH)
    second = quarter(summed({"A": 7, "B": 12, "C": 22}), VIOLENCE, earlier)
    found = check(written(tmp_path, second, [(earlier, csv_bytes(first.releases[NAME]))]))
    assert found.earlier == 1
    assert found.guarded >= 2
